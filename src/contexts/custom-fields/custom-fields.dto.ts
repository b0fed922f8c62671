import { composed } from '../../kernel/composed';
import { maxLabelLength, maxTextLength } from '../../kernel/custom-field-values';
import { customFieldEntities } from '../../kernel/record-kinds';
import { Enum, Field, type FieldOptions, isText, type Rule, Text } from '../../platform/fields/fields';
import { Cursor, Limit } from '../../platform/fields/query-fields';
import { Integer, Bool } from '../../platform/fields/record-fields';
import { customFieldsErrors } from './custom-fields.errors';
import { fieldTypes } from './field-values';

const maxOptions = 200;
const optionText = isText(maxTextLength, true);

/** @returns whether these are 1 to 200 different texts that are not blank. */
export function areOptions(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= maxOptions &&
    value.every((option) => option !== '' && optionText.holds(option, {})) &&
    new Set(value).size === value.length
  );
}

export const optionsMessage = `must be 1 to ${maxOptions} different texts of 1 to ${maxTextLength} characters`;
export const noOptionsMessage = 'is for enums only';

function Options(options: Omit<FieldOptions, 'optional'> & { readonly rules: readonly Rule[] }) {
  return Field({
    ...options,
    optional: true,
    read: (value) =>
      Array.isArray(value)
        ? value.map((option: unknown) => (typeof option === 'string' ? composed(option) : option))
        : value,
    schema: {
      type: 'array',
      minItems: 1,
      maxItems: maxOptions,
      uniqueItems: true,
      items: { type: 'string', minLength: 1, maxLength: maxTextLength },
      nullable: true,
    },
  });
}

const isEnum = (field_type: unknown) => field_type === 'enum';
const optionRules: readonly Rule[] = [
  {
    name: 'hasOptions',
    holds: (value, { field_type }) => !isEnum(field_type) || areOptions(value),
    message: optionsMessage,
    asksAbsent: true,
    definition: customFieldsErrors.options_required,
  },
  {
    name: 'hasNoOptions',
    holds: (value, { field_type }) => value === null || isEnum(field_type),
    message: noOptionsMessage,
  },
];

const label = {
  max: maxLabelLength,
  required: customFieldsErrors.label_required,
  description: 'What people call it; unlike all others of this entity type, whatever its case.',
  example: 'Customer level',
} as const;
const options = { description: 'Of an enum: what it may be, in the order to offer.', example: ['gold', 'silver'] };
const required = {
  description: 'Whether every new record must have a value, which then cannot be removed.',
  example: false,
};
const unique = {
  description:
    'Whether no two records have the same value: of a text, a number or a date, and of at most five fields of an entity type. ' +
    'Texts are the same whatever their case.',
  example: false,
};
const display_order = {
  minimum: 0,
  maximum: 2 ** 31 - 1,
  description: 'The list is in this order, equal ones in the order of their making.',
  example: 0,
  nullable: false,
};

export class CreateCustomFieldInput {
  @Enum({
    members: customFieldEntities,
    definition: customFieldsErrors.invalid_entity_type,
    description: 'What kind of records has it; cannot be changed.',
    example: 'contact',
  })
  entity_type!: (typeof customFieldEntities)[number];

  @Text(label)
  label!: string;

  @Enum({
    members: fieldTypes,
    definition: customFieldsErrors.invalid_field_type,
    description: 'What its values are; cannot be changed.',
    example: 'enum',
  })
  field_type!: (typeof fieldTypes)[number];

  @Options({ ...options, rules: optionRules })
  options?: readonly string[] | null;

  @Bool({ ...required, fallback: false })
  required?: boolean;

  @Bool({ ...unique, fallback: false })
  unique?: boolean;

  @Integer({ ...display_order, fallback: 0 })
  display_order?: number;
}

export class UpdateCustomFieldInput {
  @Text({ ...label, optional: true })
  label?: string;

  /** The service judges options, because only the record knows the field's type. */
  @Options({ ...options, rules: [], raises: [customFieldsErrors.options_required] })
  options?: unknown;

  @Bool(required)
  required?: boolean;

  @Bool(unique)
  unique?: boolean;

  @Integer(display_order)
  display_order?: number;
}

export class ListCustomFieldsInput {
  @Enum({
    members: customFieldEntities,
    definition: customFieldsErrors.invalid_entity_type,
    description: 'Only those of this kind of records.',
    example: 'contact',
    optional: true,
  })
  entity_type?: (typeof customFieldEntities)[number];

  @Limit()
  limit?: number;

  @Cursor()
  cursor?: string;
}
