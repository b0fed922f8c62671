import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { HostAddresses } from '../../src/contexts/webhooks/host-addresses';
import type { Page } from '../../src/kernel/page';
import { freePort, startApp, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { seconds } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import { startDns, type TestDns } from '../support/dns';
import {
  answering,
  cuttingOff,
  dripping,
  endless,
  type Internet,
  type Receiver,
  redirecting,
  resetting,
  standInForInternet,
  startReceiver,
  takeTimeLimits,
  trustTestCertificates,
  verified,
} from '../support/receiver';

interface Endpoint {
  readonly id: string;
  readonly secret: string;
}

interface Delivery {
  readonly status: string;
  readonly attempt_count: number;
  readonly attempts: readonly {
    readonly status: number | null;
    readonly failure: string | null;
    readonly response_start: string;
  }[];
}

interface Item {
  readonly id: string;
  readonly data: Record<string, unknown> | null;
  readonly previous?: Record<string, unknown>;
  readonly note?: string;
}

let program: TestApp;
let receiver: Receiver;
let ada: SignedIn;
let client: Client;

const start = (environment: Record<string, string>) => startApp({ WORKERS: 'on', ...environment });

beforeAll(async () => {
  trustTestCertificates();
  // What other tests of this database left behind would be delivered, too.
  await withClient(workerDatabaseUrl(), (direct) =>
    direct.query('truncate events, webhooks, webhook_deliveries, webhook_fan_outs'),
  );
});
beforeEach(async () => {
  program.clock.reset();
  program.clock.freeze();
  await program.sql('delete from webhook_deliveries');
  receiver = await startReceiver();
  ada = await program.register();
  client = program.client.as(ada);
});
afterEach(async () => {
  await receiver.close();
  jest.restoreAllMocks();
});

/** @param host and port, or a whole URL. */
const create = async (host = `localhost:${receiver.port}`, as = client) => {
  const url = host.includes('://') ? host : `https://${host}/hook`;
  return (await as.post<Endpoint>('/webhooks', { url, events: ['contact.created'] })).result;
};
const contact = async () => (await client.post<Readonly<{ id: string }>>('/contacts', { first_name: 'Grace' })).result;
const delivery = async ({ id }: Endpoint) => {
  const { items } = (await client.get<Page<Delivery>>(`/webhooks/${id}/deliveries`)).result;
  expect(items).toHaveLength(1);
  return items[0]!;
};

/** What comes of a first attempt, which is tried again unless it is a success. */
async function attempt(host?: string) {
  const endpoint = await create(host);
  await contact();
  await program.deliver();
  const { status, attempts } = await delivery(endpoint);
  expect(attempts).toHaveLength(1);
  expect(status).toBe(attempts[0]!.failure === null ? 'succeeded' : 'pending');
  return attempts[0]!;
}

/** What comes of a first attempt at each of these hosts, all of one event. */
async function failures(hosts: readonly string[], as = client): Promise<Record<string, string | null>> {
  const endpoints: Endpoint[] = [];
  for (const host of hosts) endpoints.push(await create(host, as));
  await contact();
  await program.deliver();
  const deliveries = await Promise.all(endpoints.map(delivery));
  return Object.fromEntries(hosts.map((host, index) => [host, deliveries[index]!.attempts[0]!.failure]));
}

const all = (hosts: readonly string[], failure: string) => Object.fromEntries(hosts.map((host) => [host, failure]));

/** A server below TLS, and the connections it has. */
async function startTcp(answer: (socket: Socket) => void = () => undefined) {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    server.emit('taken');
    answer(socket);
  });
  const port = await freePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    port,
    sockets,
    taken: async () => {
      if (sockets.length === 0) await once(server, 'taken');
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

describe('a receiver', () => {
  beforeAll(async () => {
    program = await start({ WEBHOOK_ALLOWED_HOSTS: 'localhost' });
  });
  afterAll(() => program.close());

  it.each([300, 301, 302, 303, 307, 308])('that answers %i fails, and nobody goes where it points', async (status) => {
    const other = await startReceiver();
    receiver.answer = redirecting(other.url, status);
    expect(await attempt()).toMatchObject({ status, failure: 'status' });
    expect([receiver.requests.length, other.requests.length]).toEqual([1, 0]);
    await other.close();
  });

  it('may answer with 64 KiB', async () => {
    receiver.answer = answering(200, {}, 'x'.repeat(65_536));
    expect(await attempt()).toMatchObject({ status: 200, failure: null });
  });

  it.each([
    { name: 'more than 64 KiB', answer: answering(200, {}, 'x'.repeat(65_537)) },
    { name: '10 MiB', answer: answering(200, {}, Buffer.alloc(10 * 1_048_576, 'x')) },
    { name: '500 and more than 64 KiB', answer: answering(500, {}, 'x'.repeat(65_537)) },
    { name: 'a text that does not end', answer: endless },
  ])('that answers with $name fails: too large', async ({ answer }) => {
    receiver.answer = answer;
    expect(await attempt()).toMatchObject({ failure: 'too_large' });
  });

  it('that answers ever so slowly is left when its time is over', async () => {
    const limits = takeTimeLimits();
    let closed: Promise<unknown> | undefined;
    receiver.answer = (request, response, nth) => {
      closed = once(response, 'close');
      dripping(request, response, nth);
    };
    const endpoint = await create();
    await contact();
    const delivered = program.deliver();
    await receiver.arrived(1);
    expect(limits.count()).toBe(1);
    limits.expire();
    await Promise.all([delivered, closed]);
    expect((await delivery(endpoint)).attempts).toMatchObject([{ failure: 'timeout' }]);
  });

  it.each([
    { name: 'cuts its answer off', answer: cuttingOff },
    { name: 'resets the connection instead', answer: resetting },
  ])('that $name fails: no connection', async ({ answer }) => {
    receiver.answer = answer;
    expect(await attempt()).toMatchObject({ failure: 'connect' });
  });

  it.each([
    { name: 'something that is no HTTP', bytes: 'what?\r\n\r\n' },
    { name: 'endless headers', bytes: `HTTP/1.1 200 OK\r\n${'x-filler: xxxxxxxxxxxxxxxx\r\n'.repeat(50_000)}` },
    { name: 'two lengths', bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nok' },
    {
      name: 'another protocol',
      bytes: 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    },
  ])('that answers with $name fails', async ({ bytes }) => {
    receiver.answer = ({ socket }) => void socket.end(bytes);
    expect((await attempt()).failure).not.toBeNull();
  });

  it.each([
    { name: 'a long text', body: 'x'.repeat(3_000), kept: /^x{2048}$/ },
    { name: 'NUL', body: 'a\0b', kept: /^a.{0,4}b$/su },
    { name: 'what is no UTF-8', body: Buffer.from([0x61, 0xff, 0xfe, 0x62]), kept: /^a.{0,4}b$/su },
    { name: 'half a surrogate pair', body: Buffer.from([0x61, 0xed, 0xa0, 0x80, 0x62]), kept: /^a.{0,4}b$/su },
    { name: 'characters of three bytes', body: '€'.repeat(1_000), kept: /^€{600,1000}\ufffd{0,2}$/u },
    { name: 'nothing', body: '', kept: /^$/ },
  ])('that answers with $name succeeds, and the beginning is kept', async ({ body, kept }) => {
    receiver.answer = answering(200, {}, body);
    const { failure, response_start } = await attempt();
    expect(failure).toBeNull();
    expect(response_start).toMatch(kept);
    expect(response_start.length).toBeLessThanOrEqual(2_048);
    expect(response_start.isWellFormed()).toBe(true);
  });

  it('that is not there fails: no connection', async () => {
    await receiver.close();
    expect(await attempt()).toEqual({
      at: expect.any(String),
      status: null,
      failure: 'connect',
      duration_ms: expect.any(Number),
      response_start: '',
    });
  });

  it('whose certificate nobody vouches for gets nothing', async () => {
    const untrusted = await startReceiver('untrusted');
    expect(await attempt(untrusted.url)).toMatchObject({ status: null, failure: 'tls', response_start: '' });
    expect(untrusted.requests).toEqual([]);
    await untrusted.close();
  });

  it('without TLS gets nothing', async () => {
    const plain = await startTcp((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    expect(await attempt(`localhost:${plain.port}`)).toMatchObject({ status: null, failure: 'tls' });
    await plain.close();
  });

  it('that says nothing, not even TLS, is left when its time is over', async () => {
    const limits = takeTimeLimits();
    const mute = await startTcp();
    const endpoint = await create(`localhost:${mute.port}`);
    await contact();
    const delivered = program.deliver();
    await mute.taken();
    limits.expire();
    await delivered;
    expect((await delivery(endpoint)).attempts).toMatchObject([{ status: null, failure: 'timeout' }]);
    await mute.close();
  });

  it('hears of a record of more than 1 MiB without it', async () => {
    const { id } = await contact();
    await client.post('/webhooks', { url: receiver.url, events: ['contact.updated'] });
    const small = (await client.patch(`/contacts/${id}`, { last_name: 'Hopper' })).result;
    // No field takes so much today.
    await program.sql(`update contacts set notes = repeat('x', 1048576) where id = $1`, [id]);
    await client.patch(`/contacts/${id}`, { last_name: 'Murray' });
    await program.deliver();
    const bodies = receiver.requests.map(({ body }) => body as Item);
    const { items } = (await client.get<{ items: Item[] }>('/events?types=contact.updated')).result;
    expect([...bodies].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(items);
    const [first, second] = items;
    expect(first).toMatchObject({ data: small, previous: { last_name: '' } });
    expect(second).toMatchObject({ data: null, note: expect.stringContaining(`/contacts/${id}`) });
    expect(second).not.toHaveProperty('previous');
  });
});

describe('an address', () => {
  let dns: TestDns;
  let internet: Internet;
  beforeAll(async () => {
    dns = await startDns();
    program = await start({});
    program.app.get(HostAddresses, { strict: false }).useServers([dns.server]);
  });
  afterAll(async () => {
    await program.close();
    await dns.close();
  });
  beforeEach(() => {
    dns.names.clear();
    internet = standInForInternet();
  });

  const somewhere = '93.184.216.34';
  const somewhere6 = '2606:4700::1111';
  const hostOf = (name: string) => `${name}:${receiver.port}`;

  /** Names that have these addresses, each one. */
  const named = (addresses: readonly string[]) =>
    addresses.map((address, index) => {
      const name = `host-${index}.receiver.example`;
      dns.names.set(name, address.includes(':') ? { AAAA: [address] } : { A: [address] });
      return hostOf(name);
    });

  const refused = [
    { range: '0.0.0.0/8', addresses: ['0.0.0.0', '0.255.255.255'] },
    { range: '10.0.0.0/8', addresses: ['10.0.0.0', '10.255.255.255'] },
    { range: '100.64.0.0/10', addresses: ['100.64.0.0', '100.127.255.255'] },
    { range: '127.0.0.0/8', addresses: ['127.0.0.0', '127.0.0.1', '127.255.255.255'] },
    { range: '169.254.0.0/16', addresses: ['169.254.0.0', '169.254.169.254', '169.254.255.255'] },
    { range: '172.16.0.0/12', addresses: ['172.16.0.0', '172.31.255.255'] },
    { range: '192.0.0.0/24', addresses: ['192.0.0.0', '192.0.0.255'] },
    { range: '192.0.2.0/24', addresses: ['192.0.2.0', '192.0.2.255'] },
    { range: '192.88.99.0/24', addresses: ['192.88.99.0', '192.88.99.255'] },
    { range: '192.168.0.0/16', addresses: ['192.168.0.0', '192.168.255.255'] },
    { range: '198.18.0.0/15', addresses: ['198.18.0.0', '198.19.255.255'] },
    { range: '198.51.100.0/24', addresses: ['198.51.100.0', '198.51.100.255'] },
    { range: '203.0.113.0/24', addresses: ['203.0.113.0', '203.0.113.255'] },
    { range: '224.0.0.0/4', addresses: ['224.0.0.0', '239.255.255.255'] },
    { range: '240.0.0.0/4', addresses: ['240.0.0.0', '255.255.255.255'] },
    { range: '::/8', addresses: ['::', '::1', '::7f00:1', '::ffff:7f00:1', 'ff:ffff::1'] },
    { range: '64:ff9b::/96', addresses: ['64:ff9b::', '64:ff9b::5db8:d822', '64:ff9b::ffff:ffff'] },
    { range: '64:ff9b:1::/48', addresses: ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'] },
    { range: '100::/64', addresses: ['100::', '100::ffff:ffff:ffff:ffff'] },
    { range: '2001:db8::/32', addresses: ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'] },
    { range: '2002::/16', addresses: ['2002::', '2002:7f00:1::1', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'] },
    { range: '3fff::/20', addresses: ['3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'] },
    { range: '5f00::/16', addresses: ['5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'] },
    { range: 'fc00::/7', addresses: ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'] },
    { range: 'fe80::/10', addresses: ['fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'] },
    { range: 'ff00::/8', addresses: ['ff00::', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'] },
  ].flatMap(({ range, addresses }) => addresses.map((address) => ({ range, address })));

  /** Right before and behind the ranges that are refused. */
  const borders = [
    '1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0',
    '172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.1.255 192.0.3.0 192.88.98.255 192.88.100.0',
    '192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0',
    '223.255.255.255 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff 2001:db9:: 2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff 2003::',
    '3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff 3fff:1000::',
  ].flatMap((line) => line.split(' '));

  it('of every range that is not public is refused, and never connected to', async () => {
    const hosts = named(refused.map(({ address }) => address));
    const told = Object.values(await failures(hosts));
    const rows = refused.map(({ range, address }, index) => ({ range, address, failure: told[index] }));
    expect(rows).toEqual(refused.map((row) => ({ ...row, failure: 'refused_address' })));
    expect([internet.addresses, receiver.requests]).toEqual([[], []]);
  });

  it('beside these ranges is connected to', async () => {
    const hosts = named(borders);
    expect(await failures(hosts)).toEqual(all(hosts, 'connect'));
    expect([...internet.addresses].sort()).toEqual([...borders].sort());
  });

  it.each([
    { kind: 'of the old kind', addresses: { A: [somewhere] } },
    { kind: 'of the new kind', addresses: { AAAA: [somewhere6] } },
    { kind: 'of both', addresses: { A: [somewhere], AAAA: [somewhere6] } },
    { kind: 'behind another name', addresses: { CNAME: 'farm.receiver.example', A: [somewhere] } },
  ])('that is public, $kind, gets the event, with the name in its certificate', async ({ addresses }) => {
    internet.answers = true;
    dns.names.set('hook.receiver.example', addresses);
    const endpoint = await create(hostOf('hook.receiver.example'));
    await contact();
    await program.deliver();
    expect((await delivery(endpoint)).status).toBe('succeeded');
    verified(receiver.requests[0]!, endpoint.secret, program.clock.now());
    expect(receiver.requests[0]!.headers.host).toBe(hostOf('hook.receiver.example'));
    expect([somewhere, somewhere6]).toEqual(expect.arrayContaining(internet.addresses));
    expect(internet.addresses).not.toEqual([]);
  });

  it('whose certificate has another name gets nothing', async () => {
    internet.answers = true;
    dns.names.set('elsewhere.example', { A: [somewhere] });
    expect(await attempt(hostOf('elsewhere.example'))).toMatchObject({ status: null, failure: 'tls' });
    expect(receiver.requests).toEqual([]);
  });

  it.each([
    { name: 'a public address, then a private one', addresses: { A: [somewhere, '10.0.0.1'] } },
    { name: 'a private address, then a public one', addresses: { A: ['127.0.0.1', somewhere] } },
    { name: 'a private one among many', addresses: { A: [...borders.slice(0, 12), '192.168.0.1'] } },
    { name: 'a public one of the old kind and a private one of the new', addresses: { A: [somewhere], AAAA: ['::1'] } },
    {
      name: 'a private one of the old kind and a public one of the new',
      addresses: { A: ['127.0.0.1'], AAAA: [somewhere6] },
    },
    {
      name: 'another name, which has a private one',
      addresses: { CNAME: 'inside.receiver.example', A: ['127.0.0.1'] },
    },
  ])('of a name with $name is refused', async ({ addresses }) => {
    internet.answers = true;
    dns.names.set('mixed.receiver.example', addresses);
    expect(await attempt(hostOf('mixed.receiver.example'))).toMatchObject({
      status: null,
      failure: 'refused_address',
      response_start: '',
    });
    expect([internet.addresses, receiver.requests]).toEqual([[], []]);
  });

  it('that is public when it is asked for and private when it is asked for again is never connected to', async () => {
    dns.names.set('rebound.receiver.example', (type, nth) =>
      type === 'A' ? { A: [nth === 1 ? somewhere : '127.0.0.1'] } : {},
    );
    const endpoint = await create(hostOf('rebound.receiver.example'));
    await contact();
    await program.deliver();
    expect((await delivery(endpoint)).attempts).toMatchObject([{ failure: 'connect' }]);
    expect([internet.addresses, receiver.requests]).toEqual([[somewhere], []]);

    program.clock.move(seconds(6));
    await program.deliver();
    expect((await delivery(endpoint)).attempts).toMatchObject([{ failure: 'connect' }, { failure: 'refused_address' }]);
    expect([internet.addresses, receiver.requests]).toEqual([[somewhere], []]);
  });

  it.each(['localhost', 'LOCALHOST', 'localhost.', 'me.receiver.example'])(
    'of this machine by the name %s is refused unless it is allowed',
    async (name) => {
      for (const known of ['localhost', 'me.receiver.example']) {
        dns.names.set(known, { A: ['127.0.0.1'], AAAA: ['::1'] });
      }
      expect(await attempt(hostOf(name))).toMatchObject({ status: null, failure: 'refused_address' });
      expect([internet.addresses, receiver.requests]).toEqual([[], []]);
    },
  );

  it('in the URL, allowed when the endpoint was made and not any more, is refused at the attempt', async () => {
    const literals = ['127.0.0.1', '127.1', '0x7f.1', '2130706433', '①②⑦.0.0.1', '10.0.0.1', '169.254.169.254'];
    const literals6 = ['[::1]', '[::ffff:127.0.0.1]', '[fd00::1]'];
    const opened = [...literals, '::1', '::ffff:127.0.0.1', 'fd00::1'].join(',');
    const generous = await startApp({ WEBHOOK_ALLOWED_HOSTS: opened });
    const hosts = [...literals, ...literals6].map(hostOf);
    expect(await failures(hosts, generous.client.as(ada))).toEqual(all(hosts, 'refused_address'));
    await generous.close();
    expect([internet.addresses, receiver.requests]).toEqual([[], []]);
  });

  it('in the URL that is public is connected to', async () => {
    const hosts = [somewhere, `[${somewhere6}]`].map(hostOf);
    expect(await failures(hosts)).toEqual(all(hosts, 'connect'));
    expect([...internet.addresses].sort()).toEqual([somewhere6, somewhere]);
  });

  it('that a name has not is a failure of DNS', async () => {
    dns.names.set('empty.receiver.example', {});
    dns.names.set('broken.receiver.example', 'SERVFAIL');
    const hosts = ['nobody.receiver.example', 'empty.receiver.example', 'broken.receiver.example'].map(hostOf);
    expect(await failures(hosts)).toEqual(all(hosts, 'dns'));
    expect(internet.addresses).toEqual([]);
  });

  it('that is not told in time is waited for no longer', async () => {
    const limits = takeTimeLimits();
    dns.names.set('silent.receiver.example', 'silence');
    const endpoint = await create(hostOf('silent.receiver.example'));
    await contact();
    const delivered = program.deliver();
    await dns.asked('silent.receiver.example');
    limits.expire();
    await delivered;
    expect((await delivery(endpoint)).attempts).toMatchObject([{ status: null, failure: 'timeout' }]);
  });
});

describe('a proxy in the environment', () => {
  const variables = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  let proxy: Awaited<ReturnType<typeof startTcp>>;
  let before: NodeJS.ProcessEnv;
  beforeAll(async () => {
    proxy = await startTcp((socket) => socket.destroy());
    before = { ...process.env };
    for (const name of variables) process.env[name] = `http://127.0.0.1:${proxy.port}`;
    for (const name of ['no_proxy', 'NO_PROXY']) delete process.env[name];
    program = await start({ WEBHOOK_ALLOWED_HOSTS: 'localhost' });
  });
  afterAll(async () => {
    for (const name of [...variables, 'no_proxy', 'NO_PROXY']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    await program.close();
    await proxy.close();
  });

  it('is not used', async () => {
    expect(await attempt()).toMatchObject({ status: 200, failure: null });
    expect([receiver.requests.length, proxy.sockets.length]).toEqual([1, 0]);
  });
});
