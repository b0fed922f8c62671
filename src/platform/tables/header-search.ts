import { type CellKind, hasDigits, isFilled, kindOf } from './cell-kinds';

/** A record of the file that is not blank. */
export interface Line {
  readonly cells: readonly string[];
  /** Index of the record in the file. Blank records count. */
  readonly index: number;
  /** Number of cells up to the last one that is not blank. */
  readonly trimmed: number;
  /** Number of cells that are not blank. */
  readonly filled: number;
}

/** What the caller says of the header; what is left out is found. */
export interface HeaderChoice {
  readonly has_header?: boolean | undefined;
  /** Number of the record, from 1. */
  readonly header_row?: number | undefined;
}

export interface FoundHeader {
  /** Null if the file has no header. */
  readonly header: Line | null;
  /** Index of the first record that can be a row. */
  readonly first: number;
  /** Whether at least two headers are known. */
  readonly isKnown: boolean;
  /** The cells of a line right above the header that names groups of columns. */
  readonly groups: readonly string[];
}

type IsKnownHeader = (header: string) => boolean;

/** How many records may be the header, how many below one are compared with it, and how many cells of each. */
const maxCandidates = 50;
const maxCompared = 30;
const maxCells = 100;

/** @param lines the first records of the file. At least one. @returns null if there is no record at `header_row`. */
export function findHeader(
  lines: readonly Line[],
  isKnownHeader: IsKnownHeader,
  { has_header, header_row }: HeaderChoice = {},
): FoundHeader | null {
  if (header_row !== undefined) {
    const header = lines.find(({ index }) => index === header_row - 1);
    return header ? new HeaderSearch(lines, isKnownHeader).below(header) : null;
  }
  const search = new HeaderSearch(withoutRepetitions(lines, isKnownHeader), isKnownHeader);
  return has_header === false ? search.withoutHeader() : search.find(has_header === true);
}

/**
 * Merged cells of a workbook that reach over both lines of a header stand in both. The second line is the header: in the first
 * one only the names of groups are left.
 */
function withoutRepetitions(lines: readonly Line[], isKnownHeader: IsKnownHeader): readonly Line[] {
  return lines.map((line, number) => {
    const next = lines[number + 1];
    if (number >= maxCandidates || next?.index !== line.index + 1 || next.filled <= line.filled) return line;
    const isRepeated = (cell: string, column: number) => isFilled(cell) && cell === next.cells[column];
    const isAbove = line.cells.every((cell, column) => !isFilled(cell) || isFilled(next.cells[column] ?? ''));
    const groups = line.cells.map((cell, column) => (isRepeated(cell, column) ? '' : cell));
    const filled = groups.filter(isFilled).length;
    if (!isAbove || filled === 0 || filled === line.filled) return line;
    if (!line.cells.some((cell, column) => isRepeated(cell, column) && isKnownHeader(cell))) return line;
    return { ...line, cells: groups, filled, trimmed: groups.findLastIndex(isFilled) + 1 };
  });
}

/** @returns the number of columns that most records have; wide records count more than narrow ones. */
export function widthOf(lines: readonly Line[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of lines) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const several = [...counts].filter(([width, count]) => width > 1 && count > 1);
  const weights = several.length > 0 ? several.map(([width, count]) => [width, count * (width - 1)]) : [...counts];
  const [[width]] = weights.toSorted(([one, less], [other, more]) => more! - less! || other! - one!) as [[number]];
  // Spreadsheets fill all lines up to the widest one that they ever had.
  return Math.max(1, ...lines.filter(({ cells }) => cells.length === width).map(({ trimmed }) => trimmed));
}

function countsOf(lines: readonly (readonly string[])[]): readonly Map<string, number>[] {
  const counts = Array.from({ length: maxCells }, () => new Map<string, number>());
  for (const cells of lines)
    for (const [column, cell] of cells.entries()) counts[column]!.set(cell, (counts[column]!.get(cell) ?? 0) + 1);
  return counts;
}

class HeaderSearch {
  private readonly width: number;
  private readonly kinds = new Map<Line, readonly CellKind[]>();
  /** What the rows have in each column. */
  private types: readonly CellKind[] = [];

  private readonly known = new Map<Line, number>();
  /** How many different lines have a cell, by column. Titles above and below the table do not count. */
  private readonly counts: readonly Map<string, number>[];

  constructor(
    private readonly lines: readonly Line[],
    private readonly isKnownHeader: IsKnownHeader,
  ) {
    this.width = widthOf(lines);
    const wide = lines.slice(0, maxCandidates + maxCompared).filter((line) => !this.isNarrow(line));
    const parts = wide.map(({ cells }) => cells.slice(0, maxCells));
    this.counts = countsOf([...new Map(parts.map((cells) => [JSON.stringify(cells), cells])).values()]);
  }

  /** @param isThere whether there is a header for certain. */
  find(isThere: boolean): FoundHeader {
    const candidates = this.lines.slice(0, maxCandidates).filter((line) => isThere || !this.isNarrow(line));
    const firstRow = isThere ? -1 : candidates.findIndex((line) => this.isRow(line));
    const above = (firstRow < 0 ? candidates : candidates.slice(0, firstRow)).filter(
      (line) => isThere || !this.kindsOf(line).includes('address'),
    );
    this.types = this.typesOf(this.lines.slice(this.lines.indexOf(candidates[firstRow] ?? this.lines[0]!)));
    const known = above.find((line) => this.isKnownTable(line));
    if (known) return this.below(known);
    const wide = above.filter((line) => !this.isNarrow(line));
    const [first, ...others] = wide.length > 0 ? wide : above;
    if (!first) return this.withoutHeader();
    return this.below(others.reduce((best, other) => (this.isBetter(other, best) ? other : best), first));
  }

  below(header: Line): FoundHeader {
    const above = this.lines[this.lines.indexOf(header) - 1];
    const isGroup = above?.index === header.index - 1 && above.filled > 1 && above.filled < header.filled;
    const groups = isGroup ? above.cells : [];
    return { header, first: header.index + 1, isKnown: this.knownIn(header) >= 2, groups };
  }

  /** Skips titles above the rows. */
  withoutHeader(): FoundHeader {
    const found = this.lines.findIndex((line) => !this.isNarrow(line));
    const wide = this.lines[Math.max(0, found)]!;
    const titles = this.lines.slice(0, Math.max(0, found));
    const areTitles =
      titles.every(({ filled }) => filled === 1 && this.width > 2) ||
      (titles.length > 0 && titles.at(-1)!.index < wide.index - 1);
    return { header: null, first: areTitles ? wide.index : this.lines[0]!.index, isKnown: false, groups: [] };
  }

  /** Whether the line has too few cells for the header of the table. */
  private isNarrow({ filled }: Line): boolean {
    return filled * 2 <= this.width;
  }

  /** Whether the line has known headers, and what stands above it may be passed over. */
  private isKnownTable(line: Line): boolean {
    const known = this.knownIn(line);
    if (known < 2) return false;
    const isMostly = known * 2 > line.filled;
    const above = this.lines.slice(0, this.lines.indexOf(line));
    const isWider = above.filter(({ trimmed }) => trimmed > line.trimmed).length;
    const isApart = above.length > 0 && above.at(-1)!.index < line.index - 1;
    const below = this.lines.slice(above.length + 1);
    // What is wider than the header is one line of an explanation, never a table.
    if (isWider > 1 || (isWider === 1 && !(isApart && isMostly && below[0] && below[0].trimmed <= line.trimmed)))
      return false;
    return above.every(
      (other) =>
        this.isNarrow(other) ||
        (other.filled < line.filled && (isMostly || this.contrastsOf(line) > this.contrastsOf(other))) ||
        (isMostly && (isApart || known > 2) && this.knownIn(other) === 0),
    );
  }

  /** Whether the line is rather the header than one above it. */
  private isBetter(line: Line, other: Line): boolean {
    // Below a header there are rows.
    if (line === this.lines.at(-1)) return false;
    if (line.filled < other.filled || line.trimmed < other.trimmed) return false;
    const [contrasts, others] = [this.contrastsOf(line), this.contrastsOf(other)];
    if (contrasts !== others) return contrasts > others;
    const [hard, othersHard] = [this.hardIn(line), this.hardIn(other)];
    if (hard !== othersHard) return hard < othersHard;
    const isApart = this.lines[this.lines.indexOf(line) - 1]!.index < line.index - 1;
    const isBelowGroups = other.filled * 5 <= other.trimmed * 3 && line.index === other.index + 1;
    return line.filled > other.filled && (isApart || isBelowGroups);
  }

  /** Whether the line looks like the rows below it. */
  private isRow(line: Line): boolean {
    const kinds = this.kindsOf(line);
    const below = this.belowOf(line);
    const types = this.typesOf(below);
    if (kinds.some((kind, column) => kind === 'address' && types[column] === kind)) return true;
    if (below.length === 0) return kinds.includes('address');
    if (this.knownIn(line) > 0) return false;
    const isHard = (kind: CellKind) => kind !== 'blank' && kind !== 'text';
    // People write some telephone numbers like other numbers.
    const classOf = (kind: CellKind | undefined) => (kind === 'phone' ? 'number' : kind);
    const matches = kinds.filter((kind, column) => isHard(kind) && classOf(kind) === classOf(types[column])).length;
    const contrasts = this.contrastsOf(line, types);
    if (matches > contrasts) return true;
    if (contrasts > 0) return false;
    return (
      line.cells.slice(0, maxCells).some((cell, column) => this.recurs(cell, column)) ||
      this.numberedIn(line, below) > 1
    );
  }

  private knownIn(line: Line): number {
    const known =
      this.known.get(line) ??
      line.cells.slice(0, maxCells).filter((cell, column) => !this.recurs(cell, column) && this.isKnownHeader(cell))
        .length;
    this.known.set(line, known);
    return known;
  }

  /** Whether another line has the very cell in this column. Lines that are equal as a whole count once. */
  private recurs(cell: string, column: number): boolean {
    return isFilled(cell) && (this.counts[column]!.get(cell) ?? 0) > 1;
  }

  /** @returns in how many columns the line and nearly all others have numbers in their texts, as streets do. */
  private numberedIn(line: Line, below: readonly Line[]): number {
    return line.cells.slice(0, maxCells).filter((cell, column) => {
      if (this.kindsOf(line)[column] !== 'text' || !hasDigits(cell)) return false;
      const filled = below.filter((other) => (other.cells[column] ?? '').trim() !== '');
      return filled.length > 0 && filled.every((other) => hasDigits(other.cells[column]!));
    }).length;
  }

  /** @returns in how many columns the line has a text above values of another kind. */
  private contrastsOf(line: Line, types = this.types): number {
    return this.kindsOf(line).filter((kind, column) => {
      const type = types[column] ?? 'text';
      return kind === 'text' && type !== 'text';
    }).length;
  }

  private hardIn(line: Line): number {
    return this.kindsOf(line).filter((kind) => kind !== 'blank' && kind !== 'text' && kind !== 'year').length;
  }

  private belowOf(line: Line): readonly Line[] {
    const start = this.lines.indexOf(line) + 1;
    return this.lines.slice(start, start + maxCompared);
  }

  /** @returns the kind that most cells of a column have, as far as three in five have the same. Footers do not count. */
  private typesOf(lines: readonly Line[]): readonly CellKind[] {
    const counts = Array.from({ length: Math.min(this.width, maxCells) }, () => new Map<CellKind, number>());
    const wide = lines.filter((line) => !this.isNarrow(line));
    for (const line of wide.length > 0 ? wide : lines) {
      for (const [column, kind] of this.kindsOf(line).entries()) {
        if (kind !== 'blank') counts[column]?.set(kind, (counts[column].get(kind) ?? 0) + 1);
      }
    }
    return counts.map((each) => {
      const all = [...each.values()].reduce((sum, count) => sum + count, 0);
      return [...each].find(([, count]) => count * 5 >= all * 3)?.[0] ?? 'text';
    });
  }

  private kindsOf(line: Line): readonly CellKind[] {
    const known = this.kinds.get(line) ?? line.cells.slice(0, maxCells).map(kindOf);
    this.kinds.set(line, known);
    return known;
  }
}
