import { builtInFormat, type NumberFormat, plainFormat, readNumberFormat } from './number-formats';
import { isoText, numberText } from './workbook-numbers';

const shown = (value: string, format: NumberFormat | string, isFrom1904 = false) =>
  numberText(value, typeof format === 'string' ? readNumberFormat(format) : format, isFrom1904);

it.each([
  ['44197', '44197'],
  ['44197.0', '44197'],
  ['-3', '-3'],
  ['0', '0'],
  ['007', '7'],
  ['0.30000000000000004', '0.3'],
  ['12.300000000000001', '12.3'],
  ['0.125', '0.125'],
  ['4.915112345678E12', '4915112345678'],
  ['12345678901234567', '12345678901234567'],
  ['1E+21', '1000000000000000000000'],
  ['-1.5E-7', '-0.00000015'],
  ['1E-3', '0.001'],
  ['abc', 'abc'],
])('the number %s is shown as %s', (value, text) => {
  expect(shown(value, plainFormat)).toBe(text);
});

it.each([
  ['dd/mm/yyyy', '44197', '2021-01-01'],
  ['dd/mm/yyyy;@', '44197.75', '2021-01-01'],
  ['[$-407]d. mmmm yyyy', '44197', '2021-01-01'],
  ['yyyy"年"m"月"d"日"', '44197', '2021-01-01'],
  ['mmm-yy', '44197', '2021-01-01'],
  ['m', '44197', '2021-01-01'],
  ['dd/mm/yyyy hh:mm', '44197.75', '2021-01-01T18:00'],
  ['m/d/yy h:mm AM/PM', '44197.999999', '2021-01-02T00:00'],
  ['[Red]yyyy\\-mm\\-dd\\ hh:mm:ss.000', '44197.5', '2021-01-01T12:00'],
  ['h:mm', '0.5', '12:00'],
  ['h:mm', '44197.75', '18:00'],
  ['mm:ss', '0.25', '06:00'],
  ['[h]:mm:ss', '1.5', '36:00'],
  ['[mm]:ss', '0.5', '12:00'],
  ['dd/mm/yyyy', '1', '1900-01-01'],
  ['dd/mm/yyyy', '59', '1900-02-28'],
  ['dd/mm/yyyy', '60', '1900-02-29'],
  ['dd/mm/yyyy', '61', '1900-03-01'],
  ['dd/mm/yyyy', '2958465', '9999-12-31'],
  ['dd/mm/yyyy', '2958466', '2958466'],
  ['dd/mm/yyyy', '-1', '-1'],
  ['dd/mm/yyyy', '0', ''],
  ['dd/mm/yyyy', '0.5', '12:00'],
])('with the format %s the number %s is shown as %s', (format, value, text) => {
  expect(shown(value, format)).toBe(text);
});

it.each([
  [14, '2021-01-01'],
  [17, '2021-01-01'],
  [20, '18:00'],
  [22, '2021-01-01T18:00'],
  [31, '2021-01-01'],
  [46, '1060746:00'],
  [57, '2021-01-01'],
  [0, '44197.75'],
  [9, '44197.75'],
  [49, '44197.75'],
])('the built-in format %s is known', (id, text) => {
  expect(shown('44197.75', builtInFormat(id))).toBe(text);
});

it('days may count from 1904', () => {
  expect(shown('0', 'dd/mm/yyyy', true)).toBe('1904-01-01');
  expect(shown('42735.5', 'dd/mm/yyyy hh:mm', true)).toBe('2021-01-01T12:00');
  expect(shown('42735', plainFormat, true)).toBe('42735');
});

it.each([
  ['00000', '1067', '01067'],
  ['00000-0000', '123456789', '12345-6789'],
  ['0000 000000', '171234567', '0171 234567'],
  ['"+"00\\ 000\\ 0000000', '491711234567', '+49 171 1234567'],
  ['(000) 000-0000', '15550100200', '(1555) 010-0200'],
  ['00000', '1.5', '1.5'],
  ['00000', '-12', '-12'],
  ['0', '7', '7'],
  ['0.00', '7', '7'],
  ['#,##0.00 €', '1234.5', '1234.5'],
  ['0%', '0.25', '0.25'],
  ['0.00E+00', '123456', '123456'],
  ['[$kr-414] #,##0', '5', '5'],
  ['Rs 0.00', '5', '5'],
  ['0 "days"', '5', '5'],
  ['"d;y" 0;[Red]yyyy', '5', '5'],
  ['General" kg"', '5', '5'],
  ['@', '5', '5'],
  ['_-* #,##0.00 _€_-;\\-* #,##0.00', '5', '5'],
])('with the format %s digits of %s are shown as %s, and nothing is a date', (format, value, text) => {
  expect(shown(value, format)).toBe(text);
});

it.each([
  ['2021-01-31', '2021-01-31'],
  ['2021-01-31T00:00:00.000Z', '2021-01-31'],
  ['2021-01-31T18:30:15', '2021-01-31T18:30'],
  ['18:30', '18:30'],
])('the date %s is shown as %s', (value, text) => {
  expect(isoText(value)).toBe(text);
});
