import { ApiProperty } from '@nestjs/swagger';
import { EnumValue, exampleIds, IntegerValue, ReferenceValue } from '../../platform/fields/view-fields';
import type { ImportError } from './import-error.entity';
import type { Fault } from './rows/row-faults';
import { lineOutcomes, type RowFate } from './rows/row-fates';

export class ImportRowView {
  @IntegerValue(1, 'Counts the rows below the header from 1; null: a line that is no row.')
  row!: number | null;

  @EnumValue(lineOutcomes, 'skipped', 'What became of it.')
  outcome!: string;

  @ReferenceValue(
    exampleIds.contact,
    'The record that was made, changed, or met and left alone; null: none, or one that only a dry run has.',
  )
  record_id!: string | null;

  @ApiProperty({
    type: [String],
    example: [
      'E-mail is that of “Grace Hopper”, so the row was taken for the same contact (E-mail: "info@acme.example")',
    ],
    description: 'What there is to tell: why it was refused, or what was left out, or taken for something else.',
  })
  messages!: readonly string[];
}

/** @param faults of a row that was refused. */
export function importRowView(
  { row, outcome, record_id, messages }: RowFate,
  faults: readonly ImportError[],
): ImportRowView {
  const told = [...faults.map((fault) => ({ ...fault, column: fault.column_name })), ...messages];
  return { row, outcome, record_id, messages: told.map(textOf) };
}

export function ignoredLineView(message: string): ImportRowView {
  return { row: null, outcome: 'ignored', record_id: null, messages: [message] };
}

/** Maximum number of characters of a cell in a message. */
const maxShownCell = 100;

function textOf({ message, column, value }: Pick<Fault, 'message' | 'column' | 'value'>): string {
  if (column === null) return message;
  const cell = value.length > maxShownCell ? `${value.slice(0, maxShownCell)}…` : value;
  return `${message} (${column}: "${cell}")`;
}
