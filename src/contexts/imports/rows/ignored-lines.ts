import type { TableShape } from '../../../platform/tables/table-reader';

export interface IgnoredLine {
  /** Before the first row, in the order of the file: below zero. */
  readonly position: number;
  readonly message: string;
}

/** @returns the lines of a file that are no rows: the first of them, and how many others there are. */
export function ignoredLines({ skipped_lines = [], ignored_rows = 0 }: Partial<TableShape>): IgnoredLine[] {
  const rest = ignored_rows - skipped_lines.length;
  const messages = [
    ...skipped_lines.map(({ line, text }) => `Line ${line} is no row: ${text}`),
    ...(rest > 0 ? [`${rest} more lines are no rows`] : []),
  ];
  return messages.map((message, index) => ({ position: index - messages.length, message }));
}
