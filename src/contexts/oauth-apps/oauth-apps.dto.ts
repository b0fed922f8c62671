import { Text } from '../../platform/fields/fields';
import { Cursor, Limit } from '../../platform/fields/query-fields';
import { oauthAppsErrors } from './oauth-apps.errors';

const name = {
  max: 200,
  required: oauthAppsErrors.name_required,
  description: 'What people call it.',
  example: 'Nightly export',
};

export class CreateOAuthAppInput {
  @Text(name)
  name!: string;
}

export class UpdateOAuthAppInput {
  @Text({ ...name, optional: true })
  name?: string;
}

export class ListOAuthAppsInput {
  @Limit()
  limit?: number;

  @Cursor()
  cursor?: string;
}
