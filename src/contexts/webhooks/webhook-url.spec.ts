import { isPublicAddress, isAllowedUrl } from './webhook-url';

/** Addresses of each refused range, its last one, and public ones just outside. */
const ranges4 = [
  { range: '0.0.0.0/8', first: '0.0.0.0', last: '0.255.255.255', outside: ['1.0.0.0'] },
  { range: '10.0.0.0/8', first: '10.0.0.0', last: '10.255.255.255', outside: ['9.255.255.255', '11.0.0.0'] },
  { range: '100.64.0.0/10', first: '100.64.0.0', last: '100.127.255.255', outside: ['100.63.255.255', '100.128.0.0'] },
  { range: '127.0.0.0/8', first: '127.0.0.1', last: '127.255.255.255', outside: ['126.255.255.255', '128.0.0.0'] },
  {
    range: '169.254.0.0/16',
    first: '169.254.169.254',
    last: '169.254.255.255',
    outside: ['169.253.255.255', '169.255.0.0'],
  },
  { range: '172.16.0.0/12', first: '172.16.0.0', last: '172.31.255.255', outside: ['172.15.255.255', '172.32.0.0'] },
  { range: '192.0.0.0/24', first: '192.0.0.0', last: '192.0.0.255', outside: ['191.255.255.255', '192.0.1.0'] },
  { range: '192.0.2.0/24', first: '192.0.2.0', last: '192.0.2.255', outside: ['192.0.1.255', '192.0.3.0'] },
  { range: '192.88.99.0/24', first: '192.88.99.0', last: '192.88.99.255', outside: ['192.88.98.255', '192.88.100.0'] },
  {
    range: '192.168.0.0/16',
    first: '192.168.0.0',
    last: '192.168.255.255',
    outside: ['192.167.255.255', '192.169.0.0'],
  },
  { range: '198.18.0.0/15', first: '198.18.0.0', last: '198.19.255.255', outside: ['198.17.255.255', '198.20.0.0'] },
  {
    range: '198.51.100.0/24',
    first: '198.51.100.0',
    last: '198.51.100.255',
    outside: ['198.51.99.255', '198.51.101.0'],
  },
  { range: '203.0.113.0/24', first: '203.0.113.0', last: '203.0.113.255', outside: ['203.0.112.255', '203.0.114.0'] },
  { range: '224.0.0.0/4', first: '224.0.0.0', last: '239.255.255.255', outside: ['223.255.255.255'] },
  { range: '240.0.0.0/4', first: '240.0.0.0', last: '255.255.255.255', outside: [] },
];

const highest = (prefix: string, groups: number) => prefix + ':ffff'.repeat(groups);
const ranges6 = [
  {
    range: '::/8',
    inside: ['::', '::1', '0:0:0:0:0:0:0:1', '::2', '::8.8.8.8', '::ffff:0:8.8.8.8', '1::', highest('ff', 7)],
    outside: [],
  },
  {
    range: '64:ff9b::/96',
    inside: ['64:ff9b::', '64:ff9b::8.8.8.8', '64:ff9b::808:808', '64:ff9b::ffff:ffff'],
    outside: [],
  },
  { range: '64:ff9b:1::/48', inside: ['64:ff9b:1::', highest('64:ff9b:1', 5)], outside: [] },
  { range: '100::/64', inside: ['100::', '100::1', highest('100:0:0:0', 4)], outside: ['100:0:0:1::'] },
  {
    range: '2001:db8::/32',
    inside: ['2001:db8::', '2001:db8::1', highest('2001:db8', 6)],
    outside: [highest('2001:db7', 6), '2001:db9::'],
  },
  {
    range: '2002::/16',
    inside: ['2002::', '2002:808:808::1', highest('2002', 7)],
    outside: [highest('2001', 7), '2003::'],
  },
  { range: '3fff::/20', inside: ['3fff::', highest('3fff:fff', 6)], outside: [highest('3ffe', 7), '3fff:1000::'] },
  { range: '5f00::/16', inside: ['5f00::', highest('5f00', 7)], outside: [highest('5eff', 7), '5f01::'] },
  { range: 'fc00::/7', inside: ['fc00::', 'fd00::1', highest('fdff', 7)], outside: [highest('fbff', 7)] },
  { range: 'fe80::/10', inside: ['fe80::', 'fe80::1', highest('febf', 7)], outside: [highest('fe7f', 7)] },
  { range: 'ff00::/8', inside: ['ff00::', 'ff02::1', highest('ffff', 7)], outside: [] },
];

/** Other ways in which URLs let an IPv4 address be written. */
function spellingsOf(address: string): string[] {
  const parts = address.split('.').map(Number);
  const number = parts.reduce((sum, part) => sum * 256 + part, 0);
  const hexadecimal = number.toString(16).padStart(8, '0');
  const digits = (digit: (value: number) => number) =>
    address.replace(/\d/g, (character) => String.fromCodePoint(digit(Number(character))));
  return [
    `${address}.`,
    String(number),
    `0x${hexadecimal}`,
    `0X${hexadecimal.toUpperCase()}`,
    `0${number.toString(8)}`,
    parts.map((part) => `0${part.toString(8)}`).join('.'),
    parts.map((part) => `0x${part.toString(16)}`).join('.'),
    `${parts[0]}.${number % 2 ** 24}`,
    `0x${parts[0]!.toString(16)}.${parts[1]}.${number % 2 ** 16}`,
    address.replaceAll('.', '%2E'),
    address.replaceAll('.', '\u3002'),
    address.replaceAll('.', '\uff0e'),
    [...address].map((character) => `%${character.charCodeAt(0).toString(16)}`).join(''),
    // Full-width, mathematical and circled digits.
    digits((value) => 0xff10 + value),
    digits((value) => 0x1d7ce + value),
    digits((value) => (value === 0 ? 0x24ea : 0x245f + value)),
    address.replace('.', '\u00ad.'),
    address.replace('.', '\t.'),
  ];
}

/** IPv6 addresses that lead to an IPv4 address. */
function embeddingsOf(address: string): string[] {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
  const mapped = [`::ffff:${address}`, `::ffff:${high}:${low}`, `0:0:0:0:0:ffff:${high}:${low}`];
  return [...mapped, `::${address}`, `64:ff9b::${address}`, `2002:${high}:${low}::1`];
}

const inUrl = (address: string) => `https://${address.includes(':') ? `[${address}]` : address}/hook`;
const isRefused = (url: string) => !isAllowedUrl(url, []);

it.each(ranges4)(
  'an address of $range is refused in every spelling, its neighbours are not',
  ({ first, last, outside }) => {
    const spellings = spellingsOf(first).map(inUrl);
    expect(new Set(spellings.map((spelling) => new URL(spelling).hostname))).toEqual(new Set([first]));
    const inside = [first, last, `::ffff:${last}`, ...embeddingsOf(first)];
    expect([...inside.map(inUrl), ...spellings].filter((url) => !isRefused(url))).toEqual([]);
    expect(outside.map(inUrl).filter(isRefused)).toEqual([]);
    expect(inside.filter(isPublicAddress)).toEqual([]);
    expect(outside.filter((address) => !isPublicAddress(address))).toEqual([]);
  },
);

it.each(ranges6)('an address of $range is refused in every spelling, its neighbours are not', ({ inside, outside }) => {
  const spelled = inside.flatMap((address) => [
    address,
    address.toUpperCase(),
    address.replace(/(?<=^|:)[0-9a-f]{1,4}(?=:|$)/g, (group) => group.padStart(4, '0')),
  ]);
  expect(spelled.map(inUrl).filter((url) => !isRefused(url))).toEqual([]);
  expect(outside.map(inUrl).filter(isRefused)).toEqual([]);
  expect(inside.filter(isPublicAddress)).toEqual([]);
  expect(outside.filter((address) => !isPublicAddress(address))).toEqual([]);
});

it.each([
  '0x7f.1',
  '2130706433',
  '0177.0.0.1',
  '127.1',
  '①②⑦.0.0.1',
  '127。0。0。1',
  '127.0.0.1.',
  '0x7f000001',
  '%31%32%37.1',
])('%s is 127.0.0.1', (host) => expect(isAllowedUrl(`https://${host}/`, [])).toBe(false));

it.each([
  'http://a.example/',
  'ftp://a.example/',
  'https://u:p@a.example/',
  'https://u@a.example/',
  'https://',
  'a.example',
  '/x',
])('%s is no URL for webhooks', (url) => expect(isAllowedUrl(url, ['a.example'])).toBe(false));

it('opened hosts may be sent to, with https', () => {
  const opened = ['127.0.0.1', '[::1]'];
  expect(isAllowedUrl('https://127.0.0.1:8443/hook?x=1', opened)).toBe(true);
  expect(isAllowedUrl('https://0x7f.1/', opened)).toBe(true);
  expect(isAllowedUrl('https://[0:0:0:0:0:0:0:1]/', opened)).toBe(true);
  expect(isAllowedUrl('http://127.0.0.1/', opened)).toBe(false);
  expect(isAllowedUrl('https://127.0.0.2/', opened)).toBe(false);
});
