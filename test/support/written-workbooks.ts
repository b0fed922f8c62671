import * as sheetjs from '@e965/xlsx';
import { type Cell as HucreCell, writeXlsx, writeXlsxStream, XlsxStreamWriter } from 'hucre';
import writeExcelFile, { type Cell as ExcelFileCell } from 'write-excel-file/node';

/** A date is midnight in UTC. */
export type Value = string | number | boolean | Date | null | Shown | Calculated | Rich;

interface Shown {
  readonly number: number;
  /** A code such as `0%`. */
  readonly format: string;
}
interface Calculated {
  readonly formula: string;
  readonly result: string | number | boolean;
}
interface Rich {
  readonly runs: readonly string[];
}

export interface WrittenSheet {
  readonly name: string;
  readonly isHidden?: boolean;
  readonly rows: readonly (readonly Value[])[];
  /** As spreadsheets name them: `A1:C1`. */
  readonly merges?: readonly string[];
}

type Write = (sheets: readonly WrittenSheet[]) => Promise<Buffer>;

type Plain = string | number | boolean | Date | null;

/** What of a value every library can write. */
export function plain(value: Value): Plain {
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return 'number' in value ? value.number : 'result' in value ? value.result : value.runs.join('');
}

const isPlain = (value: Value): value is Plain => plain(value) === value;
const plainRows = (sheets: readonly WrittenSheet[]) => sheets[0]!.rows.map((row) => row.map(plain));
const dateFormat = 'dd/mm/yyyy';
const corners = (range: string) => sheetjs.utils.decode_range(range);

/** Formulas without results, no rich texts, no hidden sheets. */
const byExcelFile: Write = async (sheets) => {
  const written = sheets.map(({ name, rows, merges = [] }) => {
    const data = rows.map((row) =>
      row.map((value): ExcelFileCell => {
        const simple = plain(value);
        if (simple === null) return null;
        if (simple instanceof Date) return { value: simple, format: dateFormat };
        return isShown(value) ? { value: value.number, format: value.format } : { value: simple };
      }),
    );
    for (const { s: first, e: last } of merges.map(corners)) {
      const cell = data[first.r]![first.c] as object;
      data[first.r]![first.c] = { ...cell, rowSpan: last.r - first.r + 1, columnSpan: last.c - first.c + 1 };
    }
    return { sheet: name, data };
  });
  return writeExcelFile(written).toBuffer();
};

function isShown(value: Value): value is Shown {
  return typeof value === 'object' && value !== null && 'number' in value;
}

function byHucre(options: { stringMode?: 'inline' | 'shared'; dateSystem?: '1900' | '1904' }): Write {
  return async (sheets) => {
    const written = sheets.map(({ name, isHidden = false, rows, merges = [] }) => ({
      ...{ name, hidden: isHidden, rows: rows.map((row) => row.map((value) => (isPlain(value) ? value : null))) },
      cells: new Map(rows.flatMap((row, index) => row.flatMap((value, column) => detailed(value, index, column)))),
      merges: merges.map(corners).map(({ s, e }) => ({ startRow: s.r, startCol: s.c, endRow: e.r, endCol: e.c })),
    }));
    return Buffer.from(await writeXlsx({ ...options, sheets: written }));
  };
}

function detailed(value: Value, row: number, column: number): [string, Partial<HucreCell>][] {
  if (isPlain(value)) return [];
  const at = `${row},${column}`;
  if ('number' in value) return [[at, { value: value.number, style: { numFmt: value.format } }]];
  if ('result' in value) return [[at, { formula: value.formula, formulaResult: value.result }]];
  return [[at, { richText: value.runs.map((text, index) => ({ text, font: { bold: index % 2 > 0 } })) }]];
}

/** Rows are written as they come: sizes stand behind the entries, shared texts behind the rows. */
function byHucreStream(options: { inlineStrings?: boolean; compress?: boolean; zip64?: boolean }): Write {
  return async (sheets) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of writeXlsxStream(plainRows(sheets), { name: sheets[0]!.name, ...options }))
      pieces.push(piece);
    return Buffer.concat(pieces);
  };
}

const byHucreStreamFrom1904: Write = async (sheets) => {
  const writer = new XlsxStreamWriter({ name: sheets[0]!.name, dateSystem: '1904' });
  for (const row of plainRows(sheets)) writer.addRow(row);
  return Buffer.from(await writer.finish());
};

/** Texts stand in the cells as if they were results of formulas, unless they are shared. */
function bySheetjs(options: sheetjs.WritingOptions, from1904 = false): Write {
  return async (sheets) => {
    const book = sheetjs.utils.book_new();
    for (const { name, rows, merges = [] } of sheets) {
      const cells = rows.map((row) => row.map(sheetjsCell));
      const { cellDates = false } = options;
      const reading = { UTC: true, date1904: from1904, cellDates, dateNF: dateFormat };
      const sheet = sheetjs.utils.aoa_to_sheet(cells, reading);
      sheet['!merges'] = merges.map(corners);
      sheetjs.utils.book_append_sheet(book, sheet, name);
    }
    book.Workbook = {
      WBProps: { date1904: from1904 },
      Sheets: sheets.map(({ isHidden = false }) => ({ Hidden: isHidden ? 1 : 0 })),
    };
    return sheetjs.write(book, { ...options, type: 'buffer', bookType: 'xlsx' }) as Buffer;
  };
}

function sheetjsCell(value: Value): Plain | sheetjs.CellObject {
  if (isPlain(value) || 'runs' in value) return plain(value);
  if ('number' in value) return { t: 'n', v: value.number, z: value.format };
  const types = { string: 's', number: 'n', boolean: 'b' } as const;
  return { t: types[typeof value.result as keyof typeof types], v: value.result, f: value.formula };
}

/** Libraries in the ways in which they write, for one sheet of any values. */
export const writers: Readonly<Record<string, Write>> = {
  'write-excel-file': byExcelFile,
  'hucre with shared texts': byHucre({ stringMode: 'shared' }),
  'hucre with texts in cells, from 1904': byHucre({ stringMode: 'inline', dateSystem: '1904' }),
  'hucre as a stream': byHucreStream({}),
  'hucre as a stream with shared texts': byHucreStream({ inlineStrings: false }),
  'hucre as a stream that is not packed': byHucreStream({ compress: false }),
  'hucre as a stream of 64 bits': byHucreStream({ zip64: true }),
  'hucre row by row, from 1904': byHucreStreamFrom1904,
  SheetJS: bySheetjs({}),
  'SheetJS with shared texts, packed': bySheetjs({ bookSST: true, compression: true }),
  'SheetJS from 1904': bySheetjs({}, true),
  'SheetJS with dates in ISO 8601': bySheetjs({ cellDates: true }),
};

/** Those that write merged cells and several sheets. */
export const writersOfSheets = [
  'write-excel-file',
  'hucre with shared texts',
  'hucre with texts in cells, from 1904',
  'SheetJS',
  'SheetJS with shared texts, packed',
];
