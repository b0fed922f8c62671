import type { AccountId } from '../../kernel/account-id';
import type { ChangedRecord, NewRecord, ReadInput, RecordChange, Restoration } from '../../kernel/bulk';
import type { Author } from '../../kernel/caller';
import type { ValuesJudge } from '../../kernel/custom-field-values';
import type { ErrorDetail } from '../../kernel/domain-error';
import type { ImportedEntity } from '../../kernel/record-kinds';

/**
 * What imports must know of a context to make its records from the rows of a file. They ask nothing of it by name: the context
 * offers this (`Importables`).
 */
export interface Importable<Input extends object> extends ImportColumns {
  readonly entity: ImportedEntity;
  readonly records: BulkRecords<Input>;
  /** The account's own fields of these records; absent: they have none. */
  readonly customFields?: ImportableCustomFields;
  readonly uses?: readonly RecordUse[];

  /** The texts that say which record a row is about. */
  keysOf(input: Partial<Input>): { readonly name?: string | undefined; readonly domain?: string | undefined };

  /** @returns the records with one of these names or domains; of several with the same, the one to take comes first. */
  findByKeys(accountId: AccountId, names: readonly string[], domains: readonly string[]): Promise<FoundRecord[]>;

  /** @returns what is wrong with the ids of other records in an input. Absent: there are no such ids. */
  judgeReferences?(
    accountId: AccountId,
    inputs: readonly Partial<Input>[],
  ): Promise<(input: Partial<Input>) => readonly ErrorDetail[]>;
}

/** What a column of a file can be, and what files call it. */
export interface ImportColumns {
  /** In the order in which a client is shown them. */
  readonly fields: readonly ImportableField[];
  /** What a field is called besides its own name, by the field. Of fields with the same alias the earlier one is meant. */
  readonly aliases: Readonly<Record<string, readonly Aliases[]>>;
}

/** Names divided by ", ", the likelier first; some of them only where the file has another column beside. */
export type Aliases = string | { readonly names: string; readonly beside: string };

export interface ImportableField {
  /** How a mapping names it. */
  readonly name: string;
  readonly label: string;
  /** Absent: the cell is the value. */
  readonly read?: CellReader;
  /** The cell is the name of another record: its id goes into this field, and it is made if there is none. */
  readonly refersTo?: { readonly entity: ImportedEntity; readonly by: string };
  /** Fields that say the same in another way. Only one of both is mapped, and rather the other. */
  readonly givesWayTo?: readonly string[];
  /** A header must be exactly the field's name: of others one could not tell that this is meant. */
  readonly isByExactName?: true;
}

/** @returns values as the API takes them in JSON, by the fields that they fill; the fault is what follows the field's name. */
export type CellReader = (
  cell: string,
) => { readonly values: Readonly<Record<string, unknown>> } | { readonly fault: string };

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

/** How very many records are written, in the open transaction. */
export interface BulkRecords<Input> {
  /** @throws InvalidInputError */
  read(sent: object): ReadInput<Input>;
  create(author: Author, records: readonly NewRecord<Input>[]): Promise<void>;
  /** @returns those that are different now; null when one of them is gone, and nothing was done. */
  change(author: Author, changes: readonly RecordChange<Input>[]): Promise<ChangedRecord[] | null>;
  /** @returns `updated_at` of those that there are. */
  lock(accountId: AccountId, ids: readonly string[]): Promise<Map<string, Date>>;
  /** @param restorations of records that were locked. */
  restore(author: Author, restorations: readonly Restoration[]): Promise<ChangedRecord[]>;
  delete(author: Author, ids: readonly string[]): Promise<void>;
}

export interface ImportableCustomFields {
  definitions(
    accountId: AccountId,
  ): Promise<readonly { readonly id: string; readonly label: string; readonly field_type: string }[]>;
  /** Their definitions stay as they are until the end of the open transaction. */
  judge(accountId: AccountId, ids: readonly string[]): Promise<ValuesJudge>;
}

/** Records of another kind that these hold on to: an undoing does not delete them. */
export interface RecordUse {
  readonly entity: ImportedEntity;
  /** Why it stays; what follows the record's name. */
  readonly fault: string;
  /** @returns those that are used. */
  findUsed(accountId: AccountId, ids: readonly string[]): Promise<string[]>;
}
