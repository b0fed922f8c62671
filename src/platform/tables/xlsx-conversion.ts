import type { SheetChoice, StoredFile } from './conversion';
import { CsvWriter } from './csv-writer';
import { readSharedStrings, SharedStrings } from './shared-strings';
import { maxRowLength, type Merges, readSheet, rowTooLong, type SheetContext, type SheetRow } from './sheet-reader';
import { UnreadableFile } from './unreadable-file';
import { readWorkbook, type Workbook, type WorkbookSheet } from './workbook-parts';
import { readNumberFormats } from './workbook-styles';
import { ZipArchive } from './zip-archive';

/** How many names of sheets a refusal lists. */
const maxListed = 20;

/**
 * Writes the rows of a sheet, blank ones too, so that lines have the numbers that people see. Reads the sheet twice: which cells
 * reach over several rows stands behind them, and whether there is something in it shows at the end.
 *
 * @throws UnreadableFile
 */
export async function convertWorkbook(
  file: StoredFile,
  choice: SheetChoice | undefined,
  write: (piece: Buffer) => Promise<void>,
): Promise<void> {
  const archive = await ZipArchive.open(file);
  const workbook = await readWorkbook(archive);
  const candidates = candidatesIn(workbook, choice);
  const { sharedStrings, styles, isFrom1904 } = workbook;
  const strings = sharedStrings ? await readSharedStrings(archive.read(sharedStrings)) : new SharedStrings();
  const formats = styles ? await readNumberFormats(archive.read(styles)) : [];
  const context = { strings, formats, isFrom1904 };
  for (const { part } of candidates) {
    let isFilled = false;
    const merges = await readSheet(archive.read(part), context, async () => {
      isFilled = true;
    });
    if (isFilled) return writeSheet(archive.read(part), context, merges, write);
  }
  if (choice === undefined) throw new UnreadableFile('The workbook is empty: no sheet that is not hidden has cells.');
  throw new UnreadableFile(`The sheet ${JSON.stringify(candidates[0]!.name)} is empty.`);
}

/** @returns the sheets of which the first with something in it is read. */
function candidatesIn({ sheets }: Workbook, choice: SheetChoice | undefined): readonly WorkbookSheet[] {
  const shown = sheets.filter(({ isHidden }) => !isHidden);
  if (choice === undefined) return shown;
  const chosen = typeof choice === 'number' ? shown[choice - 1] : namedSheet(sheets, choice);
  if (chosen) return [chosen];
  const names = shown.slice(0, maxListed).map(({ name }) => JSON.stringify(name));
  const rest = shown.length > maxListed ? ', …' : '';
  throw new UnreadableFile(`The workbook has no sheet ${JSON.stringify(choice)}. It has ${names.join(', ')}${rest}.`);
}

/** Spreadsheets do not tell names apart by case. */
function namedSheet(sheets: readonly WorkbookSheet[], choice: string): WorkbookSheet | undefined {
  const key = (name: string) => name.trim().toLowerCase();
  return sheets.find(({ name }) => name === choice) ?? sheets.find(({ name }) => key(name) === key(choice));
}

async function writeSheet(
  bytes: AsyncIterable<Buffer>,
  context: SheetContext,
  merges: Merges,
  write: (piece: Buffer) => Promise<void>,
): Promise<void> {
  const csv = new CsvWriter(write);
  const filler = new MergedCells(merges);
  let written = 0;
  await readSheet(bytes, context, async (rows) => {
    for (const row of rows) {
      while (++written < row.number) await csv.add([]);
      await csv.add(filler.fill(row));
    }
  });
  await csv.end();
}

/** Repeats the text of a cell that reaches over several rows in those of them that have other cells. */
class MergedCells {
  /** By column. */
  private readonly active = new Map<number, { readonly text: string; readonly lastRow: number }>();
  private readonly starts: readonly number[];
  private next = 0;

  constructor(private readonly merges: Merges) {
    this.starts = [...merges.keys()].sort((one, other) => one - other);
  }

  fill({ number, cells }: SheetRow): readonly string[] {
    const filled = [...cells];
    let length = cells.reduce((sum, cell) => sum + cell.length, 0);
    for (const [column, { text, lastRow }] of this.active) {
      if (lastRow < number) this.active.delete(column);
      else if ((filled[column] ?? '') === '') {
        while (filled.length < column) filled.push('');
        filled[column] = text;
        if ((length += text.length) > maxRowLength) throw rowTooLong(number);
      }
    }
    for (; this.next < this.starts.length && this.starts[this.next]! <= number; this.next++) {
      const start = this.starts[this.next]!;
      if (start !== number) continue;
      for (const { column, lastRow } of this.merges.get(start)!) {
        const text = cells[column] ?? '';
        if (text !== '') this.active.set(column, { text, lastRow });
      }
    }
    return filled;
  }
}
