import { BoolFilter, RecordListInput } from '../../platform/fields/query-fields';
import { createInputOf, updateInputOf } from '../../platform/records/record-classes';
import { Source } from './source.entity';

export class CreateSourceInput extends createInputOf(Source, ['name']) {}

export class UpdateSourceInput extends updateInputOf(Source) {}

export class ListSourcesInput extends RecordListInput {
  @BoolFilter({ description: 'Whether archived sources are listed too.' })
  include_archived?: boolean;
}
