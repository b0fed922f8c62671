import { parse } from 'csv-parse/sync';
import { convertFile, type SheetChoice } from '../../src/platform/tables/conversion';
import { UnreadableFile } from '../../src/platform/tables/unreadable-file';
import { convertWorkbook } from '../../src/platform/tables/xlsx-conversion';
import { ZipArchive } from '../../src/platform/tables/zip-archive';
import {
  type Cell,
  columnName,
  type Sheet,
  workbook,
  workbookEntries,
  type WorkbookOptions,
  zip,
} from '../support/workbook';

const mebibyte = 1_048_576;

function stored(bytes: Buffer, chunkSize = mebibyte) {
  const chunk = async (number: number) => bytes.subarray(number * chunkSize, (number + 1) * chunkSize);
  return { size: bytes.length, chunkSize, chunk };
}

async function textOf(bytes: Buffer, sheet?: SheetChoice, chunkSize?: number): Promise<string> {
  const pieces: Buffer[] = [];
  await convertWorkbook(stored(bytes, chunkSize), sheet, async (piece) => void pieces.push(piece));
  return Buffer.concat(pieces).toString();
}

const rowsOf = async (bytes: Buffer, sheet?: SheetChoice) =>
  parse(await textOf(bytes, sheet), { relax_column_count: true, skip_empty_lines: false });

async function faultOf(bytes: Buffer, sheet?: SheetChoice): Promise<string> {
  const error: unknown = await textOf(bytes, sheet).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(UnreadableFile);
  return (error as UnreadableFile).message;
}

const cellOf = async (cell: Cell, options?: WorkbookOptions) =>
  (await rowsOf(workbook([{ rows: [[cell, 'x']] }], options)))[0]![0];

describe('a cell with', () => {
  const raw = (attributes: string, content: string): Cell => ({ attributes, content });
  it.each<[string, Cell, string]>([
    ['a text', 'Zoë & "Ada" <x>, Jr', 'Zoë & "Ada" <x>, Jr'],
    ['line breaks', 'one\ntwo', 'one\ntwo'],
    ['a number', 1_234.5, '1234.5'],
    ['true', true, 'TRUE'],
    ['false', false, 'FALSE'],
    ['an error', raw('t="e"', '<v>#N/A</v>'), ''],
    ['a formula and its text', raw('t="str"', '<f>A1&amp;"x"</f><v>Ada</v>'), 'Ada'],
    ['a formula and its number', raw('', '<f>1+1</f><v>2</v>'), '2'],
    ['a formula that nobody has calculated', raw('', '<f>1+1</f>'), ''],
    ['a shared text', raw('t="s"', '<v>0</v>'), 'Grace'],
    ['a rich text, and how it is pronounced', raw('t="s"', '<v>1</v>'), '山田 太郎'],
    ['a rich text of its own', raw('t="inlineStr"', '<is><r><t>Ad</t></r><r><t>a</t></r></is>'), 'Ada'],
    ['an escaped character', raw('t="inlineStr"', '<is><t>a_x0001_b_x005F_x0001_</t></is>'), 'a\u0001b_x0001_'],
    ['a CDATA section', raw('t="inlineStr"', '<is><t><![CDATA[a<b]]></t></is>'), 'a<b'],
    ['a comment in its text', raw('t="inlineStr"', '<is><t>a<!-- x -->b</t></is>'), 'ab'],
    ['a date', raw('s="1"', '<v>44197</v>'), '2021-01-01'],
    ['a date of its own format', raw('s="2"', '<v>44197.5</v>'), '2021-01-01T12:00'],
    ['a date in ISO 8601', raw('t="d" s="1"', '<v>2021-01-01T00:00:00</v>'), '2021-01-01'],
    ['a text that looks like a number', '0123', '0123'],
    ['a formula as its text', '=1+1', '=1+1'],
  ])('%s', async (_, cell, text) => {
    const strings = [
      '<t>Grace</t>',
      '<r><t>山田</t></r><r><t xml:space="preserve"> 太郎</t></r><rPh><t>ヤマダ</t></rPh>',
    ];
    expect(await cellOf(cell, { strings, formats: [14, 'dd/mm/yyyy hh:mm'] })).toBe(text);
  });

  it('a date counts from 1904 if the workbook says so', async () => {
    const cell = raw('s="1"', '<v>42735</v>');
    expect(await cellOf(cell, { formats: [14], isFrom1904: true })).toBe('2021-01-01');
  });
});

describe('rows', () => {
  it('keep their numbers, and columns their places; blank ones at the ends are dropped', async () => {
    const data =
      '<row r="2"><c r="A2" s="0"/></row><row r="3"><c r="B3"><v>1</v></c><c r="D3"><v>2</v></c><c r="E3"/></row>' +
      '<row r="6"><c r="A6"><v>3</v></c></row><row r="9"/>';
    expect(await textOf(workbook([{ data }]))).toBe('\n\n,1,,2\n\n\n3\n');
  });

  it('need no references', async () => {
    const data = '<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>';
    expect(await textOf(workbook([{ data }]))).toBe('1,2\n3\n');
  });

  it('repeat a cell that reaches over them, if they have others', async () => {
    const rows = [
      ['Title', null, null],
      ['Company', 'Name', 'City'],
      ['Navy', 'Grace', 'Arlington'],
      [null, 'Howard'],
      [],
      [null, 'Maria'],
      [null, null, 'Paris'],
    ];
    const merges = ['A1:C1', 'A3:A6', 'C3:C4', 'B6:B7'];
    expect(await textOf(workbook([{ rows, merges }]))).toBe(
      'Title\nCompany,Name,City\nNavy,Grace,Arlington\nNavy,Howard,Arlington\n\nNavy,Maria\n,Maria,Paris\n',
    );
  });

  it('come from XML with prefixes, in UTF-16, and from a file in small chunks', async () => {
    const xml =
      '<x:worksheet xmlns:x="urn:x"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>Zoë</x:t></x:is></x:c></x:row>' +
      '</x:sheetData></x:worksheet>';
    const data = Buffer.from(`\ufeff${xml}`, 'utf16le');
    const file = workbook([{}], { entries: [{ name: 'xl/worksheets/sheet1.xml', data }] });
    for (const size of [1, 7, 100]) expect(await textOf(file, undefined, size)).toBe('Zoë\n');
  });
});

describe('the sheet', () => {
  const sheet = (name: string, cell: string | null, state?: 'hidden' | 'veryHidden'): Sheet => ({
    ...{ name, rows: cell === null ? [[null, '']] : [[cell]] },
    ...(state && { state }),
  });
  const file = workbook([
    sheet('Secret', 'a', 'hidden'),
    sheet('Lists', 'b', 'veryHidden'),
    sheet('Blank', null),
    sheet('Übersicht & "mehr"', 'c'),
    sheet('2', 'd'),
  ]);

  it.each<[SheetChoice | undefined, string]>([
    [undefined, 'c'],
    ['Secret', 'a'],
    ['lists', 'b'],
    [' übersicht & "MEHR" ', 'c'],
    ['2', 'd'],
    [2, 'c'],
    [3, 'd'],
  ])('%j is found', async (choice, cell) => {
    expect(await textOf(file, choice)).toBe(`${cell}\n`);
  });

  it('must be there, and have something in it', async () => {
    const listed = 'It has "Blank", "Übersicht & \\"mehr\\"", "2".';
    expect(await faultOf(file, 'Nobody')).toBe(`The workbook has no sheet "Nobody". ${listed}`);
    expect(await faultOf(file, 4)).toBe(`The workbook has no sheet 4. ${listed}`);
    expect(await faultOf(file, 1)).toBe('The sheet "Blank" is empty.');
    expect(await faultOf(workbook([sheet('A', null), sheet('B', 'x', 'hidden')]))).toContain('The workbook is empty');
  });
});

describe('refuses', () => {
  const sheetXml = 'xl/worksheets/sheet1.xml';
  const replaced = (name: string, data: string, more: object = {}) =>
    workbook([{ rows: [['x']] }], { entries: [{ name, data, ...more }] });
  const sheetOf = (content: string) => replaced(sheetXml, content);
  const isStored = (content: string) => replaced(sheetXml, content, { isStored: true });
  const good = '<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>';
  const laughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(50)}">]><worksheet>&b;</worksheet>`;

  it.each<[string, Buffer, string]>([
    ['a document type definition', sheetOf(`<!DOCTYPE worksheet>${good}`), 'broken'],
    ['entities that grow', sheetOf(laughs), 'broken'],
    ['an external entity', sheetOf('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'), 'broken'],
    ['an entity that is not of XML', sheetOf(good.replace('1', '&nbsp;')), 'broken'],
    ['elements that are not closed', sheetOf(good.slice(0, -5)), 'broken'],
    [
      'elements within each other without end',
      sheetOf(good.replace('<sheetData>', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}<sheetData>`)),
      'broken',
    ],
    ['a tag of three mebibytes', isStored(good.replace('<row>', `<row a="${' '.repeat(3 * mebibyte)}">`)), 'broken'],
    [
      'a cell of two mebibytes',
      isStored(good.replace('1', `${'1'.repeat(1_000)}<!-- -->`.repeat(1_100))),
      'Row 1 is longer than 1 MiB',
    ],
    [
      'a sheet that is there twice',
      replaced('xl/workbook.xml', `<workbook>${'<sheet r:id="rId1"/>'.repeat(2)}</workbook>`),
      'broken',
    ],
    [
      '65,537 formats',
      replaced('xl/styles.xml', `<x><cellXfs>${'<xf/>'.repeat(65_537)}</cellXfs></x>`),
      '65,536 formats',
    ],
    [
      '100,001 merged cells',
      isStored(good.replace('</sheetData>', `</sheetData>${'<mergeCell ref="A1:A2"/>'.repeat(100_001)}`)),
      '100,000 merged cells',
    ],
    ['rows that go backwards', sheetOf('<x><row r="2"/><row r="1"/></x>'), 'broken'],
    ['bytes that are no UTF-8', replaced(sheetXml, '', { data: Buffer.from('<x>\xff</x>', 'latin1') }), 'broken'],
    ['a text that is not there', sheetOf(good.replace('<c>', '<c t="s">')), 'broken'],
    ['a missing sheet', zip(workbookEntries([{ rows: [['x']] }]).filter(({ name }) => name !== sheetXml)), 'broken'],
    ['a wrong checksum', replaced(sheetXml, good, { crc: 1 }), 'broken'],
    ['packed bytes that are none', replaced(sheetXml, good, { packed: Buffer.from('abc') }), 'broken'],
    ['an archive that is cut off', replaced(sheetXml, good).subarray(0, -30), 'broken'],
    ['no entry', zip([]), 'The file is an archive (ZIP) without a workbook'],
    ['a password', replaced(sheetXml, good, { flags: 1 }), 'The workbook has a password'],
    ['another way of packing', replaced(sheetXml, good, { method: 12 }), 'packed in an unusual way'],
    ['the column after XFD', sheetOf(good.replace('<c>', '<c r="XFE1">')), 'more than 16,384 columns'],
    ['the row after 1,048,576', sheetOf(good.replace('<row>', '<row r="1048577">')), 'more than 1,048,576 rows'],
    ['a binary workbook', zip([{ name: 'xl/workbook.bin', data: '' }]), 'a binary Excel workbook'],
    ['an OpenDocument file', zip([{ name: 'content.xml', data: '' }]), 'an OpenDocument file'],
    ['a document of Numbers', zip([{ name: 'Index/Document.iwa', data: '' }]), 'a Numbers or Pages document'],
    ['a Word document', zip([{ name: 'word/document.xml', data: '' }]), 'a Word document'],
    ['a presentation', zip([{ name: 'ppt/presentation.xml', data: '' }]), 'a PowerPoint presentation'],
  ])('%s', async (_, file, message) => {
    expect(await faultOf(file)).toContain(message);
  });

  it('a row that becomes longer than 1 MiB by merged cells', async () => {
    const row = (begin: number) =>
      Array.from({ length: 40 }, (_, column) =>
        column >= begin && column < begin + 20 ? { attributes: 't="s"', content: '<v>0</v>' } : null,
      );
    const strings = [`<t>${'x'.repeat(32_000)}</t>`];
    const merges = Array.from({ length: 20 }, (_, column) => `${columnName(column)}1:${columnName(column)}2`);
    expect(await textOf(workbook([{ rows: [row(0), row(20)] }], { strings }))).toHaveLength(40 * 32_000 + 39 + 21);
    expect(await faultOf(workbook([{ rows: [row(0), row(20)], merges }], { strings }))).toBe(
      'Row 2 is longer than 1 MiB.',
    );
  });

  it('what is packed by more than 200 to 1', async () => {
    const blanks = ' '.repeat(4 * mebibyte);
    expect(await faultOf(sheetOf(good.replace('<row>', `${blanks}<row>`)))).toContain('packed by more than 200 to 1');
    expect(await textOf(sheetOf(good.replace('<row>', `${' '.repeat(mebibyte / 2)}<row>`)))).toBe('1\n');
  });

  it('more than 1,000 entries', async () => {
    const others = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `x${index}`, data: '' }));
    const own = workbookEntries([{ rows: [['x']] }]).length;
    expect(await textOf(workbook([{ rows: [['x']] }], { entries: others(1_000 - own) }))).toBe('x\n');
    expect(await faultOf(workbook([{ rows: [['x']] }], { entries: others(1_001 - own) }))).toContain('1,000 entries');
  });

  it('more than 512 MiB unpacked, of all entries together', async () => {
    const size = 257 * mebibyte - 31;
    const file = archiveOfBlanks(['a', 'b'], size);
    const archive = await ZipArchive.open(file);
    const read = async (name: string) => {
      let bytes = 0;
      for await (const piece of archive.read(name)) bytes += piece.length;
      return bytes;
    };
    await expect(read('a')).rejects.toThrow('broken');
    await expect(read('b')).rejects.toThrow('more than 512 MiB unpacked');
  });
});

/** An archive of entries that are not packed, with wrong checksums. Each fills whole chunks, which are made when they are read. */
function archiveOfBlanks(names: readonly string[], size: number) {
  const small = zip(names.map((name) => ({ name, data: '', isStored: true })));
  const local = 31;
  const tail = Buffer.from(small.subarray(local * names.length));
  names.forEach((_, index) => {
    const at = index * 47;
    tail.writeUInt32LE(size, at + 20);
    tail.writeUInt32LE(size, at + 24);
    tail.writeUInt32LE(index * (size + local), at + 42);
  });
  const begin = names.length * (size + local);
  tail.writeUInt32LE(begin, tail.length - 6);
  const blanks = Buffer.alloc(mebibyte, ' ');
  const chunk = async (number: number) => {
    const start = number * mebibyte;
    if (start >= begin) return tail;
    if (start % (size + local) !== 0) return blanks;
    return Buffer.concat([small.subarray(0, local), blanks.subarray(local)]);
  };
  return { size: begin + tail.length, chunkSize: mebibyte, chunk };
}

it('what an archive says of sizes is not believed', async () => {
  const entry = { name: 'xl/worksheets/sheet1.xml', data: '<x><row><c><v>1</v></c></row></x>', size: 3 };
  expect(await textOf(workbook([{}], { entries: [entry] }))).toBe('1\n');
});

describe('a thread', () => {
  const inThread = async (bytes: Buffer, chunkSize?: number) => {
    const pieces: Buffer[] = [];
    await convertFile(
      stored(bytes, chunkSize),
      { format: 'xlsx', sheet: undefined },
      async (piece) => void pieces.push(piece),
    );
    return Buffer.concat(pieces).toString();
  };

  it('ends when its time is over, after what was under way', async () => {
    const card = Buffer.from('BEGIN:VCARD\nVERSION:3.0\nN:Lovelace;Ada;;;\nEND:VCARD\n');
    let [begun, ended] = [0, 0];
    const chunk = async () => {
      begun++;
      if (begun > 10) await new Promise((resolve) => setTimeout(resolve, 2_000));
      ended++;
      return card;
    };
    const endless = { size: Number.MAX_SAFE_INTEGER, chunkSize: card.length, chunk };
    const conversion = { format: 'vcard', encoding: 'utf-8' } as const;
    const fault = await convertFile(endless, conversion, async () => undefined, 1_000).catch((error: unknown) => error);
    expect(fault).toEqual(
      new UnreadableFile('The file takes more than 10 minutes to be turned into a table: divide it.'),
    );
    expect(ended).toBe(begun);
  });

  it('reads a workbook of several chunks ahead while it writes several pieces', async () => {
    // Random letters are hardly packed.
    const word = (seed: number) => Buffer.from(String(Math.sin(seed))).toString('base64');
    const rows = Array.from({ length: 40_000 }, (_, index) => [word(index), word(-index - 1), index]);
    const file = workbook([{ rows }]);
    expect(await inThread(file, 20_000)).toBe(rows.map((cells) => `${cells.join(',')}\n`).join(''));
  });

  it('refuses what is refused', async () => {
    await expect(inThread(zip([]))).rejects.toThrow(UnreadableFile);
  });

  it('refuses what would become much larger than the file: cells that all refer to a long text', async () => {
    const cell = '<c t="s"><v>0</v></c>';
    const data = `<row>${cell.repeat(15_000)}</row>`.repeat(3);
    const file = workbook([{ data }], { strings: [`<t>${'x'.repeat(32_000)}</t>`] });
    await expect(inThread(file)).rejects.toThrow('Row 1 is longer than 1 MiB');
  });
});
