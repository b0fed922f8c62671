import { withComposedLetters } from '../../../kernel/composed';
import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../kernel/account-id';
import { maxTextLength } from '../../../kernel/custom-field-values';
import { isText } from '../../../platform/fields/fields';
import { CustomFieldRules, type DefinedField } from '../../../platform/records/custom-field-rules';
import type { Importable } from '../../../platform/records/importable';
import { isUuid } from '../../../kernel/uuid';
import { type CellReader, type ImportableField, readInto, readOneOf } from '../../../platform/records/importable-field';
import { type CellFormat, type CellReading, readBoolean } from '../../../platform/tables/cell-values';
import { readDate } from '../../../platform/tables/date-cells';
import { readNumber } from '../../../platform/tables/number-cells';

/** What becomes of several columns for one field. */
export type Combination =
  /** The first filled one is the value. */
  | 'first'
  /** The first value is the value, the others go into the notes. */
  | 'listed'
  /** The parts of an address come from the columns of one group; several lines are joined. */
  | 'grouped'
  /** All are joined, with the headers in front. */
  | 'joined'
  | 'united';

/** A field to which columns can be mapped. */
export interface ImportField {
  /** The name of the field in a mapping. */
  readonly value: string;
  readonly label: string;
  /** What messages call it. */
  readonly title: string;
  /**
   * What a cell becomes: a field of the record, a custom field, the name of another record, or what only says which
   * record the row means.
   */
  readonly target: 'field' | 'custom' | 'name' | 'identity';
  readonly read: CellReader;
  readonly combination: Combination;
  /** Whether people or companies are called so, some of them "Na" or "Null". */
  readonly isName: boolean;
  /** Whether a text is a value although it may mean nothing; absent: none is. */
  readonly isValue?: (text: string) => boolean;
  /** What an empty cell sends if it is to clear the field. */
  readonly cleared: Readonly<Record<string, unknown>>;
  /** Other fields for the same value. */
  readonly alternatives: readonly string[];
  /** The fields into which its cells are split. They may be mapped beside it. */
  readonly splitsInto: readonly string[];
}

const combinations: Readonly<Record<string, Combination>> = {
  email: 'listed',
  phone: 'listed',
  address: 'grouped',
  city: 'grouped',
  state: 'grouped',
  zip_code: 'grouped',
  country: 'grouped',
  notes: 'joined',
  tags: 'united',
};

const names = new Set(['first_name', 'last_name', 'full_name', 'name', 'company_name', 'source_name']);

const ofText = isText(maxTextLength, false);

const readers: Readonly<Record<string, (cell: string, format: CellFormat) => CellReading>> = {
  text: (cell) => {
    const value = withComposedLetters(cell);
    return ofText.holds(value, {}) ? { value } : { fault: ofText.message as string };
  },
  number: readNumber,
  date: readDate,
  boolean: readBoolean,
};

export const customPrefix = 'custom_fields.';

@Injectable()
export class ImportFields {
  constructor(private readonly customFields: CustomFieldRules) {}

  /** @returns the fields of a kind of record, with the account's custom fields. */
  async of({ fields, record }: Importable, accountId: AccountId): Promise<ImportField[]> {
    const entityType = record.customFields?.entityType;
    const definitions = entityType ? await this.customFields.definitionsOf(accountId, entityType) : [];
    const initial = new Map<string, unknown>(record.fields.map((field) => [field.name, field.initial]));
    for (const { name } of record.externalReferences) initial.set(name, null);
    const own = fields.map((field) => importFieldOf(field, fields, initial));
    return [...own, idField, ...definitions.map(customFieldOf)];
  }
}

/** Is taken for nothing but `match_by: id`, and never suggested: other programs have ids too. */
const idField: ImportField = {
  ...{ value: 'id', label: 'Id (of the record, for match_by: id)', title: 'Id' },
  target: 'identity',
  read: (cell) => (isUuid(cell) ? { values: {} } : { fault: 'must be the id of a record, which is a UUID' }),
  combination: 'first',
  isName: false,
  cleared: {},
  alternatives: [],
  splitsInto: [],
};

/** @param initial the values of new records, by field. */
export function importFieldOf(
  field: ImportableField,
  all: readonly ImportableField[],
  initial: ReadonlyMap<string, unknown>,
): ImportField {
  const { name, label, title, refersTo, givesWayTo = [], splitsInto = [] } = field;
  const target = refersTo?.by ?? (initial.has(name) ? name : givesWayTo[0]);
  return {
    value: name,
    label,
    title,
    target: refersTo ? 'name' : 'field',
    read:
      field.read ??
      (refersTo ? readName : name === 'zip_code' ? readPostCode : (cell) => ({ values: { [name]: cell } })),
    combination: combinations[name] ?? 'first',
    isName: names.has(name),
    cleared: target !== undefined && initial.get(target) !== undefined ? { [target]: initial.get(target) } : {},
    alternatives: [
      ...givesWayTo,
      ...all.filter((other) => other.givesWayTo?.includes(name)).map((other) => other.name),
    ],
    splitsInto,
  };
}

export function customFieldOf({ id, label, field_type, options }: Omit<DefinedField, 'unique'>): ImportField {
  const readOption = options && readOneOf(options);
  return {
    value: `${customPrefix}${id}`,
    label,
    title: label,
    target: 'custom',
    read: readInto(id, readOption ?? readers[field_type]!),
    combination: 'first',
    isName: false,
    ...(readOption ? { isValue: (text) => !('fault' in readOption(text)) } : {}),
    cleared: { [id]: null },
    alternatives: [],
    splitsInto: [],
  };
}

/** Shops mark codes as texts: `'T2P 1J9`. */
const readPostCode: CellReader = (cell) => ({ values: { zip_code: cell.startsWith("'") ? cell.slice(1) : cell } });

/** The database gets the name before the rules of its kind judge it. */
const readName: CellReader = (name) =>
  name.includes('\0') ? { fault: 'must be a text without NUL' } : { values: { name } };
