import { composed, storedForms } from './composed';

const decomposed = (text: string) => text.normalize('NFD');

it('letters are composed, and white space around them goes', () => {
  expect(
    ['  Zoe\u0308 ', 'Å', '한국', '\u212b', 'plain', '\u2000a\u2000'].map((text) => composed(decomposed(text))),
  ).toEqual([...['Zoë', 'Å', '한국', '\u00c5', 'plain', 'a']]);
});

it('a letter with more than 30 marks leaves the text as it is, however many there are', () => {
  const marks = (count: number) => `a${'\u0301\u0316'.repeat(count)}`;
  expect(composed(marks(15))).toBe(marks(15).normalize('NFC'));
  expect(composed(marks(500_000))).toBe(marks(500_000));
  expect(storedForms(marks(500_000))).toEqual([marks(500_000)]);
});

it('a text is stored in one form if it has no other, else the composed one comes first', () => {
  expect(['vip', 'Ünit', decomposed('Ünit'), '日本'].map(storedForms)).toEqual([
    ...[['vip'], ['Ünit', decomposed('Ünit')], ['Ünit', decomposed('Ünit')], ['日本']],
  ]);
});
