import type { ErrorDefinition } from '../../kernel/domain-error';
import { isImportable } from '../../kernel/record-kinds';
import { Enum, type FieldOptions, type Rule, Text, type TextOptions } from '../fields/fields';
import { Timestamp } from '../fields/query-fields';
import { CalendarDate, Cents, CustomFieldValues, Integer, Reference, Tags, Bool } from '../fields/record-fields';
import {
  authorDescription,
  CustomFieldsValue,
  DateValue,
  EnumValue,
  exampleIds,
  IdValue,
  IntegerValue,
  TimestampValue,
  NullableTimestampValue,
  ReferenceValue,
  TagsValue,
  TextValue,
  BoolValue,
} from '../fields/view-fields';
import {
  type CellReading,
  readBoolean,
  readCentsOfAmount,
  readDate,
  readInteger,
  readTags,
} from '../tables/cell-values';
import { type FieldDeclaration, RecordField } from './declared-fields';
import { readInto } from './import-columns';
import type { ImportableField } from './importable-field';
import { type ReferenceDeclaration, referenceTargets } from './reference-targets';

/**
 * The vocabulary in which an entity declares the public fields of its record. Each decorator says everything about a field
 * once: column, initial value, the reading and rules of its inputs, and how the document shows it.
 */

interface FieldTexts {
  readonly description: string;
  /** What people who import files choose it by; without one, files cannot fill the field. */
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

/** A number of things; null when unknown. */
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

/** An amount of money in cents; null when unknown. */
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

/** A day, as the text `YYYY-MM-DD`: as a Date, a time zone could move it. Null when unset. */
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

/** One of a few words. */
export function EnumField({
  initial,
  isFixed = false,
  ...said
}: FieldTexts & {
  readonly members: readonly string[];
  /** What anything but a member raises. */
  readonly definition: ErrorDefinition;
  readonly example: string;
  /** What a new record has; without it the caller must say. */
  readonly initial?: string;
  /** Whether it never changes. */
  readonly isFixed?: boolean;
}): PropertyDecorator {
  const optional = initial !== undefined;
  return RecordField({
    column: { type: 'text' },
    ...(optional ? { initial } : { isRequired: true }),
    create: Enum({ ...said, optional, ...(optional ? { fallback: initial } : {}) }),
    ...(isFixed ? {} : { update: Enum({ ...said, optional: true }) }),
    value: EnumValue(said.members, said.example, said.description),
    ...importableAs(said.label),
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
    /** Codes of what only the service can see of it in a PATCH. */
    readonly updateRaises?: FieldOptions['raises'];
  }): PropertyDecorator {
  const { error } = reference;
  // `<namespace>.invalid_request` is what every field raises that has no code of its own.
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
      { name, label: 'Tags, separated by commas', read: (cell) => ({ values: { [name]: readTags(cell) } }) },
    ],
  });
}

/** Values of the account's own fields; `{}` when unset. `CustomFieldRules` judges them. */
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

/** A time; of a new record, that of its making, unless it is sent. */
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

/** A time that only the server sets; null until it has come. */
export function ServerTimeField({ description }: FieldTexts): PropertyDecorator {
  return RecordField({
    column: { type: 'timestamptz', precision: 3, nullable: true },
    initial: null,
    value: NullableTimestampValue(description),
  });
}

/** The id of the record itself; `viewOf` shows the example of its kind. */
export function IdField(): PropertyDecorator {
  return RecordField({ column: { type: 'uuid', primary: true }, value: IdValue(exampleIds.contact) });
}

/** The id of the account that the record belongs to. */
export function AccountIdField(): PropertyDecorator {
  return RecordField({ column: { type: 'uuid' }, value: IdValue(exampleIds.account) });
}

/** The user who made the record. @param name the field of answers with the user's name, where there is one. */
export function AuthorField({ name }: Pick<ReferenceDeclaration, 'name'> = {}): PropertyDecorator {
  return RecordField({
    column: { type: 'uuid', nullable: true },
    value: ReferenceValue(exampleIds.user, authorDescription),
    ...(name ? { reference: { to: 'user', name } } : {}),
  });
}

/** When the record was made, or last changed. */
export function ChangeTimeField(): PropertyDecorator {
  return RecordField({ column: { type: 'timestamptz', precision: 3 }, value: TimestampValue() });
}

function importableAs(
  label: string | undefined,
  read?: (cell: string) => CellReading,
): Pick<FieldDeclaration, 'importable'> {
  if (label === undefined) return {};
  return { importable: (name) => [{ name, label, ...(read ? { read: readInto(name, read) } : {}) }] };
}

/** Files have amounts in whole units; cents are taken only by a header that is exactly the field's name. */
function amounts(name: string, label: string): ImportableField[] {
  return [
    { name, label: `${label} in cents`, read: readInto(name, readInteger), isByExactName: true },
    {
      name: `${name}_amount`,
      label: `${label} in whole currency units, such as 1250000.50`,
      read: readInto(name, readCentsOfAmount),
      givesWayTo: [name],
    },
  ];
}

/** Files name other records; ids of another system would be found nowhere, so they are taken by the exact name only. */
function referenceCells(id: string, label: string, { to, name }: ReferenceDeclaration): ImportableField[] {
  const byId: ImportableField = { name: id, label: `${label} by its id`, isByExactName: true };
  if (!name || !isImportable(to) || !referenceTargets[to].isFoundByName) return [byId];
  return [
    { name, label: `${label} by its name (found, or created)`, refersTo: { entity: to, by: id } },
    { ...byId, givesWayTo: [name] },
  ];
}
