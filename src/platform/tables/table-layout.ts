import { setImmediate } from 'node:timers/promises';
import { isFilled } from './cell-kinds';
import { uniqueHeaders } from './column-names';
import { findHeader, type FoundHeader, type HeaderChoice, type Line } from './header-search';

/** In the order of preference. */
export const delimiters = [',', ';', '\t', '|', '^'] as const;
export type Delimiter = (typeof delimiters)[number];

/** The last header of files with refused rows, which the program writes. */
export const errorColumn = 'import_error';

export interface Layout {
  readonly delimiter: Delimiter;
  /** Whether the first record is Excel's `sep=;`, which is no line of the table. */
  readonly has_delimiter_line: boolean;
  /** Number of the record with the header, from 1, as spreadsheets count: blank lines too. Null: there is none. */
  readonly header_line: number | null;
  /** Number of the first record that can be a row. */
  readonly first_line: number;
  /** Trimmed, without repetitions and blanks. */
  readonly headers: readonly string[];
  /** The cells of the header as they stand in the file, trimmed. Null: lines that repeat it are rows. */
  readonly header_cells: readonly string[] | null;
}

/** What the caller says of the layout; what is left out is found. */
export interface LayoutChoice extends HeaderChoice {
  readonly delimiter?: Delimiter | undefined;
}

type IsKnownHeader = (header: string) => boolean;
type Sample = readonly (readonly string[])[];

export const maxColumns = 1_000;

export function isBlank(cells: readonly string[]): boolean {
  return !cells.some(isFilled);
}

/** @returns the delimiter of Excel's `sep=;` in the first line of the text. */
export function givenDelimiter(begin: string): Delimiter | undefined {
  return /^"?sep=([,;\t|^])"?[\r\n]/i.exec(begin)?.[1] as Delimiter | undefined;
}

/**
 * @param begin of the text.
 * @param samples the first records, read with each delimiter that may be meant.
 * @returns null if there is no record, or all are blank.
 */
export async function readLayout(
  begin: string,
  samples: ReadonlyMap<Delimiter, Sample>,
  isKnownHeader: IsKnownHeader,
  choice: HeaderChoice = {},
): Promise<Layout | 'too many columns' | 'no header row' | null> {
  const has_delimiter_line = givenDelimiter(begin) !== undefined;
  const start = has_delimiter_line ? 1 : 0;
  const filled = [...samples].map(([delimiter, sample]) => ({ delimiter, lines: linesOf(sample, start) }));
  if (filled.every(({ lines }) => lines.length === 0)) return null;
  const candidates: Candidate[] = [];
  for (const { delimiter, lines } of filled) {
    // Many columns take a while, and others get their turn in between.
    await setImmediate();
    const candidate = candidateOf(delimiter, lines, isKnownHeader, choice);
    if (candidate) candidates.push(candidate);
  }
  const [best] = candidates.toSorted((one, other) => other.score - one.score) as [Candidate, ...Candidate[]];
  const isOfOneColumn = best.score === 0 || (!best.isKnown && candidates.every(({ isLoneHeader }) => isLoneHeader));
  // Commas would divide a table of one column, if nothing else does, and have found nothing then.
  if (isOfOneColumn && filled[0]!.lines.length === 0) return null;
  const layout = isOfOneColumn ? layoutOfOneColumn(filled, isKnownHeader, choice) : best;
  if (layout === null || ('isLackingHeader' in layout && layout.isLackingHeader)) return 'no header row';
  return layout.width > maxColumns ? 'too many columns' : { ...layoutOf(layout), has_delimiter_line };
}

/** The delimiter is one that occurs nowhere, if there is one. */
function layoutOfOneColumn(
  filled: readonly { readonly delimiter: Delimiter; readonly lines: readonly Line[] }[],
  isKnownHeader: IsKnownHeader,
  choice: HeaderChoice,
): Table | null {
  const complete = filled.filter(({ lines }) => lines.length > 0);
  const { delimiter, lines } =
    complete.find((each) => each.lines.every(({ cells }) => cells.length === 1)) ?? complete[0]!;
  const ofOne = lines.map((line) => ({ ...line, cells: line.cells.slice(0, 1), trimmed: 1, filled: 1 }));
  const found = findHeader(ofOne, isKnownHeader, choice);
  return found && { ...found, delimiter, width: 1 };
}

interface Table extends FoundHeader {
  readonly delimiter: Delimiter;
  readonly width: number;
}

function layoutOf({ delimiter, width, header, first, groups }: Table): Omit<Layout, 'has_delimiter_line'> {
  const cells = Array.from({ length: width }, (_, column) => header?.cells[column] ?? '');
  return {
    delimiter,
    header_line: header && header.index + 1,
    first_line: first + 1,
    headers: uniqueHeaders(cells, groups),
    header_cells: header ? cells.map((cell) => cell.trim()) : [],
  };
}

interface Candidate extends Table {
  /** Whether the line is blank that the caller says is the header. */
  readonly isLackingHeader: boolean;
  /** 0 if this is not a table. */
  readonly score: number;
  /** Whether the first record is a single known header. Delimiters below it belong to prose. */
  readonly isLoneHeader: boolean;
}

/** @returns null if there is no line. */
function candidateOf(
  delimiter: Delimiter,
  lines: readonly Line[],
  isKnownHeader: IsKnownHeader,
  choice: HeaderChoice,
): Candidate | null {
  const [top] = lines;
  if (!top) return null;
  const chosen = findHeader(lines, isKnownHeader, choice);
  const found = chosen ?? findHeader(lines, isKnownHeader)!;
  const { header, first, isKnown } = found;
  const rows = lines.filter(({ index }) => index >= first);
  const head = header ?? rows[0]!;
  // Spreadsheets fill lines up to the widest one. Blank cells at the end of the header are columns only if a row has
  // something there.
  const widest = Math.max(0, ...rows.map(({ trimmed }) => trimmed));
  const width = Math.max(head.trimmed, header ? Math.min(head.cells.length, widest) : widest);
  const length = header?.cells.length ?? width;
  const fits = (header ? [header, ...rows] : rows).map(({ cells, trimmed }) =>
    cells.length === length || trimmed === width ? 1 : trimmed < width ? 0.5 : 0,
  );
  // Decimal commas can split columns, but no part of a number is a column name.
  const names = head.cells.filter((cell) => /\p{L}/u.test(cell)).length / width;
  const score =
    (fits.reduce<number>((sum, fit) => sum + fit, 0) / lines.length) *
    (1 + Math.log2(width) / 10) *
    (0.5 + names / 2) *
    (isKnown ? 1.5 : 1);
  return {
    ...found,
    delimiter,
    width,
    isLackingHeader: chosen === null,
    score: width < 2 ? 0 : score,
    isLoneHeader: top.cells.length === 1 && isKnownHeader(top.cells[0]!),
  };
}

/** @returns the records that are not blank. */
function linesOf(sample: Sample, start: number): Line[] {
  return sample
    .map((cells, index) => {
      const filled = cells.filter(isFilled).length;
      return { cells, index, filled, trimmed: cells.findLastIndex(isFilled) + 1 };
    })
    .filter(({ filled, index }) => index >= start && filled > 0);
}
