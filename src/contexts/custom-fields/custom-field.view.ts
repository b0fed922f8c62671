import { ApiProperty } from '@nestjs/swagger';
import { type CustomFieldEntity, customFieldEntities } from '../../kernel/record-kinds';
import {
  EnumValue,
  exampleIds,
  IdValue,
  TimestampValue,
  TextValue,
  BoolValue,
} from '../../platform/fields/view-fields';
import type { CustomField } from './custom-field.entity';
import { type FieldType, fieldTypes } from './field-values';

export class CustomFieldView {
  @IdValue(exampleIds.custom_field)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @EnumValue(customFieldEntities, 'contact')
  entity_type!: CustomFieldEntity;

  @TextValue('Customer level')
  label!: string;

  @EnumValue(fieldTypes, 'enum')
  field_type!: FieldType;

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    nullable: true,
    example: ['gold', 'silver'],
    description: 'What an enum may be; null for the other types.',
  })
  options!: readonly string[] | null;

  @BoolValue(false, 'Whether every new record must have a value, which then cannot be removed.')
  required!: boolean;

  @BoolValue(false, 'Whether no two records have the same value.')
  unique!: boolean;

  @ApiProperty({ type: 'integer', example: 0, description: 'The list is in this order.' })
  display_order!: number;

  @TimestampValue()
  created_at!: string;
}

export function customFieldView(field: CustomField): CustomFieldView {
  return {
    id: field.id,
    account_id: field.account_id,
    entity_type: field.entity_type,
    label: field.label,
    field_type: field.field_type,
    options: field.options,
    required: field.required,
    unique: field.unique,
    display_order: field.display_order,
    created_at: field.created_at.toISOString(),
  };
}
