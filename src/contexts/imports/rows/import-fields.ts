import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../kernel/account-id';
import { CustomFieldRules } from '../../../platform/records/custom-field-rules';
import { readInto } from '../../../platform/records/import-columns';
import type { Importable } from '../../../platform/records/importable';
import type { CellReader, ImportableField } from '../../../platform/records/importable-field';
import { type CellReading, readBoolean, readDate, readNumber } from '../../../platform/tables/cell-values';

/** A field to which a column can be mapped. */
export interface ImportField {
  /** The name of the field in a mapping. */
  readonly value: string;
  readonly label: string;
  /** What a cell becomes: a field of the record, a custom field, or the name of another record. */
  readonly target: 'field' | 'custom' | 'name';
  readonly read: CellReader;
  /** Other fields for the same value. */
  readonly alternatives: readonly string[];
}

const readers: Readonly<Record<string, (cell: string) => CellReading>> = {
  text: (value) => ({ value }),
  enum: (value) => ({ value }),
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
    return [
      ...fields.map((field): ImportField => ({
        value: field.name,
        label: field.label,
        target: field.refersTo ? 'name' : 'field',
        read: field.read ?? (field.refersTo ? readName : (cell) => ({ values: { [field.name]: cell } })),
        alternatives: alternativesOf(field, fields),
      })),
      ...definitions.map(({ id, label, field_type }): ImportField => ({
        value: `${customPrefix}${id}`,
        label,
        target: 'custom',
        read: readInto(id, readers[field_type]!),
        alternatives: [],
      })),
    ];
  }
}

function alternativesOf({ name, givesWayTo = [] }: ImportableField, fields: readonly ImportableField[]): string[] {
  return [...givesWayTo, ...fields.filter((other) => other.givesWayTo?.includes(name)).map((other) => other.name)];
}

/** The database gets the name before the rules of its kind judge it. */
const readName: CellReader = (name) =>
  name.includes('\0') ? { fault: 'must be a text without NUL' } : { values: { name } };
