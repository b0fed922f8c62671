/** What is wrong with one cell, or with a row as a whole. */
export interface Fault {
  readonly column: string | null;
  readonly field: string | null;
  readonly value: string;
  readonly message: string;
}

export interface RowFaults {
  readonly row: number;
  readonly faults: readonly Fault[];
  /** The whole row, when it was refused; null for what an undoing left alone. */
  readonly cells: readonly string[] | null;
}
