import { RecordDefinition } from '../../platform/records/record-definition';
import { Source } from './source.entity';
import { sourceMatchWays } from './source-match-ways';
import { SourceView } from './source.view';
import { CreateSourceInput, UpdateSourceInput } from './sources.dto';
import { sourcesErrors } from './sources.errors';

export const sourceRecord = new RecordDefinition({
  kind: 'source',
  entity: Source,
  view: SourceView,
  create: CreateSourceInput,
  update: UpdateSourceInput,
  matchBy: sourceMatchWays,
  errors: sourcesErrors,
});
