import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../kernel/account-id';
import { CustomFieldRules } from '../../../platform/records/custom-field-rules';
import { readInto } from '../../../platform/records/import-columns';
import type { Importable } from '../../../platform/records/importable';
import type { CellReader, ImportableField } from '../../../platform/records/importable-field';
import { type CellReading, readBoolean, readDate, readNumber } from '../../../platform/tables/cell-values';

/** What a column can be mapped to. */
export interface ImportField {
  /** How a mapping names it. */
  readonly value: string;
  readonly label: string;
  /** Where the value of a cell goes: into a field of the record, into a custom field, or into the name of another record. */
  readonly target: 'field' | 'custom' | 'name';
  readonly read: CellReader;
  /** Fields that say the same in another way. */
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

  /** @returns the fields of these records, the account's own among them. */
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

/** It goes into the database before the rules of its kind of record see it. */
const readName: CellReader = (name) =>
  name.includes('\0') ? { fault: 'must be a text without NUL' } : { values: { name } };
