import { isRuledLine, type NoteCandidate, noteCandidateOf, type Place } from './notes';
import { isBlank } from './table-layout';

/** What {@link TableLines} must know of a table. */
export interface LineShape {
  readonly headers: readonly string[];
  readonly header_line: number | null;
  readonly first_line: number;
  /** Null: lines that repeat the header are rows. */
  readonly header_cells: readonly string[] | null;
}

/** A line of a table, in the order of the file. */
export interface TableLine {
  /** From 1, as spreadsheets count: blank lines too. */
  readonly number: number;
  readonly cells: readonly string[];
  /** `passed`: it stands above the table, repeats the header, or divides it from the rows. */
  readonly kind: 'blank' | 'header' | 'passed' | 'row';
  /** What could make a row a note. */
  readonly candidate: NoteCandidate | null;
}

type Waiting = Pick<Place, 'number' | 'isBelowBlank' | 'isBelowTitle'> & { readonly cells: readonly string[] };
type Below = Pick<Place, 'isAboveBlank' | 'isLast'>;

/** How many lines above a blank one can be notes; so many wait for the lines below them. */
const maxWaiting = 3;
const between: Below = { isAboveBlank: false, isLast: false };

/** Tells what each record of a file is. */
export class TableLines {
  private number = 0;
  /** Whether all lines since the last blank one could be notes. */
  private isBelowBlank = false;
  private isBelowTitle = false;
  private waiting: Waiting[] = [];

  constructor(private readonly shape: LineShape) {}

  /** @param settled gets the lines of which it is clear now what they are. */
  add(cells: readonly string[], settled: TableLine[]): void {
    const number = ++this.number;
    const { header_line, first_line } = this.shape;
    if (isBlank(cells)) {
      this.settle({ isAboveBlank: true, isLast: false }, settled);
      this.isBelowBlank = true;
      this.isBelowTitle = false;
      settled.push({ number, cells, kind: 'blank', candidate: null });
      return;
    }
    if (number < first_line || number === header_line || this.isPassed(cells)) {
      this.settle(between, settled);
      this.isBelowBlank = false;
      settled.push({ number, cells, kind: number === header_line ? 'header' : 'passed', candidate: null });
      return;
    }
    const waiting = { number, cells, isBelowBlank: this.isBelowBlank, isBelowTitle: this.isBelowTitle };
    if (this.isBelowBlank) {
      const candidate = this.candidateOf(waiting, between);
      this.isBelowBlank = candidate !== null;
      this.isBelowTitle = candidate !== null && (this.isBelowTitle || candidate.isTotal || candidate.isSingle);
    }
    this.waiting.push(waiting);
    if (this.waiting.length > maxWaiting) settled.push(this.lineOf(this.waiting.shift()!, between));
  }

  /** @returns the lines that still waited. */
  end(): readonly TableLine[] {
    const settled: TableLine[] = [];
    this.settle({ isAboveBlank: false, isLast: true }, settled);
    return settled;
  }

  /** Settles from below: what stands above a line that is no note stands between rows. */
  private settle(below: Below, settled: TableLine[]): void {
    let place = below;
    const lines = this.waiting.reverse().map((waiting) => {
      const line = this.lineOf(waiting, place);
      if (!line.candidate) place = between;
      return line;
    });
    this.waiting = [];
    settled.push(...lines.reverse());
  }

  private lineOf(waiting: Waiting, below: Below): TableLine {
    const { number, cells, isBelowBlank } = waiting;
    const candidate = isBelowBlank || below !== between ? this.candidateOf(waiting, below) : null;
    return { number, cells, kind: 'row', candidate };
  }

  private candidateOf({ cells, ...above }: Waiting, below: Below): NoteCandidate | null {
    return noteCandidateOf(cells, this.shape.headers.length, { ...above, ...below });
  }

  private isPassed(cells: readonly string[]): boolean {
    const { header_cells } = this.shape;
    if (header_cells === null) return false;
    return isRuledLine(cells) || (header_cells.length > 0 && isSame(cells, header_cells));
  }
}

function isSame(cells: readonly string[], header: readonly string[]): boolean {
  if (cells[0]!.trim() !== header[0]) return false;
  return (
    header.every((cell, column) => (cells[column] ?? '').trim() === cell) &&
    cells.slice(header.length).every((cell) => cell.trim() === '')
  );
}
