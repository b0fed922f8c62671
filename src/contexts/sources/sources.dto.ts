import { Cursor, Flag, Limit, Moment, Text } from '../../platform/http/fields';
import { sourcesErrors } from './sources.errors';

const name = {
  max: 200,
  required: sourcesErrors.name_required,
  description: 'What people call it.',
  example: 'Trade fair',
};

export class CreateSourceInput {
  @Text(name)
  name!: string;
}

export class UpdateSourceInput {
  @Text({ ...name, optional: true })
  name?: string;
}

export class ListSourcesInput {
  @Flag({ description: 'Whether archived sources are listed too.' })
  include_archived?: boolean;

  @Moment({ description: 'Only sources created after this moment.', example: '2026-01-31T09:30:00Z' })
  created_after?: Date;

  @Moment({ description: 'Only sources changed after this moment.', example: '2026-01-31T09:30:00Z' })
  updated_after?: Date;

  @Limit()
  limit?: number;

  @Cursor()
  cursor?: string;
}
