import { withoutWrapper } from './cell-wrappers';
import { isSignOfNothing, wordOfNothing } from './nothing';
import { addressesIn, phonesIn } from './several-values';

it.each<[string, string]>([
  ['="01067"', '01067'],
  ['="say ""hi"""', 'say "hi"'],
  ['=""', ''],
  ["'+31 6 1234", '+31 6 1234'],
  ["'=1+1", '=1+1'],
  ["'-5", '-5'],
  ["'@ann", '@ann'],
  ["'1234AB", '1234AB'],
  ["'t Hart", "'t Hart"],
  ["'s-Hertogenbosch", "'s-Hertogenbosch"],
  ["'", "'"],
  ['p:+15550100', '+15550100'],
  ['z:09000', '09000'],
  ['Z:SW1A 1AA', 'SW1A 1AA'],
  ['tel:+49 30 1', '+49 30 1'],
  ['mailto:ann@a.example', 'ann@a.example'],
  ['mailto: nobody', 'mailto: nobody'],
  ['p: see below', 'p: see below'],
  ['Tom: 5', 'Tom: 5'],
  ['Lee &amp; Sons', 'Lee & Sons'],
  ['O&#39;Hara &quot;Bo&quot; &#x41;&unknown; R&D;', 'O\'Hara "Bo" A&unknown; R&D;'],
  ['&#0;&#55296;', '&#0;&#55296;'],
  ['Acme (https://www.notion.so/Acme-1a2b)', 'Acme'],
  ['Acme (https://www.notion.so/a), Bolt (https://notion.so/b)', 'Acme, Bolt'],
  ['Acme (https://acme.example)', 'Acme (https://acme.example)'],
  ['Acme (Berlin)', 'Acme (Berlin)'],
])('%j is %j', (cell, text) => {
  expect(withoutWrapper(cell)).toBe(text);
});

describe('nothing', () => {
  it.each([
    'N/A',
    'n/a',
    '#N/A',
    '#REF!',
    '\\N',
    '(null)',
    '-',
    '–',
    '—',
    '?',
    '0/0/00',
    '0000-00-00',
    '00.00.0000',
    '0000-00-00 00:00:00',
  ])('has the sign %j', (sign) => expect(isSignOfNothing(sign)).toBe(true));
  it.each([
    '',
    'A',
    'Na',
    'none',
    '-5',
    '0',
    '00',
    '0/1/00',
    '1/0/00',
    'N/A (see notes)',
    '0000-00-00-00',
    'null',
    '10',
  ])('has not the sign %j', (text) => expect(isSignOfNothing(text)).toBe(false));
  it.each(['NA', 'null', 'None', 'NIL', 'nan', 'Unknown'])('has the word %j', (word) =>
    expect(wordOfNothing(word)).toBe(word.toLowerCase()),
  );
  it.each(['', 'N', 'Nora', 'Nullmann', 'unknowns', 'n/a'])('has not the word %j', (text) =>
    expect(wordOfNothing(text)).toBe(null),
  );
});

it.each<[string, string[]]>([
  ['ann@a.example', ['ann@a.example']],
  ['Ann Lee <ann@a.example>', ['ann@a.example']],
  ['"Lee, Ann" <ann@a.example>', ['ann@a.example']],
  ['a@x.example; b@x.example', ['a@x.example', 'b@x.example']],
  ['a@x.example ::: b@x.example', ['a@x.example', 'b@x.example']],
  ['a@x.example,b@x.example', ['a@x.example', 'b@x.example']],
  ['a@x.example / b@x.example', ['a@x.example', 'b@x.example']],
  ['a@x.example\nb@x.example', ['a@x.example', 'b@x.example']],
  ['a@x.example a@x.example', ['a@x.example']],
  ['mailto:a@x.example, b@x.example', ['a@x.example', 'b@x.example']],
  ['ask Ann', ['ask Ann']],
  ['@ann', ['@ann']],
  ['ann@', ['ann@']],
])('%j has the addresses %j', (cell, addresses) => {
  expect(addressesIn(cell)).toEqual(addresses);
});

it.each<[string, string[]]>([
  ['+49 30 1234567', ['+49 30 1234567']],
  ['030/1234567', ['030/1234567']],
  ['+1 555 0100 ::: +1 555 0101', ['+1 555 0100', '+1 555 0101']],
  ['+1 555 0100; +1 555 0101', ['+1 555 0100', '+1 555 0101']],
  ['555-0100 / 555-0101', ['555-0100', '555-0101']],
  ['030 901820 / 0171 901820', ['030 901820', '0171 901820']],
  ['+49 (0)30 / 90-18-20', ['+49 (0)30 / 90-18-20']],
  ['0049 4921 / 9018200', ['0049 4921 / 9018200']],
  ['555-0100, 555-0101', ['555-0100', '555-0101']],
  ['555-0100, ext. 5', ['555-0100, ext. 5']],
  ['Phone:+1 555 0100 Mobile:+1 555 0101', ['+1 555 0100', '+1 555 0101']],
  ['Work: 555-0100', ['555-0100']],
  ['555-0100\n555-0100', ['555-0100']],
])('%j has the numbers %j', (cell, numbers) => {
  expect(phonesIn(cell)).toEqual(numbers);
});

it('takes time in proportion to the length of a cell', () => {
  const spaces = ' '.repeat(1_000_000);
  for (const cell of [
    `=${spaces}"`,
    `'${spaces}`,
    `&${spaces};`,
    `(https://${spaces})`,
    `a@b ${spaces}`,
    `Phone:${spaces}1`,
    `${'('.repeat(500_000)} (https://${')'}`,
  ]) {
    expect(withoutWrapper(cell).length).toBeGreaterThan(0);
    expect(isSignOfNothing(cell)).toBe(false);
    expect(addressesIn(cell)).toHaveLength(1);
    expect(phonesIn(cell)).toHaveLength(1);
  }
});
