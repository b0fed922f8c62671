import { ApiProperty } from '@nestjs/swagger';
import { type Role, roles } from '../../kernel/caller';
import {
  exampleIds,
  IdValue,
  TimestampValue,
  NullableTimestampValue,
  TextValue,
} from '../../platform/fields/view-fields';
import type { User } from './user.entity';

export class UserView {
  @IdValue(exampleIds.user)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @TextValue('grace@example.com', { description: '`""`: somebody else has proved that it is theirs.' })
  email!: string;

  @TextValue('Grace Hopper')
  name!: string;

  @ApiProperty({ type: 'string', enum: roles, example: 'member' })
  role!: Role;

  @NullableTimestampValue('When they were invited; null: they registered.')
  invited_at!: string | null;

  @NullableTimestampValue('When they proved that the address is theirs; null: not yet.')
  email_verified_at!: string | null;

  @NullableTimestampValue('Since when they may not sign in any more.')
  deactivated_at!: string | null;

  @NullableTimestampValue('When they last signed in; null: never yet.')
  last_login_at!: string | null;

  @TimestampValue()
  created_at!: string;

  @TimestampValue()
  updated_at!: string;
}

export class InvitationView {
  @ApiProperty({ type: UserView })
  user!: UserView;

  @ApiProperty({
    type: 'string',
    description: 'For POST /auth/accept-invite; also in the mail. Good for 7 days, once.',
    example: 'Zm9yIGV4YW1wbGUgb25seSwgbm90IGZv',
  })
  invite_token!: string;
}

export function userView(user: User): UserView {
  return {
    id: user.id,
    account_id: user.account_id,
    email: user.email,
    name: user.name,
    role: user.role,
    invited_at: user.invited_at?.toISOString() ?? null,
    email_verified_at: user.email_verified_at?.toISOString() ?? null,
    deactivated_at: user.deactivated_at?.toISOString() ?? null,
    last_login_at: user.last_login_at?.toISOString() ?? null,
    created_at: user.created_at.toISOString(),
    updated_at: user.updated_at.toISOString(),
  };
}
