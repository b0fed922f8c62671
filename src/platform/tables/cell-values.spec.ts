import { readBoolean, readCentsOfAmount, readDate, readInteger, readNumber, readTags, splitName } from './cell-values';

const ambiguous = { fault: expect.stringContaining('ambiguous') as string };
const refused = { fault: expect.any(String) as string };

describe('an integer', () => {
  it.each<[string, number]>([
    ['1200', 1200],
    [' +7 ', 7],
    ['-5', -5],
    ['−5', -5],
    ['-0', 0],
    ['007', 7],
    ['1,234', 1234],
    ['1,234,567', 1_234_567],
    ['1.234.567', 1_234_567],
    ['1 234 567', 1_234_567],
    ['1\u00a0234', 1234],
    ['1\u202f234', 1234],
    ["1'234", 1234],
    ['1’234’567', 1_234_567],
    ['12.0', 12],
    ['12.00', 12],
    ['12,00', 12],
    ['1,234.00', 1234],
    ['1.234,0', 1234],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%j is %d', (cell, value) => {
    expect(readInteger(cell)).toEqual({ value });
  });

  it.each(['1.234', '12.000'])('%j is ambiguous', (cell) => expect(readInteger(cell)).toEqual(ambiguous));
  it.each([
    '',
    'x',
    '1.5',
    '1,2',
    '12,34,567',
    '1 23',
    '1,234.567.890',
    '1e3',
    '0x10',
    '1-2',
    '10-50',
    '9007199254740992',
  ])('%j is none', (cell) => expect(readInteger(cell)).toEqual(refused));
});

describe('a number', () => {
  it.each<[string, number]>([
    ['1.5', 1.5],
    ['-2', -2],
    ['1e3', 1000],
    ['-0', 0],
    ['1.234', 1.234],
    ['0.125', 0.125],
    ['0,125', 0.125],
    ['.5', 0.5],
    ['1,5', 1.5],
    ['-1,25', -1.25],
    ['1234,567', 1234.567],
    ['1,234.5', 1234.5],
    ['1.234,5', 1234.5],
    ['1,234,567', 1_234_567],
    ['1.234.567', 1_234_567],
    ['1 234,5', 1234.5],
    ["1'234.5", 1234.5],
  ])('%j is %d', (cell, value) => {
    expect(readNumber(cell)).toEqual({ value });
  });

  it.each(['1,234', '-12,000'])('%j is ambiguous', (cell) => expect(readNumber(cell)).toEqual(ambiguous));
  it.each(['', '-', '.', 'NaN', 'Infinity', '1e999', '1.', '1,2,3', '1.2.3', '5 kg', '1,234.567,8'])(
    '%j is none',
    (cell) => expect(readNumber(cell)).toEqual(refused),
  );
  it('tells what is meant', () => {
    expect(readNumber('12,050')).toEqual({ fault: 'is ambiguous: 12,050 can mean 12050 or 12.05; write one of these' });
  });
});

describe('an amount', () => {
  it.each<[string, number]>([
    ['1250000.5', 125_000_050],
    ['€ 1.250.000,00', 125_000_000],
    ['1.250.000,00 €', 125_000_000],
    ['$1,250,000', 125_000_000],
    ['US$ 5', 500],
    ['EUR 12,5', 1250],
    ['12.50 CHF', 1250],
    ["CHF 1'250.-", 125_000],
    ['(500.00)', -50_000],
    ['($500)', -50_000],
    ['-500', -50_000],
    ['-$500', -50_000],
    ['$-500', -50_000],
    ['500-', -50_000],
    ['-0', 0],
    ['1,234', 123_400],
    ['1.234', 123_400],
    ['1234.5000', 123_450],
    ['0.29', 29],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
    ['-90071992547409.91', -Number.MAX_SAFE_INTEGER],
  ])('%j is %d cents', (cell, value) => {
    expect(readCentsOfAmount(cell)).toEqual({ value });
  });

  it.each(['', '€', '0.125', '1234.567', '1.5M', '1e6', '--5', '(-5)', '12,34,56', '90071992547409.92', '5 apples'])(
    '%j is none',
    (cell) => expect(readCentsOfAmount(cell)).toEqual(refused),
  );
});

describe('a date', () => {
  it.each([
    ['2026-01-31', '2026-01-31'],
    [' 2026/1/5 ', '2026-01-05'],
    ['2026.01.31', '2026-01-31'],
    ['31.01.2026', '2026-01-31'],
    ['1.2.2026', '2026-02-01'],
    ['2026-01-31T09:30:00Z', '2026-01-31'],
    ['2026-01-31T23:30:00.123-08:00', '2026-01-31'],
    ['2026-01-31 09:30', '2026-01-31'],
    ['31.01.2026 09:30', '2026-01-31'],
    ['12/31/2026', '2026-12-31'],
    ['12/31/2026 9:30 PM', '2026-12-31'],
    ['31/12/2026', '2026-12-31'],
    ['31-12-2026', '2026-12-31'],
    ['05/05/2026', '2026-05-05'],
    ['2024-02-29', '2024-02-29'],
  ])('%j is %s', (cell, value) => {
    expect(readDate(cell)).toEqual({ value });
  });

  it.each(['01/02/2026', '1-2-2026'])('%j is ambiguous', (cell) => expect(readDate(cell)).toEqual(ambiguous));
  it.each([
    '',
    'x',
    '2026',
    '2026-02-30',
    '31.02.2026',
    '01.31.2026',
    '31/31/2026',
    '2026-01/31',
    '1/31/26',
    '0000-01-01',
  ])('%j is none', (cell) => expect(readDate(cell)).toEqual(refused));
});

it('a boolean is a word of some language', () => {
  for (const word of ['true', 'YES', 'y', '1', 'On', 'x', 'X', 'ja', 'oui', 'Wahr', ' true '])
    expect(readBoolean(word)).toEqual({ value: true });
  for (const word of ['false', 'No', 'n', '0', 'OFF', 'nein', 'non', 'falsch'])
    expect(readBoolean(word)).toEqual({ value: false });
  for (const word of ['', 'maybe', '2', 'constructor']) expect(readBoolean(word)).toEqual(refused);
});

it.each<[string, string[]]>([
  ['a, b;c|d\ne', ['a', 'b', 'c', 'd', 'e']],
  ['* myContacts ::: Friends ::: *starred', ['myContacts', 'Friends', 'starred']],
  ['"New lead","VIP"', ['New lead', 'VIP']],
  [' , ;', []],
  ['a,a,A', ['a', 'A']],
])('%j are the tags %j', (cell, tags) => {
  expect(readTags(cell)).toEqual(tags);
});

it.each([
  ['Grace Hopper', 'Grace', 'Hopper'],
  [' Grace  Brewster Hopper ', 'Grace Brewster', 'Hopper'],
  ['Hopper, Grace', 'Grace', 'Hopper'],
  ['van Beethoven, Ludwig', 'Ludwig', 'van Beethoven'],
  ['Ludwig van Beethoven', 'Ludwig', 'van Beethoven'],
  ['María de la Cruz', 'María', 'de la Cruz'],
  ['Rebecca St. John', 'Rebecca', 'St. John'],
  ['Van Morrison', 'Van', 'Morrison'],
  ['Al Gore', 'Al', 'Gore'],
  ['Martin Luther King, Jr.', 'Martin Luther', 'King, Jr.'],
])('%j is %s / %s', (name, first_name, last_name) => {
  expect(splitName(name)).toEqual({ first_name, last_name });
});

it('a single word is the first name', () => {
  expect(splitName(' Madonna, ')).toEqual({ first_name: 'Madonna' });
  expect(splitName('')).toEqual({ first_name: '' });
});

it('a very long cell is refused at once', () => {
  const cell = `1${' '.repeat(1_000_000)}x`;
  for (const read of [readInteger, readNumber, readCentsOfAmount, readDate, readBoolean])
    expect(read(cell)).toEqual(refused);
  expect(splitName(cell)).toEqual({ first_name: cell });
  expect(readTags(cell)).toEqual([cell]);
});
