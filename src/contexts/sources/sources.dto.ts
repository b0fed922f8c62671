import { BoolFilter, RecordListInput } from '../../platform/fields/query-fields';
import { upsertInputOf } from '../../platform/records/bulk/bulk.dto';
import { createInputOf, updateInputOf } from '../../platform/records/record-classes';
import { sourceMatchWays } from './source-match-ways';
import { Source } from './source.entity';

export class CreateSourceInput extends createInputOf(Source, ['name']) {}

export class UpdateSourceInput extends updateInputOf(Source) {}

export class UpsertSourceInput extends upsertInputOf(CreateSourceInput, sourceMatchWays, { name: 'Trade fair' }) {}

export class ListSourcesInput extends RecordListInput {
  @BoolFilter({ description: 'Whether archived sources are listed too.' })
  include_archived?: boolean;
}
