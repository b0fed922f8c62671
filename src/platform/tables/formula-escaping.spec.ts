import fc from 'fast-check';
import { escapeFormula, unescapeFormula } from './formula-escaping';

const formulas = [
  ...['=1+1', '+49 30 1234', '-5', '@home', '＝1', '＋1', '－1', '＠a', '﹦1', '﹢1', '﹣1', '﹫a'],
  ...['\tx', '\rx', '\nx', '\r\nx', "'\tx"],
  ...[' =1', '\u00a0=1', '\u3000＝1', ' \t -5', '\u200b=1', '\ufeff=1', '\0=1', '"=1', '" =1', `'"'=1`],
  ...["'=1", "''+1", "' @a"],
];

it.each(formulas)('%j gets an apostrophe', (cell) => {
  expect(escapeFormula(cell)).toBe(`'${cell}`);
});

it.each(['', 'Grace', "'tis", '1-2', 'a=b', '"', ' a', '(=1)', "'", '1\n=2', '−5'])('%j stays', (cell) => {
  expect(escapeFormula(cell)).toBe(cell);
});

it('nothing is lost on the way back', () => {
  const begin = fc.array(fc.constantFrom(...`'" \t\r\n\0\u200b=+-@＝﹣a`), { maxLength: 6 });
  fc.assert(
    fc.property(begin, fc.string(), (first, rest) => {
      const cell = first.join('') + rest;
      expect(unescapeFormula(escapeFormula(cell))).toBe(cell);
      expect(escapeFormula(cell)).not.toMatch(/^["\s]*[=+\-@＝﹣]|^[\t\r\n]/);
    }),
  );
});
