/** In the order of preference. */
export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

/** The last header of files with refused rows, which the program writes. */
export const errorColumn = 'import_error';

export interface Layout {
  readonly delimiter: Delimiter;
  /** Number of records before the header, among them blank lines and Excel's `sep=;`. */
  readonly skipped_records: number;
  /** Whether the first line is Excel's `sep=;`, which gives the delimiter. */
  readonly sep_line: boolean;
  /** Trimmed, without repetitions and blanks. */
  readonly headers: readonly string[];
}

type IsKnownHeader = (header: string) => boolean;
type Sample = readonly (readonly string[])[];

export const maxColumns = 1_000;
/** Maximum length in code units. A header names a column and is not content. */
const maxHeaderLength = 200;

const maxHeaderSearch = { records: 50, cells: 100 };

export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/**
 * @param begin of the text.
 * @param samples the first records, read with each delimiter.
 * @returns null if there is no record, or all are blank.
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
  // The table would be read with commas, and has nothing then.
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
  /** The index of the header, if this is a table. */
  readonly header: number;
  readonly width: number;
  /** 0 if this is not a table. */
  readonly score: number;
  /** Whether at least two headers are known. */
  readonly isKnown: boolean;
  /** Whether the first record is a single known header. Commas below it belong to prose. */
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
  // Spreadsheets fill lines up to the widest one. Blank cells at the end of the header are columns only if a row has
  // something there.
  const width = Math.max(header.trimmed, Math.min(header.length, Math.max(0, ...rows.map(({ trimmed }) => trimmed))));
  const fits = [header, ...rows].map(({ length, trimmed }) =>
    length === header.length || trimmed === width ? 1 : trimmed < width ? 0.5 : 0,
  );
  // Decimal commas can split columns, but no part of a number is a column name.
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

/** Makes headers unique: "Phone (2)" for a repeated one, "Column 3" for a blank one. */
function uniqueHeaders(cells: readonly string[]): string[] {
  // PostgreSQL cannot store NUL.
  const trimmed = cells.map((cell) => cell.replaceAll('\0', '').trim().slice(0, maxHeaderLength).toWellFormed());
  const literal = new Set(trimmed);
  const given = new Set<string>();
  const counts = new Map<string, number>();
  return trimmed.map((header, index) => {
    const name = header || `Column ${index + 1}`;
    let unique = name;
    // A header that occurs literally later keeps its name.
    while (given.has(unique) || (unique !== header && literal.has(unique))) {
      const count = (counts.get(name) ?? 1) + 1;
      counts.set(name, count);
      unique = `${name} (${count})`;
    }
    given.add(unique);
    return unique;
  });
}
