import type { AccountId } from '../../kernel/account-id';
import {
  AccountIdField,
  AuthorField,
  ChangeTimeField,
  FieldVersionsField,
  IdField,
  VersionField,
} from './own-field-kinds';
import type { FieldVersions } from './record-versions';

/** What every record has. Its entity declares the rest (`field-kinds.ts`). */
export abstract class RecordRow {
  @IdField()
  id!: string;

  @AccountIdField()
  account_id!: AccountId;

  @AuthorField()
  created_by!: string | null;

  @ChangeTimeField()
  created_at!: Date;

  @ChangeTimeField()
  updated_at!: Date;

  @VersionField()
  version!: number;

  @FieldVersionsField()
  field_versions!: FieldVersions;
}
