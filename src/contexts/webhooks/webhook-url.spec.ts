import { isPublicAddress, mayBeSentTo, spelledAsHost } from './webhook-url';

/** First and last of each refused network, and the neighbours outside, where these are public. */
const networks = [
  { network: '0.0.0.0/8', inside: ['0.0.0.0', '0.255.255.255'], outside: ['1.0.0.0'] },
  { network: '10.0.0.0/8', inside: ['10.0.0.0', '10.255.255.255'], outside: ['9.255.255.255', '11.0.0.0'] },
  { network: '100.64.0.0/10', inside: ['100.64.0.0', '100.127.255.255'], outside: ['100.63.255.255', '100.128.0.0'] },
  { network: '127.0.0.0/8', inside: ['127.0.0.0', '127.255.255.255'], outside: ['126.255.255.255', '128.0.0.0'] },
  {
    network: '169.254.0.0/16',
    inside: ['169.254.0.0', '169.254.169.254', '169.254.255.255'],
    outside: ['169.253.255.255', '169.255.0.0'],
  },
  { network: '172.16.0.0/12', inside: ['172.16.0.0', '172.31.255.255'], outside: ['172.15.255.255', '172.32.0.0'] },
  { network: '192.0.0.0/24', inside: ['192.0.0.0', '192.0.0.255'], outside: ['191.255.255.255', '192.0.1.0'] },
  { network: '192.0.2.0/24', inside: ['192.0.2.0', '192.0.2.255'], outside: ['192.0.3.0'] },
  { network: '192.88.99.0/24', inside: ['192.88.99.0', '192.88.99.255'], outside: ['192.88.98.255', '192.88.100.0'] },
  {
    network: '192.168.0.0/16',
    inside: ['192.168.0.0', '192.168.255.255'],
    outside: ['192.167.255.255', '192.169.0.0'],
  },
  { network: '198.18.0.0/15', inside: ['198.18.0.0', '198.19.255.255'], outside: ['198.17.255.255', '198.20.0.0'] },
  {
    network: '198.51.100.0/24',
    inside: ['198.51.100.0', '198.51.100.255'],
    outside: ['198.51.99.255', '198.51.101.0'],
  },
  { network: '203.0.113.0/24', inside: ['203.0.113.0', '203.0.113.255'], outside: ['203.0.112.255', '203.0.114.0'] },
  {
    network: '224.0.0.0/4 and 240.0.0.0/4',
    inside: ['224.0.0.0', '239.255.255.255', '240.0.0.0', '255.255.255.255'],
    outside: ['223.255.255.255'],
  },
  {
    network: '::/8',
    inside: ['::', '::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', 'ff:ffff::'],
    outside: ['100:0:0:1::', '2600::1'],
  },
  { network: '64:ff9b::/96', inside: ['64:ff9b::', '64:ff9b::7f00:1'], outside: [] },
  { network: '64:ff9b:1::/48', inside: ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'], outside: [] },
  { network: '100::/64', inside: ['100::', '100::ffff:ffff:ffff:ffff'], outside: ['100:0:0:1::'] },
  {
    network: '2001:db8::/32',
    inside: ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
    outside: ['2001:db7::', '2001:db9::'],
  },
  { network: '2002::/16', inside: ['2002::', '2002:7f00:1::'], outside: ['2003::'] },
  { network: '3fff::/20', inside: ['3fff::', '3fff:fff:ffff::'], outside: ['3fff:1000::'] },
  { network: '5f00::/16', inside: ['5f00::', '5f00:ffff::'], outside: ['5f01::'] },
  { network: 'fc00::/7', inside: ['fc00::', 'fdff:ffff::'], outside: ['fbff::'] },
  { network: 'fe80::/10', inside: ['fe80::', 'febf:ffff::'], outside: ['fec0::'] },
  { network: 'ff00::/8', inside: ['ff00::', 'ff02::1', 'ffff::'], outside: ['feff::'] },
];

it.each(networks)('$network is not public, its neighbours are', ({ inside, outside }) => {
  expect(inside.filter(isPublicAddress)).toEqual([]);
  expect(outside.filter((address) => !isPublicAddress(address))).toEqual([]);
  const urls = (addresses: string[]) => addresses.map((address) => `https://${spelledAsHost(address)}/`);
  expect(urls(inside).filter((url) => mayBeSentTo(url, []))).toEqual([]);
  expect(urls(outside).filter((url) => !mayBeSentTo(url, []))).toEqual([]);
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
])('%s is 127.0.0.1', (host) => expect(mayBeSentTo(`https://${host}/`, [])).toBe(false));

it.each([
  'http://a.example/',
  'ftp://a.example/',
  'https://u:p@a.example/',
  'https://u@a.example/',
  'https://',
  'a.example',
  '/x',
])('%s is no URL for webhooks', (url) => expect(mayBeSentTo(url, ['a.example'])).toBe(false));

it('opened hosts may be sent to, with https', () => {
  const opened = ['127.0.0.1', '[::1]'];
  expect(mayBeSentTo('https://127.0.0.1:8443/hook?x=1', opened)).toBe(true);
  expect(mayBeSentTo('https://0x7f.1/', opened)).toBe(true);
  expect(mayBeSentTo('https://[0:0:0:0:0:0:0:1]/', opened)).toBe(true);
  expect(mayBeSentTo('http://127.0.0.1/', opened)).toBe(false);
  expect(mayBeSentTo('https://127.0.0.2/', opened)).toBe(false);
});
