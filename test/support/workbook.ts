import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of an archive; what is not given is true. */
export interface ZipEntry {
  readonly name: string;
  readonly data: string | Buffer;
  readonly isStored?: boolean;
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  /** What the archive says of the size of the data. */
  readonly size?: number;
  /** Instead of the data in packed form. */
  readonly packed?: Buffer;
}

/** Writes a ZIP archive. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const data = Buffer.from(entry.data);
    const packed = entry.packed ?? (entry.isStored ? data : deflateRawSync(data));
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x800, 2);
    common.writeUInt16LE(entry.method ?? (entry.isStored ? 0 : 8), 4);
    common.writeUInt32LE(entry.crc ?? crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.size ?? data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(entry.name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(entry.name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, rest, Buffer.from(entry.name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** A text is written as an inline string, a number as a number; an object as the attributes and the content of its cell. */
export type Cell = string | number | boolean | null | { readonly attributes?: string; readonly content: string };

export interface Sheet {
  readonly name?: string;
  readonly state?: 'hidden' | 'veryHidden';
  readonly rows?: readonly (readonly Cell[])[];
  /** Content of the `sheetData` instead of rows. */
  readonly data?: string;
  /** As in `A2:A4`. */
  readonly merges?: readonly string[];
}

export interface WorkbookOptions {
  /** Content of `si` elements. */
  readonly strings?: readonly string[];
  /** Codes of formats, or numbers of those that are built in; a cell refers to them by index + 1. */
  readonly formats?: readonly (string | number)[];
  readonly isFrom1904?: boolean;
  /** Further entries, or others with the name of one. */
  readonly entries?: readonly ZipEntry[];
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** The parts of a workbook as Excel writes them, as far as they matter. */
export function workbookEntries(sheets: readonly Sheet[], options: WorkbookOptions = {}): readonly ZipEntry[] {
  const { strings = [], formats = [], isFrom1904 = false, entries = [] } = options;
  const relations = (all: readonly (readonly [id: string, kind: string, target: string])[]) =>
    `${declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all
      .map(([id, kind, target]) => `<Relationship Id="${id}" Type="${relationships}/${kind}" Target="${target}"/>`)
      .join('')}</Relationships>`;
  const tags = sheets.map(({ name, state }, index) => {
    const hidden = state ? ` state="${state}"` : '';
    return `<sheet name="${escapeXml(name ?? `Sheet${index + 1}`)}" sheetId="${index + 1}"${hidden} r:id="rId${index + 1}"/>`;
  });
  const own = formats.flatMap((code, index) =>
    typeof code === 'string' ? [`<numFmt numFmtId="${164 + index}" formatCode="${escapeXml(code)}"/>`] : [],
  );
  const xfs = formats.map((code, index) => `<xf numFmtId="${typeof code === 'string' ? 164 + index : code}"/>`);
  const made: readonly ZipEntry[] = [
    { name: '[Content_Types].xml', data: `${declaration}<Types/>` },
    { name: '_rels/.rels', data: relations([['rId1', 'officeDocument', 'xl/workbook.xml']]) },
    {
      name: 'xl/workbook.xml',
      data:
        `${declaration}<workbook ${main} xmlns:r="${relationships}">` +
        `<workbookPr date1904="${isFrom1904 ? 1 : 0}"/><sheets>${tags.join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: relations([
        ...sheets.map((_, index) => [`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`] as const),
        ['rIdStrings', 'sharedStrings', 'sharedStrings.xml'],
        ['rIdStyles', 'styles', '/xl/styles.xml'],
      ]),
    },
    {
      name: 'xl/sharedStrings.xml',
      data: `${declaration}<sst ${main}>${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    },
    {
      name: 'xl/styles.xml',
      data:
        `${declaration}<styleSheet ${main}><numFmts>${own.join('')}</numFmts>` +
        `<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${xfs.join('')}</cellXfs></styleSheet>`,
    },
    ...sheets.map((sheet, index) => ({ name: `xl/worksheets/sheet${index + 1}.xml`, data: sheetXml(sheet) })),
  ];
  const replaced = new Set(entries.map(({ name }) => name));
  return [...made.filter(({ name }) => !replaced.has(name)), ...entries];
}

export function workbook(sheets: readonly Sheet[], options: WorkbookOptions = {}): Buffer {
  return zip(workbookEntries(sheets, options));
}

function sheetXml({ rows = [], data, merges = [] }: Sheet): string {
  const written = rows.map((cells, row) => {
    const tags = cells.map((cell, column) => cellXml(cell, `${columnName(column)}${row + 1}`));
    return `<row r="${row + 1}">${tags.join('')}</row>`;
  });
  const merged = merges.map((reference) => `<mergeCell ref="${reference}"/>`).join('');
  return (
    `${declaration}<worksheet ${main}><sheetData>${data ?? written.join('')}</sheetData>` +
    `${merged && `<mergeCells>${merged}</mergeCells>`}</worksheet>`
  );
}

function cellXml(cell: Cell, reference: string): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${reference}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (typeof cell === 'string')
    return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`;
  return `<c r="${reference}" ${cell.attributes ?? ''}>${cell.content}</c>`;
}

/** @param column from 0. */
export function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}
