import type { AccountId } from '../../kernel/account-id';
import type { ImportableEntity } from '../../kernel/record-kinds';
import type { ImportColumns } from './importable-field';
import type { Matcher } from './matcher';
import type { RecordDefinition } from './record-definition';
import type { RecordRow } from './record-row';

/** What a context offers so that imports can make its records. Imports know no context by name (`Importables`). */
export interface Importable extends ImportColumns {
  readonly record: RecordDefinition<RecordRow, object>;
  readonly uses?: readonly RecordUse[];
  /** The ways in which rows are matched to records, beside ids. The first one is the usual one. */
  readonly matchers: readonly [Matcher, ...Matcher[]];
}

/** Records of another kind that refer to these. An undo does not delete a record that is referred to. */
export interface RecordUse {
  readonly entity: ImportableEntity;
  /** Why the record stays. Follows its name in a sentence. */
  readonly fault: string;
  /** @returns the ids that are referred to. */
  findUsed(accountId: AccountId, ids: readonly string[]): Promise<string[]>;
}
