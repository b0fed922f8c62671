import { type CellFormat, noFormat } from '../../../platform/tables/cell-values';

/** How cells are read; the options of a confirmation. */
export interface ReadingOptions {
  readonly date_order: 'auto' | 'dmy' | 'mdy' | 'ymd';
  readonly decimal: 'auto' | 'point' | 'comma';
  readonly on_invalid_cell: 'leave_out' | 'refuse_row';
  readonly when_name_missing: 'use_other' | 'refuse';
  readonly empty_cells: 'keep' | 'clear';
  /** Values for every row by field, for what the row leaves empty. */
  readonly defaults: Readonly<Record<string, unknown>>;
}
export const defaultReadingOptions: ReadingOptions = {
  date_order: 'auto',
  decimal: 'auto',
  on_invalid_cell: 'leave_out',
  when_name_missing: 'use_other',
  empty_cells: 'keep',
  defaults: {},
};
/** What was concluded from up to 1,000 rows of each column; made once at complete-upload and stored with the shape of the import (json). */
export interface ColumnFindings {
  readonly header: string;
  /** How many rows were looked at, and how many of them have a value. */
  readonly looked_at: number;
  readonly filled: number;
  /** The first different values. */
  readonly samples: readonly string[];
  /** What the name says; null if it is unknown. */
  readonly named: NamedColumn | null;
  /** What the name says of the kind: `business`, `home`, `2`. The parts of an address are read from one group. */
  readonly group: string;
  readonly date_order: 'dmy' | 'mdy' | 'ymd' | null;
  readonly decimal: 'point' | 'comma' | null;
  /** Without what other columns say. */
  readonly own_decimal: 'point' | 'comma' | null;
  readonly is_numeric: boolean;
  /** Words, without case, that stand so often that they mean nothing even where names are expected. */
  readonly empty_words: readonly string[];
  /** The first texts that mean nothing: signs always, words where no names are expected. */
  readonly nothing: { readonly signs: readonly string[]; readonly words: readonly string[] };
  /** How many cells have a word that may mean nothing. */
  readonly words: number;
  /** How many cells look like what; see `cell-traits.ts`. */
  readonly traits: Readonly<Record<string, number>>;
  /** How many cells stand in the e-mail address of their row, and at its beginning. */
  readonly in_address: number;
  readonly begins_address: number;
}

/** What a header says. */
export interface NamedColumn {
  readonly field: string;
  /** Lower is likelier. */
  readonly rank: number;
  readonly group: string;
  /** A number in the header; 0 without one. */
  readonly ordinal: number;
  /** Whether the number counts addresses, as in "Address 2 - City". */
  readonly isOfGroup: boolean;
  /** What a part of a street is besides its name. */
  readonly part: 'house number' | 'line' | null;
}

/** @returns how the cells of a column are written: as the options say, else as the column tells. */
export function formatOf(
  { date_order, decimal }: Pick<ReadingOptions, 'date_order' | 'decimal'>,
  found: ColumnFindings | undefined,
): CellFormat {
  const shown = found ?? noFormat;
  return {
    date_order: date_order === 'auto' ? shown.date_order : date_order,
    decimal: decimal === 'auto' ? shown.decimal : decimal,
    own_decimal: decimal === 'auto' ? shown.own_decimal : decimal,
  };
}
