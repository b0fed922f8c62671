import { ApiProperty } from '@nestjs/swagger';
import {
  exampleIds,
  IdValue,
  TimestampValue,
  NullableTimestampValue,
  ReferenceValue,
  TextValue,
} from '../../platform/fields/view-fields';
import type { OAuthApp } from './oauth-app.entity';

export class OAuthAppView {
  @IdValue(exampleIds.oauth_app)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @ReferenceValue(exampleIds.user, 'The user who made it.')
  created_by!: string | null;

  @TextValue('Nightly export')
  name!: string;

  @TextValue('dw_ci_Xb81nQ4tZc0L', { description: 'For POST /oauth/token.' })
  client_id!: string;

  @TextValue('dw_cs_k3Vd', { description: 'How the secret begins; the rest is shown once, when it is made.' })
  client_secret_prefix!: string;

  @NullableTimestampValue('Since when it gets no tokens, and those it has are refused.')
  revoked_at!: string | null;

  @NullableTimestampValue('When it last did something, to within a minute.')
  last_used_at!: string | null;

  @TimestampValue()
  created_at!: string;

  @TimestampValue()
  updated_at!: string;
}

export class OAuthAppWithSecretView {
  @ApiProperty({ type: OAuthAppView })
  app!: OAuthAppView;

  @ApiProperty({
    type: 'string',
    description: 'Shown now and never again: keep it.',
    example: 'dw_cs_k3VdTq0hB7yJ2mW9xR5nL8sF1aZ4cG6pE0uI3oYtQwN',
  })
  client_secret!: string;
}

export function oauthAppView(app: OAuthApp): OAuthAppView {
  return {
    id: app.id,
    account_id: app.account_id,
    created_by: app.created_by,
    name: app.name,
    client_id: app.client_id,
    client_secret_prefix: app.client_secret_prefix,
    revoked_at: app.revoked_at?.toISOString() ?? null,
    last_used_at: app.last_used_at?.toISOString() ?? null,
    created_at: app.created_at.toISOString(),
    updated_at: app.updated_at.toISOString(),
  };
}
