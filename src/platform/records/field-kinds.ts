import type { ErrorDefinition } from '../../kernel/domain-error';
import { isImportable } from '../../kernel/record-kinds';
import { Enum, type FieldOptions, type Rule, Text, type TextOptions } from '../fields/fields';
import { Timestamp } from '../fields/query-fields';
import {
  Bool,
  CalendarDate,
  Cents,
  CustomFieldValues,
  ExternalId,
  Integer,
  Reference,
  Tags,
} from '../fields/record-fields';
import {
  CustomFieldsValue,
  DateValue,
  EnumValue,
  IntegerValue,
  NullableTextValue,
  TimestampValue,
  NullableTimestampValue,
  ReferenceValue,
  TagsValue,
  TextValue,
  BoolValue,
} from '../fields/view-fields';
import { type CellFormat, type CellReading, readBoolean, readTags } from '../tables/cell-values';
import { readDate } from '../tables/date-cells';
import { readCentsOfAmount, readInteger } from '../tables/number-cells';
import { type FieldDeclaration, RecordField } from './declared-fields';
import { externalReferenceOf } from './external-references';
import { readInto, readOneOf } from './importable-field';
import type { ImportableField } from './importable-field';
import { type ReferenceDeclaration, referenceTargets } from './reference-targets';

/**
 * The vocabulary in which an entity declares the public fields of its record. Each decorator declares a field once:
 * column, initial value, reading and rules of its inputs, and its place in the document.
 */

interface FieldTexts {
  readonly description: string;
  /** The name that people see when they map columns. Without one, files cannot fill the field. */
  readonly label?: string;
}

/** A trimmed text; `""` when unset. */
export function TextField({
  example,
  label,
  ...options
}: TextOptions & FieldTexts & { readonly example: string }): PropertyDecorator {
  const text = { ...options, example };
  const isRequired = options.required !== undefined;
  return RecordField({
    column: { type: 'text' },
    ...(isRequired ? { isRequired } : { initial: '' }),
    create: Text(text),
    update: Text({ ...text, optional: true }),
    value: TextValue(example, options),
    ...importableAs(label),
  });
}

/** A count; null if unknown. */
export function CountField(said: FieldTexts & { readonly example: number }): PropertyDecorator {
  const field = Integer({ ...said, minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
  return RecordField({
    column: { type: 'bigint', nullable: true },
    initial: null,
    create: field,
    update: field,
    value: IntegerValue(said.example, said.description),
    ...importableAs(said.label, readInteger),
  });
}

/** An amount of money in cents; null if unknown. */
export function CentsField(said: FieldTexts & { readonly example: number }): PropertyDecorator {
  return RecordField({
    column: { type: 'bigint', nullable: true },
    initial: null,
    create: Cents(said),
    update: Cents(said),
    value: IntegerValue(said.example, said.description),
    ...(said.label === undefined ? {} : { importable: (name) => amounts(name, said.label!) }),
  });
}

/** A day as the text `YYYY-MM-DD`, because a time zone could move a Date to another day. Null if unset. */
export function DateField({
  rules = [],
  ...said
}: FieldTexts & { readonly example: string; readonly rules?: readonly Rule[] }): PropertyDecorator {
  return RecordField({
    column: { type: 'date', nullable: true },
    initial: null,
    create: CalendarDate({ ...said, rules }),
    update: CalendarDate({ ...said, rules }),
    value: DateValue(said.example, said.description),
    ...importableAs(said.label, readDate),
  });
}

/** True or false; false when unset. */
export function BooleanField(said: FieldTexts & { readonly example: boolean }): PropertyDecorator {
  return RecordField({
    column: { type: 'bool' },
    initial: false,
    create: Bool({ ...said, fallback: false }),
    update: Bool(said),
    value: BoolValue(said.example, said.description),
    ...importableAs(said.label, readBoolean),
  });
}

/** One of a fixed list of words. */
export function EnumField({
  initial,
  isFixed = false,
  ...said
}: FieldTexts & {
  readonly members: readonly string[];
  /** The error for any other value. */
  readonly definition: ErrorDefinition;
  readonly example: string;
  /** The value on a new record. Without it the caller must send one. */
  readonly initial?: string;
  /** Whether the value can never change. */
  readonly isFixed?: boolean;
}): PropertyDecorator {
  const optional = initial !== undefined;
  return RecordField({
    column: { type: 'text' },
    ...(optional ? { initial } : { isRequired: true }),
    create: Enum({ ...said, optional, ...(optional ? { fallback: initial } : {}) }),
    ...(isFixed ? {} : { update: Enum({ ...said, optional: true }) }),
    value: EnumValue(said.members, said.example, said.description),
    ...importableAs(said.label, readOneOf(said.members)),
  });
}

/** The id of another record; null without one. */
export function ReferenceField({
  description,
  example,
  label,
  inputExample = null,
  createRules = [],
  updateRaises,
  ...reference
}: FieldTexts &
  ReferenceDeclaration & {
    /** In answers. */
    readonly example: string | null;
    /** In bodies. */
    readonly inputExample?: string | null;
    readonly createRules?: readonly Rule[];
    /** Codes that only the service can raise for a PATCH. */
    readonly updateRaises?: FieldOptions['raises'];
  }): PropertyDecorator {
  const { error } = reference;
  // Every field without a code of its own raises `<namespace>.invalid_request`.
  const isOwn = error !== undefined && !error.code.endsWith('.invalid_request');
  const said = { description, example: inputExample, ...(isOwn ? { definition: error } : {}) };
  return RecordField({
    column: { type: 'uuid', nullable: true },
    initial: null,
    create: Reference({ ...said, rules: createRules }),
    update: Reference({ ...said, ...(updateRaises ? { raises: updateRaises } : {}) }),
    value: ReferenceValue(example, description),
    reference,
    ...(label === undefined ? {} : { importable: (name) => referenceCells(name, label, reference) }),
  });
}

/** The id of the record in another system, unique for the account and the kind; null without one. */
export function ExternalIdField({ error }: { readonly error: ErrorDefinition }): PropertyDecorator {
  const description =
    'Its id in another system, whose case counts; no two records of a kind have the same. Null: none.';
  const input = ExternalId({ description, example: 'crm-4711', raises: [error] });
  return RecordField({
    column: { type: 'text', nullable: true },
    initial: null,
    create: input,
    update: input,
    value: NullableTextValue(null, description),
    takenError: error,
    ...importableAs('External id'),
  });
}

/** Tags; `[]` when unset. */
export function TagsField(): PropertyDecorator {
  const said = { description: 'Tags; the whole list, in order.', example: ['vip', 'eu'] };
  return RecordField({
    column: { type: 'text', array: true },
    initial: [],
    create: Tags(said),
    update: Tags(said),
    value: TagsValue(said.description),
    importable: (name) => [
      {
        name,
        label: 'Tags, separated by commas',
        title: 'Tags',
        read: (cell) => ({ values: { [name]: readTags(cell) } }),
      },
    ],
  });
}

/** Values of custom fields; `{}` if unset. `CustomFieldRules` validates them. */
export function CustomFieldsField({ error }: { readonly error: ErrorDefinition }): PropertyDecorator {
  const description = 'Values of custom fields, by the ids of their definitions.';
  const input = CustomFieldValues({ definition: error, description, example: {} });
  return RecordField({
    column: { type: 'jsonb' },
    initial: {},
    create: input,
    update: input,
    value: CustomFieldsValue(description),
    valuesError: error,
  });
}

/** A time. On a new record it is the time of creation, unless the caller sends one. */
export function TimeField({
  createDescription,
  ...said
}: FieldTexts & { readonly createDescription: string; readonly example: string }): PropertyDecorator {
  return RecordField({
    column: { type: 'timestamptz', precision: 3 },
    initial: (at: Date) => at,
    create: Timestamp({ ...said, description: createDescription }),
    update: Timestamp(said),
    value: TimestampValue(said.description),
  });
}

/** A time that only the server sets; null before. */
export function ServerTimeField({ description }: FieldTexts): PropertyDecorator {
  return RecordField({
    column: { type: 'timestamptz', precision: 3, nullable: true },
    initial: null,
    value: NullableTimestampValue(description),
  });
}

function importableAs(
  label: string | undefined,
  read?: (cell: string, format: CellFormat) => CellReading,
): Pick<FieldDeclaration, 'importable'> {
  if (label === undefined) return {};
  return { importable: (name) => [{ name, label, title: label, ...(read ? { read: readInto(name, read) } : {}) }] };
}

/** Files have amounts in whole units. Cents are read only from a column with exactly the field's name. */
function amounts(name: string, label: string): ImportableField[] {
  return [
    { name, label: `${label} in cents`, title: label, read: readInto(name, readInteger), isByExactName: true },
    {
      name: `${name}_amount`,
      label: `${label} in whole currency units, such as 1250000.50`,
      title: label,
      read: readInto(name, readCentsOfAmount),
      givesWayTo: [name],
    },
  ];
}

/**
 * Files name other records. Ids are read only from a column with exactly the field's name, because ids of another
 * system would match nothing.
 */
function referenceCells(id: string, label: string, reference: ReferenceDeclaration): ImportableField[] {
  const { to, name } = reference;
  const byId: ImportableField = { name: id, label: `${label} by its id`, title: label, isByExactName: true };
  const external = externalReferenceOf(id, reference)?.name;
  const byExternalId: ImportableField[] = external
    ? [{ ...byId, name: external, label: `${label} by its external id`, givesWayTo: [id] }]
    : [];
  if (!name || !isImportable(to) || !referenceTargets[to].isFoundByName) return [byId, ...byExternalId];
  return [
    { name, label: `${label} by its name (found, or created)`, title: label, refersTo: { entity: to, by: id } },
    { ...byId, givesWayTo: [name] },
    ...byExternalId.map((field) => ({ ...field, givesWayTo: [id, name] })),
  ];
}
