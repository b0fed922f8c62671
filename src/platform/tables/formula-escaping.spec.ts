import fc from 'fast-check';
import { escapeFormula, unescapeFormula } from './formula-escaping';

it.each(['=1+1', '+49 30 1234', '-5', '@home', '\tx', '\rx', '＝1', "'=1", "''+1"])('%j gets an apostrophe', (cell) => {
  expect(escapeFormula(cell)).toBe(`'${cell}`);
});

it.each(['', 'Grace', "'tis", '1-2', ' =1', "'"])('%j stays', (cell) => {
  expect(escapeFormula(cell)).toBe(cell);
});

it('nothing is lost on the way back', () => {
  const begin = fc.constantFrom('', "'", "''", '=', '+', '-', '@', '\t', "'=", "''@");
  fc.assert(
    fc.property(begin, fc.string(), (first, rest) => {
      const cell = first + rest;
      expect(unescapeFormula(escapeFormula(cell))).toBe(cell);
      expect(escapeFormula(cell)).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});
