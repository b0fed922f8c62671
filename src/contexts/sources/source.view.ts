import {
  authorDescription,
  exampleIds,
  IdValue,
  MomentValue,
  PossibleMomentValue,
  ReferenceValue,
  TextValue,
} from '../../platform/fields/view-fields';
import type { Source } from './source.entity';

export class SourceView {
  @IdValue(exampleIds.source)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @ReferenceValue(exampleIds.user, authorDescription)
  created_by!: string | null;

  @TextValue('Trade fair')
  name!: string;

  @PossibleMomentValue('Since when it is not offered any more.')
  archived_at!: string | null;

  @MomentValue()
  created_at!: string;

  @MomentValue()
  updated_at!: string;
}

export function sourceView(source: Source): SourceView {
  return {
    id: source.id,
    account_id: source.account_id,
    created_by: source.created_by,
    name: source.name,
    archived_at: source.archived_at?.toISOString() ?? null,
    created_at: source.created_at.toISOString(),
    updated_at: source.updated_at.toISOString(),
  };
}
