import { encode } from 'iconv-lite';
import { detectEncoding } from './encoding-detection';
import { decode, type Encoding } from './text-encoding';

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const sizes = [1, 3, 4_096, 1_048_576];
const marks: Readonly<Partial<Record<Encoding, readonly number[]>>> = {
  'utf-8': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
};

const namesOfEncoder: Readonly<Partial<Record<Encoding, string>>> = { 'euc-kr': 'cp949', macintosh: 'macroman' };

function encoded(text: string, encoding: Encoding, marked = false): Buffer {
  const bytes = encode(text, namesOfEncoder[encoding] ?? encoding, { addBOM: false });
  return Buffer.concat([Buffer.from(marked ? marks[encoding]! : []), bytes]);
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

describe('UTF-16 without a mark', () => {
  it.each<[string, string]>([
    ['Latin', 'Name,Ort\r\nZoë,Zürich\r\n'],
    ['Cyrillic', 'Имя;Город\r\nНаталья;Екатеринбург\r\nФёдор;Нижний Новгород\r\n'],
    ['Chinese', '姓名,城市\r\n王小明,北京市朝阳区\r\n'],
  ])('is recognised by its delimiters: %s', async (_, text) => {
    for (const encoding of ['utf-16le', 'utf-16be'] as const) {
      const bytes = encoded(text, encoding);
      expect(await detectEncoding(cut(bytes, 5))).toEqual({ encoding, faulty: false });
      expect(await read(bytes, encoding, 5)).toBe(text);
    }
  });
});

it.each<[Encoding, string]>([
  ['windows-1250', 'Jméno;Město\nJiří;Plzeň\nŁukasz;Kraków\n'],
  ['windows-1251', 'Имя;Город\nЮлия;Москва\n'],
  ['windows-1253', 'Όνομα;Πόλη\nΓιώργος;Αθήνα\n'],
  ['windows-1254', 'Ad;Şehir\nAyşe;İstanbul\nÇağla;Muğla\n'],
  ['shift_jis', '氏名,住所\n山田太郎,東京都千代田区\n佐藤花子,大阪市表参道\n'],
  ['gb18030', '姓名,城市\n王小明,北京市\n张伟,广州市\n'],
  ['big5', '姓名,城市\n陳怡君,台北市\n林志明,高雄市許功蓋\n'],
  ['euc-kr', '이름,도시\n김민준,서울특별시\n똠방각하,부산광역시\n'],
  ['macintosh', 'Name;Ort\nJürgen Müller;Köln\nKäthe Weiß;Düsseldorf\n'],
])('%s is guessed, and decoded in chunks of any size', async (encoding, text) => {
  const bytes = encoded(text, encoding);
  expect(await detectEncoding(cut(bytes, 7))).toEqual({ encoding, faulty: true });
  for (const size of sizes) expect(await read(bytes, encoding, size)).toBe(text);
});

it('the caller overrules what was found', async () => {
  const bytes = encoded('Ad;Şehir\nYılmaz;İzmir\n', 'windows-1254');
  expect(await detectEncoding(cut(bytes, 9), 'iso-8859-9')).toEqual({ encoding: 'iso-8859-9', faulty: true });
  expect(await read(bytes, 'iso-8859-9', 9)).toBe('Ad;Şehir\nYılmaz;İzmir\n');
  expect(await detectEncoding(cut(bytes, 9), 'utf-8')).toEqual({ encoding: 'utf-8', faulty: true });
  expect(await detectEncoding(cut(bytes, 9), 'windows-1252')).toEqual({ encoding: 'windows-1252', faulty: false });
  const ascii = Buffer.from('Name,City\nAda,Paris\n');
  expect(await detectEncoding(cut(ascii, 9), 'big5')).toEqual({ encoding: 'big5', faulty: true });
  const utf16 = encoded('Name,City\n', 'utf-16le', true);
  expect(await detectEncoding(cut(utf16, 9), 'utf-8')).toEqual({
    refused: 'The file is not a text: it has too many control characters.',
  });
});

it('is UTF-8 with faults when more of it is well-formed than broken', async () => {
  const bytes = Buffer.concat([
    Buffer.from('Zürich, Köln, Genève, '),
    Buffer.from([0xe9, 0xe2, 0x82]),
    Buffer.from('x'),
  ]);
  expect(await detectEncoding(cut(bytes, 2))).not.toMatchObject({ encoding: 'utf-8' });
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
  expect(await detectEncoding(cut(Buffer.from(bytes), 1))).not.toMatchObject({ encoding: 'utf-8' });
  const marked = Buffer.from([...marks['utf-8']!, ...bytes]);
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
  ['an old Excel workbook', '\x09\x08\x10\0\0\x06\x05\0'],
  ['an OpenDocument file', `PK\x03\x04${'\0'.repeat(26)}mimetypeapplication/vnd.oasis.opendocument.spreadsheet`],
  ['a Numbers or Pages document', `PK\x03\x04${'\0'.repeat(26)}Index/Document.iwa`],
  ['an HTML page', '<!DOCTYPE html><table>'],
  ['an HTML page', '\xef\xbb\xbf\r\n<table border="1"><tr>'],
  ['an HTML page', '<html xmlns:o="urn:schemas-microsoft-com:office:office">'],
  ['an XML document', '<?xml version="1.0"?><contacts>'],
  ['an XML document', '<contacts><contact>'],
  [
    'an Excel 2003 XML workbook',
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
  ],
  ['a web archive', 'MIME-Version: 1.0\r\nContent-Type: multipart/related'],
  ['a JSON document', '{"contacts": [{"first_name": "Ada"}]}'],
  ['a JSON document', '[\n  {"first_name": "Ada"}]'],
  ['a JSON document', '\xef\xbb\xbf{"first_name":"Ada"}\n{"first_name":"Grace"}\n'],
  ['a JSON document', '[["Name","City"],["Ada","Paris"]]'],
  ['a multipart form', '--xyz\r\nContent-Disposition: form-data; name="file"'],
  ['a calendar', 'BEGIN:VCALENDAR\r\nVERSION:2.0'],
  ['an LDIF file', 'dn: cn=Ada,mail=ada@mail.example\nobjectclass: person'],
  ['an LDIF file', 'version: 1\n\ndn:: Y249QWRh\n'],
  ['an e-mail message', 'Received: from mail.example by mail.example'],
  ['a rich text document', '{\\rtf1\\ansi'],
  ['an HTML page', '<!-- saved from the web -->\n<table>'],
  ['an old Excel workbook', '\x09\x08\x10\0\0\x06\x05\0'],
  ['a dump of a database', '-- MySQL dump 10.13\n'],
  ['a dump of a database', '--\n-- PostgreSQL database dump\n--\n'],
  ['a dump of a database', '/*M!999999\\- enable the sandbox mode */'],
  ['a dump of a database', 'INSERT INTO contacts VALUES (1);'],
  ['a key or a certificate', '-----BEGIN CERTIFICATE-----'],
  ['an image (icon)', '\0\0\x01\0\x01\0'],
  ['an image', 'RIFF\x24\0\0\0WEBPVP8 '],
  ['an image', '\0\0\0\x18ftypheic'],
  ['a property list of Apple', 'bplist00\xd4\0\x01'],
  ['a data file of Outlook', '!BDN\0\x01'],
  ['a database file', '\0\x01\0\0Standard ACE DB\0'],
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

it.each([
  'MZ,Name\n1,2',
  'BM;x\n',
  'PAR1,ORC\n',
  'GIF89a\n',
  'RIFF,x\n',
  'ID3,Name\n',
  'PK,Name\n',
  '[Name],[City]\n',
  '{Name},City\n',
  '<Name>,City\n',
  '#,Name\n',
  '-- Name,City\n',
  '-- Members, a dump of MySQL,City\n',
  '# Exported from PostgreSQL\nName,City\n',
  'BEGIN:VCARDS,City\n',
  'Received,From\n',
])('reads a text that begins with %j', async (text) => {
  expect(await detectEncoding(cut(Buffer.from(text), 3))).toMatchObject({ encoding: 'utf-8' });
});

it('refuses texts by name in UTF-16, too', async () => {
  for (const encoding of ['utf-16le', 'utf-16be'] as const) {
    for (const marked of [true, false]) {
      const detection = await detectEncoding(cut(encoded('<html><body><table>', encoding, marked), 3));
      expect(detection).toEqual({ refused: expect.stringContaining('The file is an HTML page') as string });
    }
  }
});

it.each<[Encoding, string]>([
  ['windows-1250', 'Jiří;Plzeň'],
  ['shift_jis', '山田太郎;東京都'],
  ['gb18030', '王小明;北京市'],
  ['macintosh', 'Jürgen;Köln'],
])('%s is guessed beside much ASCII', async (encoding, person) => {
  const remark = 'Met at the trade fair in London and asked for an offer with a discount. '.repeat(20);
  for (const row of [`${person};${remark}`, `${remark};${person}`, `${remark}${person.replace(';', ' ')} ${remark}`]) {
    const bytes = encoded(`Name;Ort;Remark\n${`${row}\n`.repeat(3)}`, encoding);
    expect([row, await detectEncoding(cut(bytes, 65_536))]).toEqual([row, { encoding, faulty: true }]);
  }
});

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
