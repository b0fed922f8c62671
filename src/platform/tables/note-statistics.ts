import { isFilled } from './cell-kinds';
import { fewIn, maxColumns, type NoteCandidate, type NoteRules } from './notes';

/** Gathers from all lines of a file what its rows have in common, so that notes can be told from rows. */
export class NoteStatistics {
  private fullInBlock = 0;
  private isTable = false;
  private least = Infinity;
  private last = 0;
  private always: number[] | null = null;
  /** Whether a line with one cell, or two, stands between rows. */
  private readonly between = { one: false, two: false };
  private readonly waiting = { one: false, two: false };

  constructor(private readonly width: number) {}

  addBlank(): void {
    this.fullInBlock = 0;
    this.waiting.one = this.waiting.two = false;
  }

  addHeader(): void {
    this.fullInBlock++;
  }

  /** @param cells of a line that could not be a note where it stands. */
  addRow(number: number, cells: readonly string[]): void {
    const few = fewIn(cells, this.width);
    if (few > 0) this.addFew(few);
    else this.addFull(number, cells);
  }

  addCandidate({ filled, isTotal }: NoteCandidate): void {
    if (!isTotal) this.addFew(filled);
  }

  rules(): NoteRules {
    const isTelling = this.isTable && !this.between.one;
    const maxCells = !isTelling ? 0 : this.between.two || this.least < 4 ? 1 : 2;
    return { max_cells: maxCells, always_filled: this.always ?? [], last_row: this.last, has_totals: true };
  }

  private addFull(number: number, cells: readonly string[]): void {
    this.last = number;
    if (++this.fullInBlock > 1) this.isTable = true;
    this.between.one ||= this.waiting.one;
    this.between.two ||= this.waiting.two;
    this.waiting.one = this.waiting.two = false;
    let filled = 0;
    for (const cell of cells) if (isFilled(cell)) filled++;
    this.least = Math.min(this.least, filled);
    const columns = this.always ?? cells.slice(0, Math.min(this.width, maxColumns)).map((_, column) => column);
    if (this.always === null || !columns.every((column) => isFilled(cells[column] ?? '')))
      this.always = columns.filter((column) => isFilled(cells[column] ?? ''));
  }

  /** A line with few cells between rows tells that rows can have as few. */
  private addFew(filled: number): void {
    if (this.fullInBlock === 0) return;
    if (filled === 1) this.waiting.one = true;
    else this.waiting.two = true;
  }
}
