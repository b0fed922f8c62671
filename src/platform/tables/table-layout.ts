/** In the order in which they are preferred. */
export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

/** The last header of the files that we make of rows with errors. */
export const errorColumn = 'import_error';

export interface Layout {
  readonly delimiter: Delimiter;
  /** Records before the header, among them blank lines and Excel's `sep=;`. */
  readonly skipped_records: number;
  /** The first line is Excel's `sep=;`, which gives the delimiter. */
  readonly sep_line: boolean;
  /** Trimmed; each once, and none blank. */
  readonly headers: readonly string[];
}

type IsKnownHeader = (header: string) => boolean;
type Sample = readonly (readonly string[])[];

export const maxColumns = 1_000;
/** In code units; a header is the name of a column, not its content. */
const maxHeaderLength = 200;

const maxHeaderSearch = { records: 50, cells: 100 };

export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/**
 * @param begin of the text.
 * @param samples the first records as they are with each delimiter.
 * @returns null when there is no record, or all are blank.
 */
export function readLayout(
  begin: string,
  samples: ReadonlyMap<Delimiter, Sample>,
  isKnownHeader: IsKnownHeader,
): Layout | 'too many columns' | null {
  const given = /^"?sep=([,;\t|])"?[\r\n]/i.exec(begin)?.[1] as Delimiter | undefined;
  const start = given ? 1 : 0;
  const candidates = (given ? [given] : delimiters).map((delimiter) =>
    candidateOf(delimiter, samples.get(delimiter)!, start, isKnownHeader),
  );
  const [preferred] = candidates;
  const tables = candidates.filter((candidate) => candidate !== null);
  const [best] = tables.toSorted((one, other) => other.score - one.score);
  if (!best) return null;
  const isOfOneColumn = best.score === 0 || (!best.isKnown && tables.every(({ isLoneHeader }) => isLoneHeader));
  // With commas, as which such a table is read, there is nothing in it.
  if (isOfOneColumn && !preferred) return null;
  const { delimiter, first, header, width } = isOfOneColumn ? preferred! : best;
  if (!isOfOneColumn && width > maxColumns) return 'too many columns';
  const index = isOfOneColumn ? first : header;
  const cells = samples.get(delimiter)![index]!;
  return {
    delimiter,
    skipped_records: index,
    sep_line: given !== undefined,
    headers: uniqueHeaders(cells.slice(0, isOfOneColumn ? 1 : width)),
  };
}

interface Candidate {
  readonly delimiter: Delimiter;
  /** The index of the first record that is not blank. */
  readonly first: number;
  /** The index of the header, were it a table. */
  readonly header: number;
  readonly width: number;
  /** 0 for no table. */
  readonly score: number;
  /** At least two headers are known ones. */
  readonly isKnown: boolean;
  /** The first record is nothing but one known header: commas below it are those of prose. */
  readonly isLoneHeader: boolean;
}

function candidateOf(
  delimiter: Delimiter,
  sample: Sample,
  start: number,
  isKnownHeader: IsKnownHeader,
): Candidate | null {
  const filled = sample
    .map((cells, index) => ({ cells, index, length: cells.length, trimmed: trimmedLength(cells) }))
    .filter(({ trimmed, index }) => index >= start && trimmed > 0);
  const first = filled[0];
  if (!first) return null;
  const known = filled
    .slice(0, maxHeaderSearch.records)
    .find(({ cells }) => cells.slice(0, maxHeaderSearch.cells).filter(isKnownHeader).length >= 2);
  const least = Math.max(
    mostFrequent(filled.map(({ trimmed }) => trimmed)),
    Math.min(2, mostFrequent(filled.map(({ length }) => length))),
  );
  const header = known ?? filled.find(({ trimmed }) => trimmed >= least) ?? first;
  const rows = filled.filter(({ index }) => index > header.index);
  // Spreadsheets fill up lines to the widest: blank cells at the end of the header are columns if something is below.
  const width = Math.max(header.trimmed, Math.min(header.length, Math.max(0, ...rows.map(({ trimmed }) => trimmed))));
  const fits = [header, ...rows].map(({ length, trimmed }) =>
    length === header.length || trimmed === width ? 1 : trimmed < width ? 0.5 : 0,
  );
  // Decimal commas can make more columns than there are, but no names of columns.
  const names = header.cells.filter((cell) => /\p{L}/u.test(cell)).length / width;
  const score =
    (fits.reduce<number>((sum, fit) => sum + fit, 0) / filled.length) *
    (1 + Math.log2(width) / 10) *
    (0.5 + names / 2) *
    (known ? 1.5 : 1);
  return {
    delimiter,
    first: first.index,
    header: header.index,
    width,
    score: width < 2 ? 0 : score,
    isKnown: known !== undefined,
    isLoneHeader: first.length === 1 && isKnownHeader(first.cells[0]!),
  };
}

function trimmedLength(cells: readonly string[]): number {
  return cells.findLastIndex((cell) => cell.trim() !== '') + 1;
}

/** @returns the greatest of several. */
function mostFrequent(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].toSorted(([one, often], [other, oftener]) => oftener - often || other - one)[0]![0];
}

/** "Phone (2)" for one that is repeated, "Column 3" for one that is blank. */
function uniqueHeaders(cells: readonly string[]): string[] {
  // PostgreSQL keeps no NUL.
  const trimmed = cells.map((cell) => cell.replaceAll('\0', '').trim().slice(0, maxHeaderLength).toWellFormed());
  const literal = new Set(trimmed);
  const given = new Set<string>();
  const counts = new Map<string, number>();
  return trimmed.map((header, index) => {
    const name = header || `Column ${index + 1}`;
    let unique = name;
    // One that occurs as such later keeps its name.
    while (given.has(unique) || (unique !== header && literal.has(unique))) {
      const count = (counts.get(name) ?? 1) + 1;
      counts.set(name, count);
      unique = `${name} (${count})`;
    }
    given.add(unique);
    return unique;
  });
}
