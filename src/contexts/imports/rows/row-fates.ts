import type { Fault } from './row-faults';

/** What may become of a row. */
export const rowOutcomes = ['created', 'updated', 'skipped', 'failed'] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

/** With those of lines that are no rows. */
export const lineOutcomes = [...rowOutcomes, 'ignored'] as const;
export type LineOutcome = (typeof lineOutcomes)[number];

export function isRowOutcome(outcome: LineOutcome): outcome is RowOutcome {
  return outcome !== 'ignored';
}

/** What became of a row. */
export interface RowFate {
  readonly row: number;
  readonly outcome: RowOutcome;
  /** The record that was made, changed or met; null: none, or only of a dry run. */
  readonly record_id: string | null;
  /** What is told about a row that was not refused. */
  readonly messages: Fault[];
}

/** Rows that follow each other, with the same outcome and nothing to tell; or a single row. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
  readonly outcome: RowOutcome;
  readonly messages: readonly Fault[];
}

/** @param fates in the order of the file. */
export function rangesOf(fates: readonly RowFate[]): RowRange[] {
  const ranges: RowRange[] = [];
  for (const { row, outcome, messages } of fates) {
    const before = ranges.at(-1);
    const isNext =
      before?.outcome === outcome && before.last === row - 1 && before.messages.length + messages.length === 0;
    if (isNext) ranges[ranges.length - 1] = { ...before, last: row };
    else ranges.push({ first: row, last: row, outcome, messages });
  }
  return ranges;
}
