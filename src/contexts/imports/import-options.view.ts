import { ApiProperty } from '@nestjs/swagger';
import { BoolValue, EnumValue } from '../../platform/fields/view-fields';
import type { Import } from './import.entity';
import { duplicatePolicies } from './rows/duplicate-policy';
import { previousOptions, tagsModes } from './rows/import-options';
import { isPlanned } from './rows/new-fields';
import { readingChoices } from './rows/reading-choices';

/** What a confirmation said, so that the next file can be confirmed with it. */
export class ImportOptionsView {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: ['string', 'null'] } as never,
    example: { 'First Name': 'first_name', Photo: null },
    description: 'From headers to fields, without columns for which a dry run would make fields.',
  })
  column_mapping!: Record<string, string | null>;

  @EnumValue(duplicatePolicies, 'skip')
  on_duplicate!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'email',
    description: 'What identifies the record of a row; null: what is usual for its kind.',
  })
  match_by!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { source_name: 'Trade fair' },
    description: 'Values for every row, by field, as they were sent.',
  })
  defaults!: Record<string, unknown>;

  @EnumValue(tagsModes, 'add')
  tags_mode!: string;

  @EnumValue(readingChoices.empty_cells, 'keep')
  empty_cells!: string;

  @EnumValue(readingChoices.date_order, 'auto')
  date_order!: string;

  @EnumValue(readingChoices.decimal, 'auto')
  decimal!: string;

  @EnumValue(readingChoices.on_invalid_cell, 'leave_out')
  on_invalid_cell!: string;

  @EnumValue(readingChoices.when_name_missing, 'use_other')
  when_name_missing!: string;

  @BoolValue(false, 'Whether columns that the mapping does not name become custom fields.')
  create_custom_fields!: boolean;
}

/** Keys that no body may have. A request can not have mapped such columns; `create_custom_fields` finds their fields. */
const refusedKeys = new Set(['__proto__', 'constructor']);

/** @param job that was confirmed. */
export function importOptionsView({ column_mapping, on_duplicate, match_by, options }: Import): ImportOptionsView {
  const { sent_defaults, ignored_headers, ...others } = options ?? previousOptions;
  const ignored = ignored_headers.map((header) => [header, null] as const);
  const mapped = column_mapping!.filter((column) => !isPlanned(column) && !refusedKeys.has(column[0]));
  return {
    ...{ column_mapping: Object.fromEntries<string | null>([...mapped, ...ignored]), on_duplicate, match_by },
    defaults: { ...sent_defaults },
    tags_mode: others.tags_mode,
    empty_cells: others.empty_cells,
    date_order: others.date_order,
    decimal: others.decimal,
    on_invalid_cell: others.on_invalid_cell,
    when_name_missing: others.when_name_missing,
    create_custom_fields: others.create_custom_fields,
  };
}
