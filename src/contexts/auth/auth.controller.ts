import { Body, Controller, Get, Patch, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../kernel/caller';
import { Documented } from '../../platform/http/openapi';
import { CurrentCaller, Public } from '../../platform/http/request';
import { ChangePasswordInput, LoginInput, RefreshInput, RegisterInput, UpdateMeInput } from './auth.dto';
import { authErrors } from './auth.errors';
import { AuthService } from './auth.service';
import { MeView, SessionView } from './auth.view';
import { RegistrationGuard } from './registration.guard';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('register')
  @Public()
  @UseGuards(RegistrationGuard)
  @Documented({
    summary: 'Make an account',
    description: 'Makes an account with you as its owner, and signs you in.',
    result: SessionView,
    raises: [authErrors.email_taken, authErrors.forbidden],
  })
  register(@Body() input: RegisterInput): Promise<SessionView> {
    return this.auth.register(input);
  }

  @Post('login')
  @Public()
  @Documented({
    summary: 'Sign in',
    result: SessionView,
    raises: [authErrors.invalid_credentials, authErrors.deactivated],
  })
  login(@Body() input: LoginInput): Promise<SessionView> {
    return this.auth.login(input);
  }

  @Post('refresh')
  @Public()
  @Documented({
    summary: 'Get a new pair of tokens',
    description:
      'Uses a refresh token up and gives a new pair. Repeated within 10 seconds (two tabs, a lost answer) it gives another ' +
      'pair; used later than that, it counts as stolen and the session ends. A session dies after 14 idle days, 90 in all.',
    result: SessionView,
    raises: [authErrors.invalid_token, authErrors.deactivated],
  })
  refresh(@Body() { refresh_token }: RefreshInput): Promise<SessionView> {
    return this.auth.refresh(refresh_token);
  }

  @Post('logout')
  @Documented({
    summary: 'Sign out',
    description: 'Ends this session; its access token is refused from now on.',
    result: null,
  })
  logout(@CurrentCaller() caller: Caller): Promise<void> {
    return this.auth.logout(caller);
  }

  @Get('me')
  @Documented({ summary: 'Who am I?', result: MeView, raises: [authErrors.forbidden] })
  me(@CurrentCaller() caller: Caller): Promise<MeView> {
    return this.auth.me(caller);
  }

  @Patch('me')
  @Documented({ summary: 'Change my name', result: MeView, raises: [authErrors.forbidden] })
  updateMe(@CurrentCaller() caller: Caller, @Body() { name }: UpdateMeInput): Promise<MeView> {
    return this.auth.updateMe(caller, name);
  }

  @Post('change-password')
  @Documented({
    summary: 'Change my password',
    description: 'Ends all other sessions of yours.',
    result: null,
    raises: [authErrors.invalid_credentials, authErrors.forbidden],
  })
  changePassword(@CurrentCaller() caller: Caller, @Body() input: ChangePasswordInput): Promise<void> {
    return this.auth.changePassword(caller, input);
  }
}
