import type { AccountId } from '../../kernel/account-id';
import { isUuid } from '../../kernel/uuid';
import type { MatchText } from '../database/match-forms';
import type { RecordDefinition } from './record-definition';
import type { RecordRow } from './record-row';
import type { RecordStore } from './record-store';
import type { UniqueValues } from './unique-values';

/** A way to match the rows of a file to records. */
export interface Matcher {
  /** What `match_by` calls it; null: it is the usual way of its kind, and has no name. */
  readonly name: string | null;
  /** The fields of a mapping that identify a row. When the way is chosen by its name, one of them must be mapped. */
  readonly fields: readonly string[];
  /** Fields that are compared besides. They identify nothing by themselves. */
  readonly alsoCompared?: readonly string[];
  /** Whether a row with both keys also means a record that has the secondary one and no primary one. */
  readonly completesRecords?: true;
  /** Whether a row that names a record which does not exist is told about. */
  readonly namesRecords?: true;

  keysOf(row: MatchedRow): RowKeys;

  /** @returns the records with one of these keys. If several match, the preferred one comes first. */
  find(accountId: AccountId, keys: WantedKeys): Promise<readonly FoundRecord[]>;

  /**
   * @param own the title of the row, in one line. @param other that of the record.
   * @returns what to tell about a row that means a record. Follows the name of the first field in a sentence.
   */
  metMessage?(own: string, other: string): string | null;

  /** @returns what to tell about a row that becomes a record beside one with the same secondary key. */
  besideMessage?(other: string): string;
}

/** What a matcher may know of a row. */
export interface MatchedRow<Input extends object = object> {
  /** A body of a create or a PATCH. */
  readonly input: Input;
  /** The cell of a field that is no field of the record, such as `id`. */
  cell(field: string): string;
  /** The value of a custom field; undefined or null without one. */
  value(definitionId: string): unknown;
  /** The name of the record to which a field refers, by name or by id; `""` without one. */
  referred(field: string): string;
}

/** What is compared of a row. Texts of a key count together; if one has no form, the row has no such key. */
export interface RowKeys {
  readonly primary?: readonly KeyText[];
  readonly secondary?: readonly KeyText[];
  /** What people call the record of the row. Parts that change on their own are separated by line breaks. */
  readonly title: string;
}

export type KeyText = MatchText & { readonly isOptional?: true };

/**
 * The keys of a record in the form for comparisons; those of several texts are separated by line breaks. An empty key
 * identifies nothing. A row means the record with its primary key; without one, the record with its secondary key.
 */
export interface RecordKeys {
  readonly id: string;
  readonly primary: string;
  readonly secondary: string;
  readonly title: string;
}

export interface FoundRecord extends RecordKeys {
  /** Why other records may not refer to this one by its name. Follows the field's name in a sentence. */
  readonly fault?: string | undefined;
}

/** Different keys. */
export interface WantedKeys {
  readonly primary: readonly string[];
  readonly secondary: readonly string[];
}

/** Matches rows by the column `id`. */
export function matcherById(record: RecordDefinition<RecordRow, object>, store: RecordStore): Matcher {
  return {
    name: 'id',
    fields: ['id'],
    namesRecords: true,
    keysOf: ({ cell }) => {
      const id = cell('id').toLowerCase();
      return { title: '', ...(isUuid(id) ? { secondary: [{ form: 'id', text: id }] } : {}) };
    },
    find: async (accountId, { secondary }) => {
      const found = (await store.findMany(record, accountId, secondary)) as readonly { readonly id: string }[];
      return found.map(({ id }) => ({ id, primary: '', secondary: id, title: '' }));
    },
  };
}

/** Matches rows by the column `external_id`. */
export function matcherByExternalId(record: RecordDefinition<RecordRow, object>, store: RecordStore): Matcher {
  const { kind } = record;
  return {
    name: 'external_id',
    fields: ['external_id'],
    keysOf: ({ input }: MatchedRow<{ external_id?: string | null }>) => ({
      title: '',
      secondary: [{ form: 'id', text: input.external_id ?? '' }],
    }),
    find: async (accountId, { secondary }) => {
      const wanted = secondary.map((external_id) => ({ kind, external_id }));
      const found = await store.findByExternalIds(record, accountId, wanted);
      return secondary.flatMap((external_id) => {
        const id = found.idOf(kind, external_id);
        return id === undefined ? [] : [{ id, primary: '', secondary: external_id, title: '' }];
      });
    },
  };
}

/** What names of ways that compare a custom field begin with. */
const customPrefix = 'custom_fields.';

/** @returns the name of the way that compares a unique custom field. */
export function matchedByField(definitionId: string): string {
  return customPrefix + definitionId;
}

/** @returns the unique custom field that a way of this name compares; null if it compares something else. */
export function fieldMatchedBy(name: string | null): string | null {
  return name?.startsWith(customPrefix) ? name.slice(customPrefix.length) : null;
}

/** Matches rows by the value of a unique custom field. */
export function matcherByField(definitionId: string, values: UniqueValues): Matcher {
  return {
    name: matchedByField(definitionId),
    fields: [matchedByField(definitionId)],
    keysOf: ({ value }) => {
      const own = value(definitionId) ?? null;
      if (own === null) return { title: '' };
      const text = JSON.stringify(typeof own === 'string' ? own.trim() : own);
      return { title: '', secondary: [{ form: 'value', text }] };
    },
    find: async (accountId, { secondary }) => {
      const found = await values.findByForms(accountId, definitionId, secondary);
      return found.map(({ record_id, form }) => ({ id: record_id, primary: '', secondary: form, title: '' }));
    },
  };
}

/** @returns the texts of a key with two. */
export function textsOfKey(key: string): readonly [string, string] {
  const [first = '', second = ''] = key.split('\n');
  return [first, second];
}
