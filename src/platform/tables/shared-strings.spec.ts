import { SharedStrings } from './shared-strings';

it('gives back every text by its number', () => {
  const strings = new SharedStrings();
  const texts = Array.from({ length: 40_000 }, (_, index) => `${index} Müller 山田 ${'😀'.repeat(index % 5)}`);
  for (const text of ['', ...texts]) strings.add(text);
  expect([0, 1, 20_000, 40_000].map((index) => strings.get(index))).toEqual([
    '',
    texts[0],
    texts[19_999],
    texts[39_999],
  ]);
  for (const index of [-1, 40_001, 1.5, NaN]) expect(strings.get(index)).toBeNull();
});

it('takes 64 MiB of texts, with 4 bytes for each', () => {
  const strings = new SharedStrings();
  const mebibyte = 'é'.repeat(524_288);
  for (let count = 0; count < 63; count++) strings.add(mebibyte);
  const last = 'é'.repeat(524_288 - 128);
  strings.add(last);
  expect([strings.get(0), strings.get(63)]).toEqual([mebibyte, last]);
  expect(() => strings.add('a')).toThrow('more than 64 MiB of texts');
});
