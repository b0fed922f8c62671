import { Body, Controller, Get, Param, Patch, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { UserCaller } from '../../kernel/caller';
import type { Page } from '../../kernel/page';
import { IdempotentWrites } from '../../platform/idempotency/idempotent-write';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import { WholeListInterceptor } from '../../platform/operations/operation.guard';
import { CurrentUser, Roles, UsersOnly } from '../../platform/http/request';
import { InvitationsService } from './invitations.service';
import { InvitationView, UserView } from './user.view';
import { InviteUserInput, ListUsersInput, UpdateUserInput } from './users.dto';
import { emailTaken, usersErrors } from './users.errors';
import { UsersService } from './users.service';

const { not_found, last_owner } = usersErrors;

@ApiTags('users')
@Controller('users')
@IdempotentWrites()
@UsersOnly()
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly invitations: InvitationsService,
  ) {}

  @Get()
  @UseInterceptors(WholeListInterceptor)
  @ApiEndpoint({ summary: 'List users', description: 'Newest first.', result: { page: UserView } })
  list(@CurrentUser() caller: UserCaller, @Query() input: ListUsersInput): Promise<Page<UserView>> {
    return this.users.list(caller, input);
  }

  @Get(':id')
  @ApiEndpoint({ summary: 'Get a user', result: UserView, raises: [not_found] })
  get(@CurrentUser() caller: UserCaller, @Param('id') id: string): Promise<UserView> {
    return this.users.get(caller, id);
  }

  @Post('invite')
  @Roles('owner', 'admin')
  @ApiEndpoint({
    summary: 'Invite somebody',
    description:
      'Makes a user who may sign in once the invitation is accepted, and mails the link for that. It is good for 7 days; ' +
      'after that, POST /auth/forgot-password mails another one. The invitation reserves nothing: it lapses when the ' +
      'address is proved elsewhere.',
    result: InvitationView,
    raises: [emailTaken],
  })
  invite(@CurrentUser() caller: UserCaller, @Body() input: InviteUserInput): Promise<InvitationView> {
    return this.invitations.invite(caller, input);
  }

  @Patch(':id')
  @Roles('owner', 'admin')
  @ApiEndpoint({
    summary: 'Change a user',
    description: 'Another role counts at once. Only owners may change owners or make them.',
    result: UserView,
    raises: [not_found, last_owner],
  })
  update(
    @CurrentUser() caller: UserCaller,
    @Param('id') id: string,
    @Body() input: UpdateUserInput,
  ): Promise<UserView> {
    return this.users.update(caller, id, input);
  }

  @Post(':id/deactivate')
  @Roles('owner', 'admin')
  @ApiEndpoint({
    summary: 'Deactivate a user',
    description: 'Ends all their sessions at once; they cannot sign in any more. Deactivating twice changes nothing.',
    result: UserView,
    raises: [not_found, last_owner],
  })
  deactivate(@CurrentUser() caller: UserCaller, @Param('id') id: string): Promise<UserView> {
    return this.users.deactivate(caller, id);
  }

  @Post(':id/activate')
  @Roles('owner', 'admin')
  @ApiEndpoint({
    summary: 'Activate a user again',
    description: 'They may sign in again; no session of before comes back. Confirms one who was suspended.',
    result: UserView,
    raises: [not_found],
  })
  activate(@CurrentUser() caller: UserCaller, @Param('id') id: string): Promise<UserView> {
    return this.users.activate(caller, id);
  }
}
