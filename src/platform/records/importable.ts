import type { AccountId } from '../../kernel/account-id';
import type { ImportableEntity } from '../../kernel/record-kinds';
import type { ImportColumns } from './importable-field';
import type { RecordDefinition } from './record-definition';
import type { RecordRow } from './record-row';

/**
 * What imports must know of a context to make its records from the rows of a file. They ask nothing of it by name: the context
 * offers this (`Importables`).
 */
export interface Importable extends ImportColumns {
  readonly record: RecordDefinition<RecordRow, object>;
  readonly uses?: readonly RecordUse[];

  /** The texts that say which record a row is about. @param input a body of a create or a PATCH. */
  keysOf(input: object): { readonly name?: string | undefined; readonly domain?: string | undefined };

  /** @returns the records with one of these names or domains; of several with the same, the one to take comes first. */
  findByKeys(accountId: AccountId, names: readonly string[], domains: readonly string[]): Promise<FoundRecord[]>;
}

/** What a record is recognised by, in the form in which it is compared (`name_form`); empty: not by that. */
export interface RecordKeys {
  readonly id: string;
  /** Or what stands for it: of a contact, the e-mail address. */
  readonly name: string;
  readonly domain: string;
}

export interface FoundRecord extends RecordKeys {
  /** Why records of other kinds may not refer to it by its name; what follows the field's name. */
  readonly fault?: string | undefined;
}

/** Records of another kind that these hold on to: an undoing does not delete them. */
export interface RecordUse {
  readonly entity: ImportableEntity;
  /** Why it stays; what follows the record's name. */
  readonly fault: string;
  /** @returns those that are used. */
  findUsed(accountId: AccountId, ids: readonly string[]): Promise<string[]>;
}
