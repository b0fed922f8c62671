import { type NumberFormat, plainFormat } from './number-formats';
import type { SharedStrings } from './shared-strings';
import { UnreadableFile } from './unreadable-file';
import { isoText, numberText } from './workbook-numbers';
import { unescapeText, WorkbookText } from './workbook-text';
import { readXml, type XmlHandler } from './xml-reader';
import { brokenWorkbook } from './zip-archive';

const maxColumns = 16_384;
const maxRows = 1_048_576;
/** Number of characters. The table has no longer rows. */
export const maxRowLength = 1_048_576;
const maxMerges = 100_000;

/** What cells of all sheets refer to. */
export interface SheetContext {
  readonly strings: SharedStrings;
  readonly formats: readonly NumberFormat[];
  readonly isFrom1904: boolean;
}

export interface SheetRow {
  /** From 1. */
  readonly number: number;
  /** Up to the last one that is filled. */
  readonly cells: readonly string[];
}

/** A cell that reaches over rows below it; in them its text is repeated. */
export interface Merge {
  readonly column: number;
  readonly lastRow: number;
}
/** By the number of the first row. */
export type Merges = ReadonlyMap<number, readonly Merge[]>;

/**
 * @param take gets rows that have something in them, in their order.
 * @returns the cells that reach over several rows. They stand behind the rows in the file.
 * @throws UnreadableFile
 */
export async function readSheet(
  bytes: AsyncIterable<Buffer>,
  context: SheetContext,
  take: (rows: readonly SheetRow[]) => Promise<void>,
): Promise<Merges> {
  const reader = new SheetReader(context);
  await readXml(bytes, reader, async () => {
    if (reader.rows.length > 0) await take(reader.rows.splice(0));
  });
  return reader.merges;
}

class SheetReader implements XmlHandler {
  readonly rows: SheetRow[] = [];
  readonly merges = new Map<number, Merge[]>();
  private mergeCount = 0;

  private number = 0;
  private cells: string[] = [];
  private length = 0;

  /** From 0. */
  private column = -1;
  private type = 'n';
  private format = plainFormat;
  private value = '';
  private isValue = false;
  private readonly inline = new WorkbookText();

  constructor(private readonly context: SheetContext) {}

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'c') this.beginCell(attributes);
    else if (name === 'v') this.isValue = true;
    else if (name === 'row') this.beginRow(attributes.r);
    else if (name === 'mergeCell') this.addMerge(attributes.ref ?? '');
    else this.inline.open(name);
  }

  text(text: string): void {
    if (!this.isValue) return this.inline.text(text);
    this.value += text;
    if (this.value.length > maxRowLength) throw rowTooLong(this.number);
  }

  close(name: string): void {
    if (name === 'c') this.endCell();
    else if (name === 'v') this.isValue = false;
    else if (name === 'row') this.endRow();
    else this.inline.close(name);
  }

  private beginRow(number: string | undefined): void {
    const next = number === undefined ? this.number + 1 : Number(number);
    if (!(Number.isInteger(next) && next > this.number)) throw brokenWorkbook();
    if (next > maxRows) throw new UnreadableFile('The sheet has more than 1,048,576 rows: divide it.');
    this.number = next;
    this.column = -1;
    this.length = 0;
  }

  private endRow(): void {
    if (this.cells.length > 0) this.rows.push({ number: this.number, cells: this.cells });
    this.cells = [];
  }

  private beginCell({ r, t = 'n', s }: Readonly<Record<string, string>>): void {
    const column = r === undefined ? this.column + 1 : columnOf(/^[A-Z]+/i.exec(r)?.[0] ?? '');
    if (!(column > this.column)) throw brokenWorkbook();
    if (column >= maxColumns) throw new UnreadableFile('The sheet has more than 16,384 columns.');
    this.column = column;
    this.type = t;
    this.format = this.context.formats[Number(s ?? 0)] ?? plainFormat;
    this.value = '';
    this.inline.take();
  }

  private endCell(): void {
    const text = this.cellText();
    if (text === '') return;
    while (this.cells.length < this.column) this.cells.push('');
    this.cells.push(text);
    this.length += text.length;
    if (this.length > maxRowLength) throw rowTooLong(this.number);
  }

  private cellText(): string {
    const { type, value } = this;
    if (type === 'inlineStr') return this.inline.take();
    if (value === '') return '';
    if (type === 's') return this.sharedText(value);
    if (type === 'str') return unescapeText(value);
    if (type === 'b') return /^(1|true)$/i.test(value.trim()) ? 'TRUE' : 'FALSE';
    // An error such as #N/A says that there is no value.
    if (type === 'e') return '';
    return type === 'd' ? isoText(value) : numberText(value, this.format, this.context.isFrom1904);
  }

  private sharedText(value: string): string {
    const text = this.context.strings.get(Number(value));
    if (text === null) throw brokenWorkbook();
    return text;
  }

  private addMerge(reference: string): void {
    const match = /^\$?([A-Z]{1,3})\$?(\d{1,7}):\$?[A-Z]{1,3}\$?(\d{1,7})$/i.exec(reference);
    if (!match) return;
    const [first, lastRow] = [Number(match[2]), Number(match[3])];
    if (lastRow <= first) return;
    if (++this.mergeCount > maxMerges)
      throw new UnreadableFile('The sheet has more than 100,000 merged cells: divide them.');
    const merges = this.merges.get(first) ?? [];
    merges.push({ column: columnOf(match[1]!), lastRow });
    this.merges.set(first, merges);
  }
}

export function rowTooLong(number: number): UnreadableFile {
  return new UnreadableFile(`Row ${number} is longer than 1 MiB.`);
}

/** @param letters as in `AB12`. @returns from 0; NaN if there are none. */
function columnOf(letters: string): number {
  if (letters === '' || letters.length > 3) return letters === '' ? NaN : maxColumns;
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
