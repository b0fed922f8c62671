import type { AccountId } from '../../kernel/account-id';
import type { ImportableEntity } from '../../kernel/record-kinds';
import type { ImportColumns } from './importable-field';
import type { RecordDefinition } from './record-definition';
import type { RecordRow } from './record-row';

/** What a context offers so that imports can make its records. Imports know no context by name (`Importables`). */
export interface Importable extends ImportColumns {
  readonly record: RecordDefinition<RecordRow, object>;
  readonly uses?: readonly RecordUse[];

  /** The texts that identify the record of a row. @param input a body of a create or a PATCH. */
  keysOf(input: object): { readonly name?: string | undefined; readonly domain?: string | undefined };

  /** @returns the records with one of these names or domains. If several match, the preferred one comes first. */
  findByKeys(accountId: AccountId, names: readonly string[], domains: readonly string[]): Promise<FoundRecord[]>;
}

/** The keys of a record in the form for comparisons (`name_form`). An empty key identifies nothing. */
export interface RecordKeys {
  readonly id: string;
  /** For a contact it is the e-mail address. */
  readonly name: string;
  readonly domain: string;
}

export interface FoundRecord extends RecordKeys {
  /** Why other records may not refer to this one by its name. Follows the field's name in a sentence. */
  readonly fault?: string | undefined;
}

/** Records of another kind that refer to these. An undo does not delete a record that is referred to. */
export interface RecordUse {
  readonly entity: ImportableEntity;
  /** Why the record stays. Follows its name in a sentence. */
  readonly fault: string;
  /** @returns the ids that are referred to. */
  findUsed(accountId: AccountId, ids: readonly string[]): Promise<string[]>;
}
