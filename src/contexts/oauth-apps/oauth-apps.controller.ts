import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { UserCaller } from '../../kernel/caller';
import type { Page } from '../../kernel/page';
import { IdempotentWrites } from '../../platform/idempotency/idempotent-write';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import { CurrentUser, Roles } from '../../platform/http/request';
import { OAuthAppView, OAuthAppWithSecretView } from './oauth-app.view';
import { CreateOAuthAppInput, ListOAuthAppsInput, UpdateOAuthAppInput } from './oauth-apps.dto';
import { oauthAppsErrors } from './oauth-apps.errors';
import { OAuthAppsService } from './oauth-apps.service';

const { not_found } = oauthAppsErrors;

@ApiTags('oauth-apps')
@Controller('oauth-apps')
@IdempotentWrites()
@Roles('owner', 'admin')
export class OAuthAppsController {
  constructor(private readonly apps: OAuthAppsService) {}

  @Get()
  @ApiEndpoint({
    summary: 'List OAuth apps',
    description: 'Newest first; revoked ones too.',
    result: { page: OAuthAppView },
  })
  list(@CurrentUser() caller: UserCaller, @Query() input: ListOAuthAppsInput): Promise<Page<OAuthAppView>> {
    return this.apps.list(caller, input);
  }

  @Get(':id')
  @ApiEndpoint({ summary: 'Get an OAuth app', result: OAuthAppView, raises: [not_found] })
  get(@CurrentUser() caller: UserCaller, @Param('id') id: string): Promise<OAuthAppView> {
    return this.apps.get(caller, id);
  }

  @Post()
  @ApiEndpoint({
    summary: 'Create an OAuth app',
    description: 'Shows the secret, once. POST /oauth/token takes it together with the `client_id`.',
    result: OAuthAppWithSecretView,
  })
  create(@CurrentUser() caller: UserCaller, @Body() { name }: CreateOAuthAppInput): Promise<OAuthAppWithSecretView> {
    return this.apps.create(caller, name);
  }

  @Patch(':id')
  @ApiEndpoint({ summary: 'Rename an OAuth app', result: OAuthAppView, raises: [not_found] })
  update(
    @CurrentUser() caller: UserCaller,
    @Param('id') id: string,
    @Body() { name }: UpdateOAuthAppInput,
  ): Promise<OAuthAppView> {
    return this.apps.update(caller, id, name);
  }

  @Post(':id/rotate-secret')
  @ApiEndpoint({
    summary: 'Give an OAuth app a new secret',
    description:
      'The old secret is refused at once; tokens that were got with it live out their hour. Confirms an app that was ' +
      'suspended; its old tokens stay refused.',
    result: OAuthAppWithSecretView,
    raises: [not_found],
  })
  rotateSecret(@CurrentUser() caller: UserCaller, @Param('id') id: string): Promise<OAuthAppWithSecretView> {
    return this.apps.rotateSecret(caller, id);
  }

  @Delete(':id')
  @ApiEndpoint({
    summary: 'Revoke an OAuth app',
    description: 'For good: it gets no tokens any more, and those it has are refused at once. It stays readable.',
    result: null,
    raises: [not_found],
  })
  revoke(@CurrentUser() caller: UserCaller, @Param('id') id: string): Promise<void> {
    return this.apps.revoke(caller, id);
  }
}
