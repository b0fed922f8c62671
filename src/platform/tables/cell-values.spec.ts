import { readBoolean, readTags, splitName } from './cell-values';
import { dateOrderOf, readDate } from './date-cells';
import { decimalOf, readCentsOfAmount, readInteger, readNumber } from './number-cells';

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

  it.each<[string, number]>([
    ['1.234', 1234],
    ['12.000', 12_000],
    ['1e3', 1000],
    ['1.39E8', 139_000_000],
    ['1,39E+08', 139_000_000],
    ['ca. 50', 50],
    ['~1.200', 1200],
  ])('%j is %d, because counts have no fraction', (cell, value) => {
    expect(readInteger(cell)).toEqual({ value });
  });
  it.each<[string, number]>([
    ['51-200', 51],
    ['1.001 – 5.000', 1001],
    ['10 to 50', 10],
    ['10001+', 10_001],
    ['ca. 11–50', 11],
  ])('%j is %d, and that is told', (cell, value) => {
    expect(readInteger(cell)).toEqual({ value, told: expect.stringContaining('the lower end') as string });
  });
  it('that is written with decimals in its column is no count', () => {
    expect(readInteger('1.234', { own_decimal: 'point' })).toEqual(refused);
    expect(readInteger('1,234', { own_decimal: 'comma' })).toEqual(refused);
    expect(readInteger('1,234', { own_decimal: 'point' })).toEqual({ value: 1234 });
  });
  it.each(['', 'x', '1.5', '1,2', '12,34,567', '1 23', '1,234.567.890', '1.5e0', '0x10', '-1-2', '9007199254740992'])(
    '%j is none',
    (cell) => expect(readInteger(cell)).toEqual(refused),
  );
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
    expect(readNumber('12,050')).toEqual({
      fault: 'is ambiguous: 12,050 can mean 12050 or 12.05; write one of these, or say decimal',
    });
  });
  it.each<[string, 'point' | 'comma', number]>([
    ['12,050', 'point', 12_050],
    ['12,050', 'comma', 12.05],
    ['12.050', 'point', 12.05],
    ['12.050', 'comma', 12_050],
    ['12.5', 'comma', 12.5],
    ['12,5', 'point', 12.5],
    ['1,39E+08', 'comma', 139_000_000],
  ])('%j in a column with a decimal %s is %d', (cell, decimal, value) => {
    expect(readNumber(cell, { decimal })).toEqual({ value });
  });
  it.each<[string, string | undefined]>([
    ['1,234.5', 'point'],
    ['1.234,5', 'comma'],
    ['1.5', 'point'],
    ['1,25 €', 'comma'],
    ['1.234.567', 'comma'],
    ['1,234,567', 'point'],
    ['0.125', 'point'],
    ['1234,567', 'comma'],
    ['1.234', undefined],
    ['1,234', undefined],
    ['1234', undefined],
    ['1.2.3', undefined],
    ['ca. 50', undefined],
    ['Fr.50', undefined],
    ['50.', undefined],
    ['ca. 1.5', 'point'],
    ['.5', 'point'],
    ['1 234,56', 'comma'],
  ])('%j shows as the sign of its fraction %s', (cell, decimal) => {
    expect(decimalOf(cell)).toBe(decimal);
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
    ['1.39E8', 13_900_000_000],
    ['1e6', 100_000_000],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
    ['-90071992547409.91', -Number.MAX_SAFE_INTEGER],
  ])('%j is %d cents', (cell, value) => {
    expect(readCentsOfAmount(cell)).toEqual({ value });
  });

  it.each(['', '€', '0.125', '1234.567', '1.5M', '--5', '(-5)', '12,34,56', '90071992547409.92', '5 apples'])(
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
    ['1/31/26', '2026-01-31'],
    ['31-Dec-99', '1999-12-31'],
    ['02 Jan 2024', '2024-01-02'],
    ['2 January 2024', '2024-01-02'],
    ['Jan 2, 2024', '2024-01-02'],
    ['Jan 2nd, 2024', '2024-01-02'],
    ['Tue, 02 Jan 2024 10:00:00 GMT', '2024-01-02'],
    ['Tue Jan 02 2024', '2024-01-02'],
    ['2. Januar 2024', '2024-01-02'],
    ['2. März 24', '2024-03-02'],
    ['2 janv. 2024', '2024-01-02'],
    ['1er août 2024', '2024-08-01'],
    ['2 de enero de 2024', '2024-01-02'],
    ['2 gennaio 2024', '2024-01-02'],
    ['2 de janeiro de 2024', '2024-01-02'],
    ['2 mrt 2024', '2024-03-02'],
    ['2 stycznia 2024', '2024-01-02'],
    ['2 januari 2024', '2024-01-02'],
    ['2. maj 2024', '2024-05-02'],
    ['2. tammikuuta 2024', '2024-01-02'],
    ['2 января 2024 г.', '2024-01-02'],
    ['2024年1月2日', '2024-01-02'],
    ['2024年1月2日 10:30', '2024-01-02'],
    ['20240102', '2024-01-02'],
    ['45292', '2024-01-01'],
    ['2026-01-31 00:00:00+00', '2026-01-31'],
    ['2026-01-31 00:00:00 UTC', '2026-01-31'],
    ['31.01.26', '2026-01-31'],
    ['2024-Jan-02', '2024-01-02'],
    ['01.31.2026', '2026-01-31'],
    ['01.02.2026', '2026-02-01'],
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
    '31/31/2026',
    '2026-01/31',
    '1/31/2',
    '123/1/26',
    'Sales 02/03/2024',
    '12345',
    '2024-13',
    'Jan 2024',
    '10:30',
    '1/2/3/2024',
    '2026-01-31 in Bonn',
    '0000-01-01',
  ])('%j is none', (cell) => expect(readDate(cell)).toEqual(refused));
});

it.each<[string, 'dmy' | 'mdy' | 'ymd', string]>([
  ['3/4/2024', 'mdy', '2024-03-04'],
  ['3/4/2024', 'dmy', '2024-04-03'],
  ['3/4/24', 'mdy', '2024-03-04'],
  ['24/03/04', 'ymd', '2024-03-04'],
  ['3.4.2024', 'mdy', '2024-03-04'],
  ['3.4.2024', 'ymd', '2024-04-03'],
  ['01.31.2024', 'dmy', '2024-01-31'],
  ['31.01.2024', 'mdy', '2024-01-31'],
  ['15/3/2024', 'mdy', '2024-03-15'],
  ['2024-03-04', 'dmy', '2024-03-04'],
])('%j in a column of %s is %s', (cell, date_order, value) => {
  expect(readDate(cell, { date_order })).toEqual({ value });
});

it.each<[string, string | undefined]>([
  ['3/15/2024', 'mdy'],
  ['15/3/2024', 'dmy'],
  ['15-03-24', 'dmy'],
  ['99/3/15', 'ymd'],
  ['3/4/2024', undefined],
  ['15.3.2024', 'dmy'],
  ['3.15.2024', 'mdy'],
  ['3.4.2024', undefined],
  ['2024-03-15', undefined],
  ['15 Mar 2024', undefined],
  ['555-0100', undefined],
])('%j shows the order %s', (cell, order) => {
  expect(dateOrderOf(cell)).toBe(order);
});

it('a boolean is a word of some language', () => {
  for (const word of 'true YES y 1 On x X ja oui Wahr checked sí si ✓ T vero sim waar tak kyllä да はい 是'.split(' '))
    expect(readBoolean(word)).toEqual({ value: true });
  for (const word of 'false No n 0 OFF nein non falsch unchecked f não nee nie nej ei нет いいえ 否'.split(' '))
    expect(readBoolean(word)).toEqual({ value: false });
  for (const word of ['', 'maybe', '2', 'constructor']) expect(readBoolean(word)).toEqual(refused);
});

it.each<[string, string[]]>([
  ['a, b;c|d\ne', ['a', 'b', 'c', 'd', 'e']],
  ['* myContacts ::: Friends ::: * starred', ['Friends', 'starred']],
  ['myContacts', ['myContacts']],
  ['["New lead", "VIP"]', ['New lead', 'VIP']],
  ["['a','b']", ['a', 'b']],
  ['{a,"b c"}', ['a', 'b c']],
  ['"design, west",press', ['design, west', 'press']],
  ['5" disk, "open', ['5" disk', '"open']],
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
