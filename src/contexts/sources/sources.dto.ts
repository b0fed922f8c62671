import { Text } from '../../platform/fields/fields';
import { Flag, RecordListInput } from '../../platform/fields/query-fields';
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

export class ListSourcesInput extends RecordListInput {
  @Flag({ description: 'Whether archived sources are listed too.' })
  include_archived?: boolean;
}
