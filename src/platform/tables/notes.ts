import { isFilled, kindOf } from './cell-kinds';

/**
 * Notes are lines of a report that are no rows: titles of groups, totals, dates, footers. They stand beside a blank line
 * or at the end of the file, and have fewer cells than rows have.
 */
export interface NoteRules {
  /** How many cells a note below a blank line has at most. 0: rows have as few. */
  readonly max_cells: 0 | 1 | 2;
  /** Columns in which every row has something. */
  readonly always_filled: readonly number[];
  /** Number of the last line that is a row for certain. What stands below it belongs to no group of rows. */
  readonly last_row: number;
  /** False: totals are rows, too. */
  readonly has_totals: boolean;
}

export const noNotes: NoteRules = { max_cells: 0, always_filled: [], last_row: 0, has_totals: false };

/** Where a line stands. Other lines that could be notes do not count. */
export interface Place {
  readonly number: number;
  readonly isBelowBlank: boolean;
  /** Whether another line with one cell, or a total, stands between the blank line and this one. */
  readonly isBelowTitle: boolean;
  readonly isAboveBlank: boolean;
  readonly isLast: boolean;
}

/** What is remembered of a line that could be a note. */
export interface NoteCandidate {
  readonly place: Place;
  /** Number of cells that are not blank, and which of the first columns they are. */
  readonly filled: number;
  readonly columns: readonly number[];
  readonly isSingle: boolean;
  /** Whether it is a total or a count: a word for it, and numbers in all other cells. */
  readonly isTotal: boolean;
  /** Whether a single cell has a word and a number: "Total: 45". */
  readonly isCount: boolean;
  /** Whether a single cell has a date. */
  readonly isDated: boolean;
}

const totals =
  'grand total|sub ?total|total|totals|sum|summe|zwischensumme|gesamt|gesamtsumme|insgesamt|totaal|subtotaal|eindtotaal|somme|totaux|' +
  'totale|subtotale|suma|total general|soma|razem|ogółem|celkem|součet|spolu|összesen|ukupno|skupaj|toplam|genel toplam|i alt|totalt|' +
  'summa|yhteensä|итого|всего|сумма|разом|усього|σύνολο|合計|総計|小計|总计|合计|小计|總計|合計|小計|합계|총계|소계';
const counts =
  'records?|rows?|entries|contacts?|items?|results?|datensätze|einträge|zeilen|anzahl|kontakte|aantal|records?|rijen|regels|' +
  'lignes|enregistrements|registros|filas|righe|rekordów|wierszy|záznamů|записей|строк|件';
/** Of a text in which 0 stands for each number, and one blank for all signs but `:` and `=`. */
const total = new RegExp(`^(?:${totals})(?: of)?(?: 0)?(?: (?:${counts}))?(?: 0)?$`, 'u');
const count = new RegExp(`^0 (?:${counts})$|^(?:(?:number of|count of|anzahl|aantal) )?(?:${counts}) ?[:=] ?0$`, 'u');
/** More columns than this are not looked at: of a file thousands of lines are remembered. */
export const maxColumns = 50;
const maxTotalLength = 60;
const maxDatedLength = 500;
const dated =
  /\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.] ?\d{1,2}[-/.] ?\d{2,4}|\d{1,2}[. ]+\p{L}{3,9}[. ,]+\d{4}|\p{L}{3,9} \d{1,2}, \d{4}/u;
const rule = /^[-=_*~+\s]*$/;

/**
 * @param cells not all blank. @param width number of columns.
 * @returns null if nothing makes the line a note: it stands between rows, or has as much as they have.
 */
export function noteCandidateOf(cells: readonly string[], width: number, place: Place): NoteCandidate | null {
  if (!place.isBelowBlank && !place.isAboveBlank && !place.isLast) return null;
  const columns = cells.flatMap((cell, column) => (isFilled(cell) ? [column] : []));
  const text = cells[columns[0]!]!.trim();
  const isTotal = isTotalText(text) && columns.slice(1).every((column) => isAmount(cells[column]!));
  if (!isTotal && fewIn(cells, width) === 0) return null;
  const filled = columns.length;
  const isSingle = filled === 1;
  const isCount = isTotal && isSingle && /\d/.test(text);
  const first = columns.filter((column) => column < maxColumns);
  return {
    place,
    filled,
    columns: first,
    isSingle,
    isTotal,
    isCount,
    isDated: isSingle && dated.test(text.slice(0, maxDatedLength)),
  };
}

/** @returns the number of filled cells if there are at most two, and not all columns are filled; else 0. */
export function fewIn(cells: readonly string[], width: number): number {
  const enough = Math.min(3, width);
  let filled = 0;
  for (let column = 0; column < cells.length && filled < enough; column++) if (isFilled(cells[column]!)) filled++;
  return filled < enough ? filled : 0;
}

export function isNote({ place, columns, ...line }: NoteCandidate, rules: NoteRules): boolean {
  const { max_cells, always_filled, has_totals, last_row } = rules;
  const lacks = always_filled.some((column) => !columns.includes(column));
  const isInFooter = place.isBelowTitle && place.number > last_row && lacks;
  const isTotal = line.isTotal && has_totals;
  if (place.isBelowBlank && isTotal) return true;
  if (place.isBelowBlank && max_cells > 0) {
    if (line.isSingle || isInFooter || (line.filled <= max_cells && lacks)) return true;
  }
  if (isTotal && (place.isAboveBlank || place.isLast)) return line.isCount || lacks;
  return place.isAboveBlank && line.isDated && max_cells > 0;
}

/** Whether the line divides the header from the rows: `-----,-----`. */
export function isRuledLine(cells: readonly string[]): boolean {
  return /^\s*[-=_*~+]{3}/.test(cells[0]!) && cells.every((cell) => rule.test(cell));
}

/** "Total", "Totals (45 records):", "Total: 45", "45 rows", "(45 rows)", "Number of records: 45". */
function isTotalText(text: string): boolean {
  if (text.length > maxTotalLength) return false;
  const form = text
    .toLowerCase()
    .replace(/\d[\d.,'’\s]*/g, ' 0 ')
    .replace(/[^\p{L}\p{M}\p{N}:=]+/gu, ' ')
    .trim();
  return count.test(form) || total.test(form.replace(/[\s:=]+/g, ' ').trim());
}

function isAmount(cell: string): boolean {
  const kind = kindOf(cell);
  return kind === 'number' || kind === 'year';
}
