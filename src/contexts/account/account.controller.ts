import { Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller, UserCaller } from '../../kernel/caller';
import { IdempotentWrites } from '../../platform/idempotency/idempotent-write';
import { CurrentCaller, CurrentUser, Roles } from '../../platform/http/request';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import './account.errors';
import { AccountService } from './account.service';
import { AccountDetailView } from './account.view';

@ApiTags('account')
@Controller('account')
@IdempotentWrites()
export class AccountController {
  constructor(private readonly account: AccountService) {}

  @Get()
  @ApiEndpoint({ summary: 'Get the account', result: AccountDetailView })
  get(@CurrentCaller() caller: Caller): Promise<AccountDetailView> {
    return this.account.get(caller);
  }

  @Post('confirm-before')
  @Roles('owner')
  @ApiEndpoint({
    summary: 'Confirm what was made before',
    description:
      'Brings back all apps, webhooks and users that were suspended when the owner proved the e-mail address by a reset. ' +
      'Look at GET /account first: somebody else may have made them. One by one they come back by POST ' +
      '/users/{id}/activate, by PATCH of a webhook, and by POST /oauth-apps/{id}/rotate-secret.',
    result: AccountDetailView,
  })
  confirmBefore(@CurrentUser() caller: UserCaller): Promise<AccountDetailView> {
    return this.account.confirmBefore(caller);
  }
}
