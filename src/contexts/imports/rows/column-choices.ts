import { errorColumn } from '../../../platform/tables/table-layout';
import type { ColumnFindings } from './reading-options';

/** Why a field is suggested for a column, or none. */
export const reasons = {
  exact: 'It has the name of the field.',
  custom: 'It is called like a custom field.',
  named: 'Its name is known.',
  cells: 'Its cells show it.',
  error: 'It has the errors of an earlier import.',
  contradicted: 'Its name is known, but its cells are something else.',
  fuller: 'Another column for the same field has more values.',
  better: 'Another column is likelier to be this field.',
  empty: 'It is empty.',
  unknown: 'Neither its name nor its cells are known.',
};

interface Choice {
  readonly field: string;
  readonly reason: string;
  readonly rank: number;
}

/** What is chosen for the columns of a file, so far. */
export class ColumnChoices {
  readonly chosen = new Map<ColumnFindings, Choice>();
  private readonly refused = new Map<ColumnFindings, string>();

  constructor(readonly columns: readonly ColumnFindings[]) {}

  take(column: ColumnFindings, field: string, reason: string, rank = 0): void {
    this.chosen.set(column, { field, reason, rank });
    this.refused.delete(column);
  }

  release(field: string): void {
    for (const [column, chosen] of this.chosen) {
      if (chosen.field !== field) continue;
      this.chosen.delete(column);
      this.refused.set(column, reasons.better);
    }
  }

  isTaken(field: string): boolean {
    return [...this.chosen.values()].some((chosen) => chosen.field === field);
  }

  isFilled(field: string): boolean {
    return [...this.chosen].some(
      ([column, chosen]) => chosen.field === field && (column.filled > 0 || !this.hasRows()),
    );
  }

  private hasRows(): boolean {
    return this.columns.some(({ filled }) => filled > 0);
  }

  free(): readonly ColumnFindings[] {
    return this.columns.filter((column) => column.header !== errorColumn && !this.chosen.has(column));
  }

  /** Columns of which nothing is known but their cells. */
  unclear(): readonly ColumnFindings[] {
    return this.free().filter((column) => column.filled > 0 && !this.isBetterKnown(column));
  }

  private isBetterKnown(column: ColumnFindings): boolean {
    const reason = this.refused.get(column);
    return reason === reasons.fuller || reason === reasons.better;
  }

  refuse(column: ColumnFindings, reason: string): void {
    this.refused.set(column, reason);
  }

  /** Another column was taken. */
  refuseFor(column: ColumnFindings, taken: ColumnFindings): void {
    if (column.filled > 0) this.refuse(column, column.filled < taken.filled ? reasons.fuller : reasons.better);
  }

  /** Why the column was left. */
  reasonFor(column: ColumnFindings): string {
    if (column.header === errorColumn) return reasons.error;
    return this.refused.get(column) ?? (column.filled === 0 ? reasons.empty : reasons.unknown);
  }
}
