import { decode, detectEncoding, type Encoding } from './text-encoding';

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const sizes = [1, 3, 4_096, 1_048_576];
const marks: Readonly<Record<Encoding, readonly number[]>> = {
  'utf-8': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
  'windows-1252': [],
};

function encoded(text: string, encoding: Encoding, marked: boolean): Buffer {
  const utf16 = Buffer.from(text, 'utf16le');
  const bytes = {
    'utf-8': () => Buffer.from(text),
    'utf-16le': () => utf16,
    'utf-16be': () => utf16.swap16(),
    'windows-1252': () =>
      Buffer.from(text.replaceAll('€', '\x80').replaceAll('“', '\x93').replaceAll('”', '\x94'), 'latin1'),
  }[encoding]();
  return Buffer.concat([Buffer.from(marked ? marks[encoding] : []), bytes]);
}

async function read(bytes: Buffer, encoding: Encoding, size: number): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of decode(cut(bytes, size), encoding)) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe.each<[Encoding, boolean]>([
  ['utf-8', false],
  ['utf-8', true],
  ['utf-16le', false],
  ['utf-16le', true],
  ['utf-16be', false],
  ['utf-16be', true],
  ['windows-1252', false],
])('%s, with a mark: %s', (encoding, marked) => {
  const text = `Name,Ort\n${'Zoë,Zürich “x” 5 €\n'.repeat(300)}${encoding === 'windows-1252' ? '' : 'Émile 😀'}`;

  it.each(sizes)('is detected and decoded in chunks of %d bytes', async (size) => {
    const bytes = encoded(text, encoding, marked);
    expect(await detectEncoding(cut(bytes, size))).toEqual({ encoding, faulty: false });
    expect(await read(bytes, encoding, size)).toBe(text);
  });
});

it('the last byte of a long file can tell', async () => {
  const ascii = Buffer.alloc(300_000, 'plain text\n');
  expect(await detectEncoding(cut(ascii, 1_000))).toEqual({ encoding: 'utf-8', faulty: false });
  const bytes = Buffer.concat([ascii, Buffer.from([0xe9])]);
  expect(await detectEncoding(cut(bytes, 1_000))).toEqual({ encoding: 'windows-1252', faulty: false });
});

it('is UTF-8 with faults when more of it is well-formed than broken', async () => {
  const bytes = Buffer.concat([
    Buffer.from('Zürich, Köln, Genève, '),
    Buffer.from([0xe9, 0xe2, 0x82]),
    Buffer.from('x'),
  ]);
  expect(await detectEncoding(cut(bytes, 2))).toEqual({ encoding: 'windows-1252', faulty: false });
  const longer = Buffer.concat([Buffer.from('Zürich'), bytes]);
  expect(await detectEncoding(cut(longer, 2))).toEqual({ encoding: 'utf-8', faulty: true });
  expect(await read(longer, 'utf-8', 2)).toBe('ZürichZürich, Köln, Genève, \ufffd\ufffdx');
});

it.each([
  ['an overlong form', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['what is beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ['a broken end', [0x41, 0xf0, 0x9f, 0x98]],
])('%s is no UTF-8', async (_, end) => {
  const bytes = [...Buffer.alloc(100, 'text'), ...end];
  expect(await detectEncoding(cut(Buffer.from(bytes), 1))).toMatchObject({ encoding: 'windows-1252' });
  const marked = Buffer.from([...marks['utf-8'], ...bytes]);
  expect(await detectEncoding(cut(marked, 1))).toEqual({ encoding: 'utf-8', faulty: true });
});

it('the undefined bytes of windows-1252 stay controls, all others are letters', async () => {
  const bytes = Buffer.from(Array.from({ length: 128 }, (_, index) => index + 0x80));
  const text = await read(bytes, 'windows-1252', 7);
  expect(text).toHaveLength(128);
  expect(text.match(/[\x80-\x9f]/g)).toEqual(['\x81', '\x8d', '\x8f', '\x90', '\x9d']);
  expect(text.slice(0, 32).replace(/[\x80-\x9f]/g, '')).toBe('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ');
  expect(text.slice(32)).toBe(bytes.toString('latin1', 32));
});

it.each([
  ['an Excel workbook', 'PK\x03\x04\x14\0'],
  ['an old Excel workbook', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['a PDF document', '%PDF-1.7\n'],
  ['an HTML or XML document', '<!DOCTYPE html><table>'],
  ['an image', '\x89PNG\r\n\x1a\n'],
  ['an image', '\xff\xd8\xff\xe0'],
  ['an image', 'GIF89a\x01\0\x01\0'],
  ['an archive', '\x1f\x8b\x08\0'],
  ['an archive', 'BZh91AY&SY\x01\x02'],
  ['an archive', '\xfd7zXZ\0'],
  ['an archive', '\x28\xb5\x2f\xfd'],
  ['an archive', '7z\xbc\xaf\x27\x1c'],
  ['an archive', 'Rar!\x1a\x07'],
  ['a database file', 'SQLite format 3\0'],
  ['a database file', 'PAR1\x15\x04'],
  ['a program', '\x7fELF\x02'],
  ['a program', 'MZ\x90\0\x03\0'],
  ['a recording', 'RIFF\x24\0\0\0WAVE'],
])('refuses %s', async (format, begin) => {
  for (const more of ['', 'text '.repeat(2_000)]) {
    const detection = await detectEncoding(cut(Buffer.from(begin + more, 'latin1'), 3));
    expect(detection).toEqual({ refused: expect.stringContaining(`The file is ${format}`) as string });
  }
});

it.each(['MZ,Name\n1,2', 'BM;x\n', 'PAR1,ORC\n', 'GIF89a\n', 'RIFF,x\n', 'ID3,Name\n', 'PK,Name\n'])(
  'reads a text that begins with %j',
  async (text) => {
    expect(await detectEncoding(cut(Buffer.from(text), 3))).toMatchObject({ encoding: 'utf-8' });
  },
);

it.each<[string, Encoding]>([
  ['\0', 'utf-8'],
  ['\x1b', 'utf-8'],
  ['\x7f', 'utf-8'],
  ['\x85', 'utf-8'],
  ['\x02', 'utf-16le'],
])('refuses more than one control %j in twenty characters', async (control, encoding) => {
  const few = encoded('x'.repeat(950) + control.repeat(50), encoding, true);
  const many = encoded('x'.repeat(949) + control.repeat(51), encoding, true);
  expect(await detectEncoding(cut(few, 100))).toEqual({ encoding, faulty: false });
  expect(await detectEncoding(cut(many, 100))).toEqual({
    refused: 'The file is not a text: it has too many control characters.',
  });
});

it.each<[string, Encoding, boolean]>([
  ['', 'utf-8', false],
  ['', 'utf-8', true],
  ['', 'utf-16le', true],
  [' \t\r\n', 'utf-8', false],
  [' \r\n', 'utf-16be', true],
])('%j in %s, with a mark: %s, is empty', async (text, encoding, marked) => {
  const bytes = encoded(text, encoding, marked);
  expect(await detectEncoding(cut(bytes, 1))).toEqual({ refused: 'The file is empty.' });
});
