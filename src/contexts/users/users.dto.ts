import { type Role, roles } from '../../kernel/caller';
import { EmailAddress, Enum, Text } from '../../platform/fields/fields';
import { RecordListInput, SearchTerm } from '../../platform/fields/query-fields';

const name = { max: 200, required: true, description: 'What people call them.', example: 'Grace Hopper' } as const;
const role = {
  members: roles,
  optional: true,
  description: '`owner`: everything; `admin`: everything but owners; `member`: records only.',
  example: 'member',
} as const;

export class InviteUserInput {
  @EmailAddress({
    description: 'Where the invitation goes; they sign in with it.',
    example: 'grace@example.com',
  })
  email!: string;

  @Text(name)
  name!: string;

  @Enum({ ...role, fallback: 'member' })
  role?: Role;
}

export class UpdateUserInput {
  @Text({ ...name, optional: true })
  name?: string;

  @Enum(role)
  role?: Role;
}

export class ListUsersInput extends RecordListInput {
  @SearchTerm({
    description:
      'Only users with this in their name or e-mail, whatever case and accents; one or two characters: where a word begins; a space also stands for punctuation.',
    example: 'grace',
  })
  search?: string;
}
