import { Body, Controller, Get, Patch, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { UserCaller } from '../../kernel/caller';
import { ConnectionsAsNeeded } from '../../platform/admission/connections-as-needed';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import { AllowsUnverified, ClientAddress, CurrentUser, Public, UsersOnly } from '../../platform/http/request';
import { emailTaken } from '../users/users.service';
import {
  AcceptInvitationInput,
  ChangePasswordInput,
  ForgotPasswordInput,
  LoginInput,
  RefreshInput,
  RegisterInput,
  ResetPasswordInput,
  UpdateMeInput,
  VerifyEmailInput,
} from './auth.dto';
import { authErrors } from './auth.errors';
import { AuthService } from './auth.service';
import { MeView, SessionView } from './auth.view';
import { RecoveryService } from './recovery.service';
import { RegistrationGuard } from './registration.guard';

@ApiTags('auth')
@Controller('auth')
@AllowsUnverified()
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly recovery: RecoveryService,
  ) {}

  @Post('register')
  @Public('login')
  @ConnectionsAsNeeded()
  @UseGuards(RegistrationGuard)
  @ApiEndpoint({
    summary: 'Make an account',
    description:
      'Makes an account with you as its owner, signs you in, and mails a link that proves your address. Until then an ' +
      'invitation that somebody else accepts takes the address from you.',
    result: SessionView,
    raises: [emailTaken, authErrors.forbidden],
  })
  register(@Body() input: RegisterInput, @ClientAddress() address: string): Promise<SessionView> {
    return this.auth.register(input, address);
  }

  @Post('login')
  @Public('login')
  @ConnectionsAsNeeded()
  @ApiEndpoint({
    summary: 'Sign in',
    description:
      'After ten wrong passwords in a row within 15 minutes the address is locked: for 15 minutes, then twice as long each ' +
      'time, up to a day.',
    result: SessionView,
    raises: [authErrors.invalid_credentials, authErrors.account_locked, authErrors.deactivated],
  })
  login(@Body() input: LoginInput, @ClientAddress() address: string): Promise<SessionView> {
    return this.auth.login(input, address);
  }

  @Post('refresh')
  @Public()
  @ApiEndpoint({
    summary: 'Get a new pair of tokens',
    description:
      'Uses a refresh token up and gives a new pair. Repeated within 10 seconds (two tabs, a lost answer) it gives another ' +
      'pair; used later than that, it counts as stolen and the session ends. Once one of these pairs is used again, the ' +
      'others are retired. A session dies after 14 idle days, 90 in all.',
    result: SessionView,
    raises: [authErrors.invalid_token, authErrors.deactivated],
  })
  refresh(@Body() { refresh_token }: RefreshInput): Promise<SessionView> {
    return this.auth.refresh(refresh_token);
  }

  @Post('logout')
  @UsersOnly()
  @ApiEndpoint({
    summary: 'Sign out',
    description: 'Ends this session; its access token is refused from now on.',
    result: null,
  })
  logout(@CurrentUser() caller: UserCaller): Promise<void> {
    return this.auth.logout(caller);
  }

  @Get('me')
  @UsersOnly()
  @ApiEndpoint({ summary: 'Who am I?', result: MeView })
  me(@CurrentUser() caller: UserCaller): Promise<MeView> {
    return this.auth.me(caller);
  }

  @Patch('me')
  @UsersOnly()
  @ApiEndpoint({ summary: 'Change my name', result: MeView })
  updateMe(@CurrentUser() caller: UserCaller, @Body() { name }: UpdateMeInput): Promise<MeView> {
    return this.auth.updateMe(caller, name);
  }

  @Post('change-password')
  @ConnectionsAsNeeded()
  @UsersOnly()
  @ApiEndpoint({
    summary: 'Change my password',
    description:
      'Gives a new pair of tokens. The pair to which the access token of this request belongs stays good; all other tokens ' +
      'and sessions of yours end. A wrong current password counts like a sign-in that failed.',
    result: SessionView,
    raises: [authErrors.invalid_credentials, authErrors.account_locked],
  })
  changePassword(@CurrentUser() caller: UserCaller, @Body() input: ChangePasswordInput): Promise<SessionView> {
    return this.auth.changePassword(caller, input);
  }

  @Post('forgot-password')
  @Public('login')
  @ApiEndpoint({
    summary: 'Ask for a new password',
    description:
      'Mails a link to the address, if somebody has it; the answer is the same. The link is good for an hour, once.',
    result: null,
  })
  forgotPassword(@Body() { email }: ForgotPasswordInput): Promise<void> {
    return this.recovery.forgotPassword(email);
  }

  @Post('reset-password')
  @ConnectionsAsNeeded()
  @Public()
  @ApiEndpoint({
    summary: 'Set a new password',
    description:
      'With the token of the link in the mail. Ends all sessions of yours, and the lock after failed sign-ins. The first ' +
      'proof of your address by it, more than an hour after you registered, suspends the apps, webhooks and other users of ' +
      'the account, until you confirm them with POST /account/confirm-before.',
    result: null,
    raises: [authErrors.deactivated],
  })
  resetPassword(@Body() input: ResetPasswordInput): Promise<void> {
    return this.recovery.resetPassword(input);
  }

  @Post('accept-invite')
  @ConnectionsAsNeeded()
  @Public()
  @ApiEndpoint({
    summary: 'Accept an invitation',
    description: 'With the token of the link in the mail. Sets your password and signs you in.',
    result: SessionView,
    raises: [authErrors.deactivated],
  })
  acceptInvitation(@Body() input: AcceptInvitationInput): Promise<SessionView> {
    return this.recovery.acceptInvitation(input);
  }

  @Post('verify-email')
  @Public()
  @ApiEndpoint({
    summary: 'Prove my e-mail address',
    description: 'With the token of the link in the mail that registering sends. Invitations of the address lapse.',
    result: null,
    raises: [authErrors.deactivated],
  })
  verifyEmail(@Body() { token }: VerifyEmailInput): Promise<void> {
    return this.recovery.verifyEmail(token);
  }
}
