import { parse } from 'csv-parse/sync';
import { encode } from 'iconv-lite';
import type { Encoding } from './text-encoding';
import { UnreadableFile } from './unreadable-file';
import { convertVcards } from './vcard-conversion';

/** @returns the rows, each with its cells by header; blank cells are left out. */
async function convert(file: string | Buffer, encoding: Encoding = 'utf-8', size = 1_000_000) {
  const bytes = Buffer.from(file);
  const chunks = async function* () {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  };
  const pieces: Buffer[] = [];
  await convertVcards(chunks, encoding, async (piece) => void pieces.push(piece));
  const records = parse<Record<string, string>>(Buffer.concat(pieces), { columns: true });
  return records.map((record) => Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== '')));
}

function card(...lines: readonly string[]): string {
  return ['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n');
}

const ada = card('VERSION:3.0', 'N:Lovelace;Ada;;;', 'FN:Ada Lovelace');

it.each<[string, string, object]>([
  [
    'version 2.1 with quoted-printable text and soft line breaks',
    card(
      'VERSION:2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCr=',
      'gen;;Dr.;',
      'NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:one=0D=0A=',
      'two: three',
    ),
    { Prefix: 'Dr.', 'First Name': 'Jürgen', 'Last Name': 'Müller', Notes: 'one\r\ntwo: three' },
  ],
  [
    'quoted-printable text in an older code page',
    card('VERSION:2.1', 'N;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CF=E5=F2=F0=EE=E2;=C8=E2=E0=ED'),
    { 'First Name': 'Иван', 'Last Name': 'Петров' },
  ],
  [
    'folded lines, backslashes and several values',
    card(
      'VERSION:3.0',
      'N:van der Berg\\, Jr.;Jan,Piet;;;',
      'NOTE:two\\nlines\\, a semicolon\\; and a fold',
      '  here',
      'CATEGORIES:vip,a\\,b',
      'ORG:Acme\\, Inc.;Sales;West',
    ),
    {
      ...{
        'First Name': 'Jan Piet',
        'Last Name': 'van der Berg, Jr.',
        Notes: 'two\nlines, a semicolon; and a fold here',
      },
      ...{ Tags: 'vip, "a,b"', Company: 'Acme, Inc.', Department: 'Sales, West' },
    },
  ],
  [
    'groups, labels and types of any spelling; the preferred value comes first',
    card(
      'VERSION:3.0',
      'N:Lovelace;Ada;;;',
      'item1.EMAIL;type=INTERNET:ada@home.example',
      'item1.X-ABLabel:_$!<Other>!$_',
      'EMAIL;type=INTERNET;type=WORK;type=pref:ada@work.example',
      'TEL;TYPE="home,fax":1',
      'TEL;TYPE=CELL,VOICE:2',
      'TEL;WORK;VOICE:3',
      'TEL;TYPE=pager:4',
    ),
    {
      ...{ 'First Name': 'Ada', 'Last Name': 'Lovelace', Email: 'ada@work.example', 'Email 2': 'ada@home.example' },
      ...{ Phone: '2', 'Phone 2': '3', Fax: '1' },
    },
  ],
  [
    'version 4.0 with addresses of numbers, and parameters in quotation marks',
    card(
      'VERSION:4.0',
      'N:Lovelace;Ada;;;',
      'TEL;VALUE=uri;PREF=2;TYPE="voice,home":tel:+44-20-1',
      'TEL;VALUE=uri;PREF=1:tel:+44-20-2',
      'ADR;LABEL="1: a; b, c";TYPE=work:;;1 High St;London;;W1;UK',
      'BDAY:18151210',
      'URL:https://ada.example',
    ),
    {
      ...{ 'First Name': 'Ada', 'Last Name': 'Lovelace', Phone: '+44-20-2', 'Phone 2': '+44-20-1' },
      ...{ Street: '1 High St', City: 'London', 'Postal Code': 'W1', Country: 'UK', Birthday: '1815-12-10' },
      Website: 'https://ada.example',
    },
  ],
  [
    'several addresses',
    card('VERSION:3.0', 'N:L;A;;;', 'ADR:Box 1;Floor 2;Street 3;Delft;;;', 'ADR;TYPE=pref:;;Kade 4;Gouda;;2801;'),
    {
      ...{ 'First Name': 'A', 'Last Name': 'L', Street: 'Kade 4', City: 'Gouda', 'Postal Code': '2801' },
      ...{ 'Street 2': 'Street 3, Floor 2, Box 1', 'City 2': 'Delft' },
    },
  ],
  [
    'a displayed name only',
    card('VERSION:3.0', 'FN:Ludwig van Beethoven'),
    { 'First Name': 'Ludwig', 'Last Name': 'van Beethoven' },
  ],
  [
    'a company',
    card('VERSION:3.0', 'N:;;;;', 'FN:Acme', 'ORG:Acme;', 'X-ABShowAs:COMPANY', 'EMAIL:info@acme.example'),
    { Company: 'Acme', Email: 'info@acme.example' },
  ],
  [
    'the card of an agent within it',
    card('VERSION:2.1', 'N:Lovelace;Ada', 'AGENT:', 'BEGIN:VCARD', 'N:Nobody;Else', 'END:VCARD', 'TITLE:Countess'),
    { 'First Name': 'Ada', 'Last Name': 'Lovelace', 'Job Title': 'Countess' },
  ],
])('a card with %s becomes a row', async (_, file, row) => {
  for (const size of [1, 2, 3, 7, 1_000]) expect(await convert(file, 'utf-8', size)).toEqual([row]);
});

it.each([
  ['folded', ['PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ', ' SkZJRgABAQ==']],
  ['of version 2.1, with a blank line at its end', ['PHOTO;JPEG;ENCODING=BASE64:', ' /9j/4AAQ', '', '']],
  ['without blanks before its lines', ['PHOTO;JPEG;ENCODING=BASE64:/9j/4AAQ', 'SkZJRgABAQ==', '']],
  ['of version 4.0', [`PHOTO:data:image/jpeg;base64,${'A'.repeat(3_000_000)}`]],
  ['within a group', ['item1.LOGO;ENCODING=b:AAAA', ' BBBB']],
])('a picture that is %s is dropped, and what stands below it is not', async (_, lines) => {
  const file = card('VERSION:3.0', 'N:Lovelace;Ada;;;', ...lines, 'EMAIL:ada@mail.example');
  expect(await convert(file)).toEqual([{ 'First Name': 'Ada', 'Last Name': 'Lovelace', Email: 'ada@mail.example' }]);
});

it('cards have the columns that one of them needs; more than ten values share the last column', async () => {
  const numbers = Array.from({ length: 12 }, (_, index) => `TEL:${index + 1}`);
  const [first, second] = await convert(ada + card('VERSION:3.0', 'N:Hopper;Grace;;;', ...numbers));
  expect(first).toEqual({ 'First Name': 'Ada', 'Last Name': 'Lovelace' });
  expect(second).toMatchObject({ Phone: '1', 'Phone 2': '2', 'Phone 9': '9', 'Phone 10': '10, 11, 12' });
});

it.each<Encoding>(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])('cards are read in %s', async (encoding) => {
  const file = card('VERSION:3.0', 'N:Müller;Zoë;;;').replaceAll('\r\n', encoding === 'utf-8' ? '\n' : '\r\n');
  const bytes = encode(file, encoding, { addBOM: encoding !== 'windows-1252' });
  expect(await convert(bytes, encoding, 3)).toEqual([{ 'First Name': 'Zoë', 'Last Name': 'Müller' }]);
});

it.each([
  ['no card', 'BEGIN:VCARD\r\n', 'The last vCard of the file has no end'],
  ['a card that is broken off', `${ada}BEGIN:VCARD\r\nN:Hopper;Grace`, 'The last vCard of the file has no end'],
  [
    'a card of more than a mebibyte',
    card('VERSION:3.0', `NOTE:${'x'.repeat(600_000)}`) +
      card(...['a', 'b'].map((name) => `X-${name}:${'x'.repeat(600_000)}`)),
    'Row 2 is longer than 1 MiB',
  ],
  ['no card at all', 'END:VCARD\r\n', 'The file has no complete vCard.'],
])('a file with %s is refused', async (_, file, message) => {
  const error: unknown = await convert(file).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(UnreadableFile);
  expect((error as UnreadableFile).message).toContain(message);
});
