import type { ReadingOptions } from './reading-options';

/** The words of each option. */
export const readingChoices = {
  date_order: ['auto', 'dmy', 'mdy', 'ymd'],
  decimal: ['auto', 'point', 'comma'],
  on_invalid_cell: ['leave_out', 'refuse_row'],
  when_name_missing: ['use_other', 'refuse'],
  empty_cells: ['keep', 'clear'],
} as const satisfies { readonly [Option in keyof Omit<ReadingOptions, 'defaults'>]: readonly ReadingOptions[Option][] };
