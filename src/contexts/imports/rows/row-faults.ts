/** A fault of a cell, or of a whole row. */
export interface Fault {
  readonly column: string | null;
  readonly field: string | null;
  readonly value: string;
  readonly message: string;
}

export interface RowFaults {
  readonly row: number;
  readonly faults: readonly Fault[];
  /** All cells of a refused row; null for a record that an undo left alone. */
  readonly cells: readonly string[] | null;
}
