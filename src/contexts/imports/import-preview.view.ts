import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { CountValue, EnumValue, IntegerValue, TextValue } from '../../platform/fields/view-fields';
import { delimiters } from '../../platform/tables/table-layout';
import { encodings } from '../../platform/tables/text-encoding';

export class ImportFieldView {
  @TextValue('first_name', { description: 'How a mapping names it.' })
  value!: string;

  @TextValue('First name')
  label!: string;
}

export class SkippedLineView {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    example: 1,
    description: 'The number of the line, as spreadsheets count: blank lines too.',
  })
  line!: number;

  @TextValue('Contacts of 2026', { description: 'What stands there, at most 200 characters of it.' })
  text!: string;
}

/** How a file was read. */
export class DialectView {
  @EnumValue(encodings, 'utf-8', 'How the file is encoded.')
  encoding!: string;

  @ApiProperty({
    type: 'string',
    enum: [...delimiters],
    nullable: true,
    example: ',',
    description: 'What stands between the cells; null: the file is no table of text.',
  })
  delimiter!: string | null;

  @IntegerValue(
    1,
    'The number of the line with the header, as spreadsheets count: blank lines too; null: there is none.',
  )
  header_row!: number | null;
}

export class ImportColumnView {
  @TextValue('E-mail')
  header!: string;

  @CountValue('How many of the first rows (at most 1,000) have a value in it.', 3)
  filled!: number;

  @ApiProperty({
    type: [String],
    example: ['grace@acme.example'],
    description: 'The first different values, at most three, without what programs put around them.',
  })
  samples!: readonly string[];

  @ApiProperty({ type: 'string', nullable: true, example: 'email', description: 'The field that is suggested.' })
  suggestion!: string | null;

  @TextValue('Its name is known.', { description: 'Why this field, or none, is suggested.' })
  reason!: string;
}

/** What the names and the cells of the columns tell. */
export class ConclusionsView {
  @ApiProperty({ type: [ImportColumnView], description: 'What was found of each column.' })
  columns!: readonly ImportColumnView[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'First Name': 'first_name', 'E-mail': 'email' },
    description: 'From headers to fields, as far as columns were recognised. Good for `column_mapping` as it is.',
  })
  suggested_mapping!: Record<string, string>;

  @ApiProperty({
    type: [String],
    example: [],
    description: 'Fields that every record must have, and that no suggested column fills.',
  })
  missing_required!: readonly string[];

  @ApiProperty({
    type: [String],
    example: ['N/A'],
    description: 'Texts that stand in the first rows and mean that there is no value.',
  })
  treated_as_empty!: readonly string[];

  @ApiProperty({
    type: 'string',
    enum: ['dmy', 'mdy', 'ymd'],
    nullable: true,
    example: null,
    description: 'The order in dates such as 3/15/2024; null: there are none, or they do not tell.',
  })
  date_order!: string | null;

  @ApiProperty({
    type: 'string',
    enum: ['point', 'comma'],
    nullable: true,
    example: null,
    description: 'What stands before the decimals of numbers; null: there are none, or they do not tell.',
  })
  decimal!: string | null;
}

export class ImportPreviewView extends IntersectionType(DialectView, ConclusionsView) {
  @ApiProperty({ type: [SkippedLineView], description: 'The first 20 of the lines that `ignored_rows` counts.' })
  skipped_lines!: readonly SkippedLineView[];

  @CountValue(
    'Lines that are no rows: explanations above the header, the header again, titles of groups, totals and footers beside a ' +
      'blank line. Blank lines are not counted.',
    1,
  )
  ignored_rows!: number;

  @ApiProperty({ type: [String], example: ['First Name', 'E-mail'] })
  headers!: readonly string[];

  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'string' } },
    example: [['Grace', 'grace@acme.example']],
    description: 'The first five rows: their cells, in the order of the headers.',
  })
  sample_rows!: readonly (readonly string[])[];

  @CountValue('Rows below the header, blank ones not counted.', 3)
  total_rows!: number;

  @ApiProperty({ type: [ImportFieldView], description: 'What a column can be mapped to.' })
  available_fields!: readonly ImportFieldView[];
}
