import { ApiProperty } from '@nestjs/swagger';
import { type Role, roles } from '../../kernel/caller';
import { exampleIds, IdValue, TextValue } from '../../platform/fields/view-fields';
import { userTokenLifetimeSeconds } from '../../platform/tokens/access-tokens';
import type { AccountRecord, UserRecord } from '../users/users.service';
import type { SessionTokens } from './sessions.service';

export class SignedInUserView {
  @IdValue(exampleIds.user)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @TextValue('ada@example.com')
  email!: string;

  @TextValue('Ada Lovelace')
  name!: string;

  @ApiProperty({ type: 'string', enum: roles, example: 'owner' })
  role!: Role;
}

export class AccountView {
  @IdValue(exampleIds.account)
  id!: string;

  @TextValue('Analytical Engines')
  name!: string;
}

export class MeView extends SignedInUserView {
  @ApiProperty({ type: AccountView })
  account!: AccountView;
}

export class SessionView {
  @ApiProperty({
    type: 'string',
    description: 'Send it as `Authorization: Bearer …`.',
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln',
  })
  access_token!: string;

  @ApiProperty({
    type: 'string',
    description: 'For POST /auth/refresh; each one is used once.',
    example: 'y4hTtZ3S8kqk1m0W4uO2mXb1n3cVd5f7g9hJkLmNpQr',
  })
  refresh_token!: string;

  @ApiProperty({ type: 'string', const: 'Bearer', example: 'Bearer' } as object)
  token_type!: 'Bearer';

  @ApiProperty({ type: 'integer', description: 'Seconds until the access token expires.', example: 900 })
  expires_in!: number;

  @ApiProperty({ type: SignedInUserView })
  user!: SignedInUserView;
}

export function signedInUserView({ id, account_id, email, name, role }: UserRecord): SignedInUserView {
  return { id, account_id, email, name, role };
}

export function meView(user: UserRecord, { id, name }: AccountRecord): MeView {
  return { ...signedInUserView(user), account: { id, name } };
}

export function sessionView({ access_token, refresh_token }: SessionTokens, user: UserRecord): SessionView {
  return {
    access_token,
    refresh_token,
    token_type: 'Bearer',
    expires_in: userTokenLifetimeSeconds,
    user: signedInUserView(user),
  };
}
