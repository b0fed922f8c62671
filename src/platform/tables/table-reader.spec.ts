import { inspectTable } from './table-inspection';
import { type Chunks, readRows, readSample, type TableShape } from './table-reader';
import { UnreadableFile } from './unreadable-file';

const knownHeaders = new Set([
  'name',
  'first name',
  'last name',
  'vorname',
  'nachname',
  'e-mail',
  'email',
  'city',
  'ort',
  'phone',
  'notes',
  'company',
]);
const isKnownHeader = (header: string) => knownHeaders.has(header.trim().toLowerCase());

function chunksOf(content: string | Buffer, size = 1_048_576): Chunks {
  const bytes = Buffer.from(content);
  return async function* () {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  };
}

async function read(content: string | Buffer, size?: number) {
  const chunks = chunksOf(content, size);
  const { shape, sample_rows, total_rows } = await inspectTable(chunks, 1_000_000, isKnownHeader);
  const rows: (readonly string[])[] = [];
  // As it comes back from the database.
  for await (const { number, cells } of readRows(chunks, JSON.parse(JSON.stringify(shape)) as TableShape)) {
    rows.push(cells);
    if (number !== rows.length) throw new Error(`Row ${rows.length} has the number ${number}.`);
  }
  expect(total_rows).toBe(rows.length);
  return { ...shape, sample_rows, rows };
}

async function faultOf(content: string | Buffer): Promise<string> {
  const error: unknown = await read(content).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(UnreadableFile);
  return (error as UnreadableFile).message;
}

describe.each([',', ';', '\t', '|'] as const)('with %j between cells', (delimiter) => {
  it.each(['\n', '\r\n', '\r'])('and %j between lines, a table comes back in chunks of any size', async (lineEnd) => {
    const lines = [
      ['Name', 'City', 'Said'],
      ['Zoë', ' Zürich ', `"a ""word""${delimiter}${lineEnd}a line"`],
      ['Bob', '', '5" pipe'],
    ];
    const text = lines.map((cells) => cells.join(delimiter)).join(lineEnd);
    for (const size of [1, 2, 3, 1_000]) {
      expect(await read(text, size)).toMatchObject({
        delimiter,
        headers: ['Name', 'City', 'Said'],
        header_line: 1,
        rows: [
          ['Zoë', ' Zürich ', `a "word"${delimiter}${lineEnd}a line`],
          ['Bob', '', '5" pipe'],
        ],
      });
    }
  });
});

describe('a table', () => {
  it('may mix line ends, have blank lines, and short or long ones', async () => {
    const { rows, sample_rows } = await read('Name,City\r\n\nA\r ,\r\nB,b,more\n"",""\nC,c\n\n');
    expect(rows).toEqual([['A'], ['B', 'b', 'more'], ['C', 'c']]);
    expect(sample_rows).toEqual([
      ['A', ''],
      ['B', 'b'],
      ['C', 'c'],
    ]);
  });

  it('may be a header alone, or one column', async () => {
    expect(await read('Name,City')).toMatchObject({ headers: ['Name', 'City'], rows: [] });
    expect(await read('Name\nFair\nWeb\n')).toMatchObject({
      delimiter: ',',
      headers: ['Name'],
      rows: [['Fair'], ['Web']],
    });
    expect(await read('name\nFair, Berlin\nFair, Bonn\n')).toMatchObject({ headers: ['name'], rows: { length: 2 } });
  });

  it('has other commas than those between cells', async () => {
    expect(await read('Name;Betrag\nA;1,5\nB;2,5')).toMatchObject({
      delimiter: ';',
      header_line: 1,
      headers: ['Name', 'Betrag'],
      rows: [
        ['A', '1,5'],
        ['B', '2,5'],
      ],
    });
    expect(await read(`Netto;Brutto\n${'1,5;2,5\n'.repeat(100)}`)).toMatchObject({ headers: ['Netto', 'Brutto'] });
    expect(await read('Foo,Bar\na,x|y\nb,z|w')).toMatchObject({ delimiter: ',', headers: ['Foo', 'Bar'] });
  });

  it('may begin below explanations, as those of LinkedIn do', async () => {
    const notes = 'Notes:\n"When exporting, you may notice, that ""some"" are missing; others\nare not."\n\n';
    const table = 'First Name,Last Name,URL,Email Address\nGrace,Hopper,https://x.example,\nAda,Lovelace,,\n';
    expect(await read(notes + table)).toMatchObject({
      header_line: 4,
      headers: ['First Name', 'Last Name', 'URL', 'Email Address'],
      rows: { length: 2 },
    });
    expect(await read('A report,,\n,,\nFoo,Bar,Baz\n1,2,3\n4,5,6\n')).toMatchObject({
      header_line: 3,
      headers: ['Foo', 'Bar', 'Baz'],
    });
  });

  it('may tell its delimiter as Excel does', async () => {
    for (const line of ['sep=;', '"sep=;"', 'SEP=;']) {
      const text = `\ufeff${line}\r\nName,x;City\r\nA;B\r\n`;
      expect(await read(text, 1)).toMatchObject({
        delimiter: ';',
        has_delimiter_line: true,
        headers: ['Name,x', 'City'],
        rows: [['A', 'B']],
      });
    }
  });

  it('has each header once, whatever they are', async () => {
    const { headers, rows } = await read(
      ' Phone ,Phone,,Phone (2),Phone,__proto__,constructor,Column 3,\n1,2,3,4,5,6,7,8,9',
    );
    expect(headers).toEqual([
      'Phone',
      'Phone (3)',
      'Column 3 (2)',
      'Phone (2)',
      'Phone (4)',
      '__proto__',
      'constructor',
      'Column 3',
      'Column 9',
    ]);
    expect(new Set(headers).size).toBe(9);
    expect(rows).toHaveLength(1);
    expect((await read('Phone,Phone,,\n1,2,,\n')).headers).toEqual(['Phone', 'Phone (2)']);
    expect((await read('a\0b,c\n1,2\n'.padEnd(100, '3,4\n'))).headers).toEqual(['ab', 'c']);
  });

  it('is one that we wrote when it ends with our errors', async () => {
    const text = `Name,'=Sum,import_error\n'=1+1,'+49,'@x\n'plain,''=x,\n`;
    expect(await read(text)).toMatchObject({
      returned: true,
      headers: ['Name', '=Sum', 'import_error'],
      rows: [
        ['=1+1', '+49', '@x'],
        [`'plain`, `'=x`, ''],
      ],
      sample_rows: [['=1+1', '+49', '@x'], { length: 3 }],
    });
    expect(await read(text.replace('import_error', 'error'))).toMatchObject({
      returned: false,
      rows: [["'=1+1", "'+49", "'@x"], {}],
    });
  });

  it('may have broken bytes', async () => {
    const bytes = Buffer.concat([Buffer.from('Name,City\nZoë,Zürich\nA'), Buffer.from([0xff]), Buffer.from(',b')]);
    expect(await read(bytes)).toMatchObject({ encoding: 'utf-8', faulty: true, rows: [{}, ['A\ufffd', 'b']] });
  });

  it('may have stray quotation marks', async () => {
    const long = 'l'.repeat(50);
    const { rows } = await read(`Name,City\n"a"b,5" c\n"${long}"d,"" e\n"a ""b""",""\n`);
    expect(rows).toEqual([
      ['"a"b', '5" c'],
      [`"${long}"d`, '"" e'],
      ['a "b"', ''],
    ]);
  });

  it('may be larger than what is looked at first', async () => {
    const { rows, headers } = await read(`Name,City\n${'Zoë,"Zürich\nSee"\n'.repeat(20_000)}`, 70_001);
    expect(headers).toEqual(['Name', 'City']);
    expect(rows).toHaveLength(20_000);
    expect(new Set(rows.map(String)).size).toBe(1);
  });
});

describe('refuses', () => {
  it.each(['', '\ufeff', ' \n\t\n', ',,\n,,\n', '\u00a0\n'])('%j, which is empty', async (text) => {
    expect(await faultOf(text)).toBe('The file is empty.');
  });

  it('what is no text', async () => {
    expect(await faultOf('PK\x03\x04')).toBe('The file is an Excel workbook or a ZIP archive: save it as CSV.');
    expect(await faultOf('Name,City\n\x01\x02\x03')).toContain('control characters');
  });

  it('a quotation mark that is never closed, and tells where', async () => {
    const fault = await faultOf('Name,City\nA,b\nC,d\nE,"f\nG,h\n');
    expect(fault).toBe('A quotation mark that is opened near row 3 is never closed.');
    expect(await faultOf(`Name,City\nA,b\nE,"f\n${'G,h\n'.repeat(400_000)}`)).toContain('Row 2 is longer than 1 MiB');
    expect(await faultOf('"Name,City\n')).toBe('The first row is not complete: a quotation mark is never closed.');
    expect(await faultOf(`Name,"City\n${'G,h\n'.repeat(100_000)}`)).toContain('The first row is too long');
    expect(await faultOf(`Name,City\nA,b\n${','.repeat(2_200_000)}`)).toContain('Row 2 is longer than 1 MiB');
  });

  it('more rows or columns than may be', async () => {
    const chunks = chunksOf('Name,City\na,b\nc,d\n\n');
    expect(await inspectTable(chunks, 2, isKnownHeader)).toMatchObject({ total_rows: 2 });
    await expect(inspectTable(chunks, 1, isKnownHeader)).rejects.toThrow('The file has more than 1 rows');
    expect((await read('a,'.repeat(999) + 'b')).headers).toHaveLength(1_000);
    expect(await faultOf('a,'.repeat(1_000) + 'b')).toBe('The file has more than 1,000 columns.');
    // So many that making their names different would take hours if each began to count anew.
    expect(await faultOf('a,'.repeat(120_000) + 'b')).toBe('The file has more than 1,000 columns.');
  });
});

it('lets others run meanwhile, and stops reading when nobody wants more', async () => {
  let isClosed = false;
  let isOn = true;
  let longest = 0;
  let rows = 0;
  const line = 'Grace,Hopper,grace@example.com,+1 555 0100,Navy\n';
  const chunks: Chunks = async function* () {
    try {
      yield Buffer.from('First name,Last name,Email,Phone,Company\n');
      for (let count = 0; count < 4; count++) yield Buffer.alloc(1_048_576, line);
    } finally {
      isClosed = true;
    }
  };
  const { shape } = await inspectTable(chunks, 1_000_000, isKnownHeader);
  /** The turn of the others: how many rows were read since their last one? */
  const tick = () => {
    longest = Math.max(longest, rows);
    rows = 0;
    if (isOn) setImmediate(tick);
  };
  tick();
  isClosed = false;
  for await (const { number } of readRows(chunks, shape)) {
    rows++;
    if (number === 50_000) break;
  }
  isOn = false;
  expect(isClosed).toBe(true);
  // What one slice of the file has, and what of it was waiting to be taken.
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(1_000);
});

describe('a sample', () => {
  const sampleOf = async (content: string, size: Parameters<typeof readSample>[2]) => {
    const chunks = chunksOf(content);
    const { shape } = await inspectTable(chunks, 1_000_000, isKnownHeader);
    return readSample(chunks, shape, size);
  };
  const charactersOf = (rows: readonly (readonly string[])[]) =>
    rows.flat().reduce((sum, { length }) => sum + length, 0);

  it('has the beginnings of cells, and a cell for each header', async () => {
    const content = `Name,City,Notes\nAnn,Bonn\nBob,,${'\u{1f600}'.repeat(900)}\nEve\n`;
    const [first, second, ...more] = await sampleOf(content, { rows: 2, cell: 1_001 });
    expect(first).toEqual(['Ann', 'Bonn', '']);
    expect(second).toEqual(['Bob', '', `${'\u{1f600}'.repeat(500)}\ud83d`]);
    expect(more).toEqual([]);
  });

  it('ends where it has as many characters as it may, however few rows these are', async () => {
    const length = 500;
    const content = `Name,Notes\n${`Ann,${'x'.repeat(length)}\n`.repeat(40)}`;
    const characters = 32 * length;
    const whole = await sampleOf(content, { rows: 1_000, characters });
    expect(charactersOf(whole)).toBeGreaterThanOrEqual(characters);
    expect(charactersOf(whole)).toBeLessThan(characters + 2 * length);
    const cut = await sampleOf(content, { rows: 1_000, cell: 10, characters });
    expect([cut.length, charactersOf(cut)]).toEqual([40, 40 * 13]);
  });

  it('has 16 million characters at most, and a row more', async () => {
    const length = 500_000;
    const { shape } = await inspectTable(chunksOf('Name,Notes\nAnn,x\n'), 1_000_000, isKnownHeader);
    const whole = await readSample(chunksOf(`Name,Notes\n${`Ann,${'x'.repeat(length)}\n`.repeat(40)}`), shape, {
      rows: 1_000,
    });
    expect(charactersOf(whole)).toBeGreaterThanOrEqual(16_000_000);
    expect(charactersOf(whole)).toBeLessThan(16_000_000 + 2 * length);
  });
});
