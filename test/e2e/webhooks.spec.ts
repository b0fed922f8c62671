import { randomUUID } from 'node:crypto';
import { BacklogLimits } from '../../src/contexts/webhooks/backlog';
import { FanOut } from '../../src/contexts/webhooks/fan-out';
import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import { all, type Answering, outcome, refusedWith } from '../support/outcome';
import { breakDatabase } from '../support/statements';

/** As docs/contract.md, section 3.10, lists it, not as the program declares it. */
interface Endpoint {
  readonly id: string;
  readonly account_id: string;
  readonly created_by: string | null;
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  readonly is_active: boolean;
  readonly secret_prefix: string;
  readonly disabled_reason: string | null;
  readonly missed_since: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

interface Shown extends Endpoint {
  readonly secret: string;
}

interface Delivery {
  readonly id: string;
  readonly endpoint_id: string;
  readonly event_id: string;
  readonly event: string;
  readonly status: string;
  readonly attempt_count: number;
  readonly next_attempt_at: string | null;
  readonly created_at: string;
  readonly attempts: readonly object[];
}

type Row = Readonly<{ id: string }>;
type Call = (as: Client, id: string, deliveryId: string) => Answering;

const allEvents = ['contact', 'company', 'project', 'activity'].flatMap((kind) =>
  ['created', 'updated', 'deleted'].map((what) => `${kind}.${what}`),
);
const url = 'https://hooks.example.com/tideline';
const longAgo = '2025-01-01T00:00:00Z';

const { program, ada, client, newAccount } = useApi();
/** Another account, with an endpoint and a delivery of its own. */
let grace: SignedIn;
let stranger: Client;
let hers: Readonly<{ endpoint: Endpoint; delivery: Delivery }>;

const create = async (input: object = {}, as = client) =>
  (await as.post<Shown>('/webhooks', { url, events: ['contact.created'], ...input })).result;
const get = async (id: string, as = client) => (await as.get<Endpoint>(`/webhooks/${id}`)).result;
/** A new endpoint, as GET gives it. */
const make = async (input: object = {}, as = client) => get((await create(input, as)).id, as);
const tryPatch = (id: string, input: object) => client.patch<Endpoint>(`/webhooks/${id}`, input);
const patch = async (id: string, input: object) => (await tryPatch(id, input)).result;
const list = async (query = '', as = client) => (await as.get<Page<Endpoint>>(`/webhooks${query}`)).result;
const rotate = async (id: string) => (await client.post<Shown>(`/webhooks/${id}/rotate-secret`)).result;
const sendTest = async (id: string, as = client) => (await as.post<Delivery>(`/webhooks/${id}/test`)).result;
const deliveries = async (id: string, query = '') =>
  (await client.get<Page<Delivery>>(`/webhooks/${id}/deliveries${query}`)).result;
const delivery = async (id: string, deliveryId: string, as = client) =>
  (await as.get<Delivery>(`/webhooks/${id}/deliveries/${deliveryId}`)).result;
const tryReplay = (id: string, input: object, as = client) =>
  as.post<{ count: number }>(`/webhooks/${id}/replay`, input);
const replay = async (id: string, since: string, as = client) => (await tryReplay(id, { since }, as)).result.count;

beforeAll(async () => {
  grace = await program.register();
  stranger = program.client.as(grace);
  const endpoint = await make({ description: 'Hers' }, stranger);
  hers = { endpoint, delivery: await sendTest(endpoint.id, stranger) };
});

const good = [200, undefined];
const notFound = [404, 'webhooks.not_found'];
const invalidId = [400, 'webhooks.invalid_id'];
const refused = [400, 'webhooks.invalid_request'];
const invalidRequest = refusedWith('webhooks.invalid_request');
const invalidUrl = refusedWith('webhooks.invalid_url');
const urlRequired = refusedWith('webhooks.url_required');

const idForm: unknown = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const timeForm: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const secretForm = /^whsec_[0-9A-Za-z+/]{43}=$/;
const badIds = ['abc', '1', "1' or '1'='1", '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7', '%00', 'g'.repeat(36)];

const invited = async (role: string) => {
  const invitation = { email: newEmail(), name: 'Bob', role };
  const { invite_token } = (await client.post<{ invite_token: string }>('/users/invite', invitation)).result;
  return (await program.client.post<SignedIn>('/auth/accept-invite', { token: invite_token, password })).result;
};
const oauthApp = async () => {
  const made = await client.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', { name: 'App' });
  const { app, client_secret } = made.result;
  const grant = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
  return program.client.as((await program.client.post<{ access_token: string }>('/oauth/token', grant)).result);
};

async function changesNothing(work: () => Promise<unknown>): Promise<void> {
  const accounts = [[ada.user.account_id, grace.user.account_id]];
  const state = () =>
    Promise.all(
      ['webhooks', 'webhook_deliveries'].map((table) =>
        program.sql(`select * from ${table} where account_id = any($1::uuid[]) order by id`, accounts),
      ),
    );
  const before = await state();
  await work();
  expect(await state()).toEqual(before);
}

/** Twenty at once. */
async function inTurns<T, R>(rows: readonly T[], call: (row: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let index = 0; index < rows.length; index += 20) {
    results.push(...(await Promise.all(rows.slice(index, index + 20).map(call))));
  }
  return results;
}

/** Other cursors than this one, some with one character replaced. */
function altered(cursor: string): string[] {
  const flip = (index: number) =>
    cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1);
  const flipped = [...cursor].flatMap((_, index) => (index % 16 === 0 ? [flip(index)] : []));
  return [...flipped, cursor.slice(0, -1), `${cursor}A`];
}

/** The routes of one endpoint, or of one of its deliveries; the last one removes it. */
const ofDelivery: readonly { name: string; call: Call }[] = [
  { name: 'GET of a delivery', call: (as, id, deliveryId) => as.get(`/webhooks/${id}/deliveries/${deliveryId}`) },
  { name: 'retry', call: (as, id, deliveryId) => as.post(`/webhooks/${id}/deliveries/${deliveryId}/retry`) },
];
const ofOne: readonly { name: string; call: Call }[] = [
  { name: 'GET', call: (as, id) => as.get(`/webhooks/${id}`) },
  { name: 'PATCH', call: (as, id) => as.patch(`/webhooks/${id}`, { description: 'Changed' }) },
  { name: 'rotate-secret', call: (as, id) => as.post(`/webhooks/${id}/rotate-secret`) },
  { name: 'test', call: (as, id) => as.post(`/webhooks/${id}/test`) },
  { name: 'GET of deliveries', call: (as, id) => as.get(`/webhooks/${id}/deliveries`) },
  ...ofDelivery,
  { name: 'replay', call: (as, id) => as.post(`/webhooks/${id}/replay`, { since: longAgo }) },
  { name: 'DELETE', call: (as, id) => as.delete(`/webhooks/${id}`) },
];
const ofNone: readonly { name: string; call: (as: Client) => Answering }[] = [
  { name: 'GET of the list', call: (as) => as.get('/webhooks') },
  { name: 'POST', call: (as) => as.post('/webhooks', { url, events: allEvents }) },
];

describe('who may', () => {
  beforeAll(newAccount);

  it.each(['owner', 'admin', 'OAuth app'])('an %s may do everything', async (who) => {
    const admin = who === 'admin' ? await invited('admin') : ada;
    const as = who === 'OAuth app' ? await oauthApp() : program.client.as(admin);
    const endpoint = await make({}, as);
    expect(endpoint.created_by).toBe(who === 'OAuth app' ? null : admin.user.id);
    expect((await list('?limit=1', as)).items).toEqual([endpoint]);
    expect(await get(endpoint.id)).toEqual(endpoint);
    const { id } = await sendTest(endpoint.id, as);
    for (const { name, call } of ofOne) {
      expect([name, ...(await outcome(call(as, endpoint.id, id)))]).toEqual([name, ...good]);
    }
  });

  it('a member may not see webhooks, nor learn which ids and fields are good', async () => {
    const member = program.client.as(await invited('member'));
    const { id } = await make();
    const made = await sendTest(id);
    await changesNothing(() =>
      all(
        [403, 'auth.forbidden'],
        ...ofNone.map(({ call }) => call(member)),
        ...ofOne.flatMap(({ call }) => [call(member, id, made.id), call(member, 'abc', 'abc')]),
        ...ofOne.map(({ call }) => call(member, hers.endpoint.id, hers.delivery.id)),
        member.get('/webhooks?limt=5'),
        member.post('/webhooks', {}),
        member.patch(`/webhooks/${id}`, { ulr: url }),
        member.post(`/webhooks/${id}/replay`, {}),
      ),
    );
  });

  it('nobody without a token', async () => {
    const { id } = await make();
    const made = await sendTest(id);
    await changesNothing(() =>
      all(
        [401, 'auth.required'],
        ...ofNone.map(({ call }) => call(program.client)),
        ...ofOne.map(({ call }) => call(program.client, id, made.id)),
      ),
    );
  });
});

describe('create', () => {
  beforeAll(newAccount);
  const post = (input: object) => client.post('/webhooks', { url, events: ['contact.created'], ...input });

  it('with what is required: the answer has the secret, which GET and the list do not', async () => {
    program.clock.freeze();
    const now = program.clock.now().toISOString();
    const made = await client.post<Shown>('/webhooks', { url: `  ${url}\t`, events: ['contact.created'] });
    const { secret, ...endpoint } = made.result;
    expect(secret).toMatch(secretForm);
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
    expect(endpoint).toEqual({
      id: idForm,
      account_id: ada.user.account_id,
      created_by: ada.user.id,
      url,
      description: '',
      events: ['contact.created'],
      is_active: true,
      secret_prefix: secret.slice(0, 10),
      disabled_reason: null,
      missed_since: null,
      created_at: now,
      updated_at: now,
    });
    expect(await get(endpoint.id)).toEqual(endpoint);
    expect((await list()).items).toEqual([endpoint]);
    expect((await deliveries(endpoint.id)).items).toEqual([]);
  });

  it('with everything, switched off', async () => {
    const input = { url, description: 'Mailing list', events: allEvents, is_active: false };
    expect(await make(input)).toMatchObject({ ...input, disabled_reason: null });
  });

  it('each endpoint has a secret of its own, of the same URL too', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => create()));
    expect(new Set(made.map(({ id }) => id)).size).toBe(4);
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(4);
  });

  it('events: repetitions go, the order stays', async () => {
    const events = ['project.deleted', 'contact.created', 'project.deleted', 'activity.updated', 'contact.created'];
    const expected = ['project.deleted', 'contact.created', 'activity.updated'];
    const { id } = await make({ events });
    expect((await get(id)).events).toEqual(expected);
    expect((await patch(id, { events: [...allEvents].reverse() })).events).toEqual([...allEvents].reverse());
    expect((await patch(id, { events })).events).toEqual(expected);
  });

  it.each([
    { what: 'null', events: null, field: 'events' },
    { what: 'empty', events: [], field: 'events' },
    { what: 'a text', events: 'contact.created', field: 'events' },
    { what: 'an object', events: { 0: 'contact.created' }, field: 'events' },
    { what: 'an unknown name', events: ['contact.created', 'contact.creatd'], field: 'events[1]' },
    { what: 'another case', events: ['Contact.created'], field: 'events[0]' },
    { what: 'a wildcard', events: ['contact.created', 'company.created', '*'], field: 'events[2]' },
    { what: 'of the sources', events: ['source.created'], field: 'events[0]' },
    { what: 'that of tests', events: ['webhook.test'], field: 'events[0]' },
    { what: 'a number', events: [1], field: 'events[0]' },
    { what: 'null in it', events: ['contact.created', null], field: 'events[1]' },
    { what: 'an array in it', events: [['contact.created']], field: 'events[0]' },
    { what: 'blank', events: [' '], field: 'events[0]' },
    { what: 'more than twelve', events: [...allEvents, 'contact.created'], field: 'events' },
  ])('events that are $what → webhooks.invalid_request', async ({ events, field }) => {
    const { id } = await make();
    await changesNothing(async () => {
      await invalidRequest(post({ events }), field);
      await invalidRequest(tryPatch(id, { events }), field);
    });
  });

  it('without events → webhooks.invalid_request', async () => {
    await changesNothing(() => invalidRequest(client.post('/webhooks', { url }), 'events'));
  });

  it('a description takes 500 code points and not one more, and is trimmed', async () => {
    const longest = '🌊'.repeat(500);
    expect((await make({ description: ` ${longest} ` })).description).toBe(longest);
    await changesNothing(() => invalidRequest(post({ description: `${longest}🌊` }), 'description'));
  });

  it('null clears the description', async () => {
    expect((await make({ description: null })).description).toBe('');
    const { id } = await make({ description: 'x' });
    expect((await patch(id, { description: null })).description).toBe('');
  });

  it('fields of another type → webhooks.invalid_request', async () => {
    const { id } = await make();
    const wrong = [
      ...[5, true, [], {}, 'a\0b', 'a\ud800'].map((description) => ({ description })),
      ...[null, 'true', 'false', 0, 1, '', [], {}].map((is_active) => ({ is_active })),
      ...[5, true, [url], { url }, `${url}\0`, `${url}\ud800`].map((value) => ({ url: value })),
    ];
    await changesNothing(() =>
      inTurns(wrong, async (input) => {
        await invalidRequest(post(input), Object.keys(input)[0]!);
        await invalidRequest(tryPatch(id, input), Object.keys(input)[0]!);
      }),
    );
  });

  it('the fields are checked in order, after unknown keys; each is told', async () => {
    const { id } = await make();
    const wrong = { is_active: null, events: [], description: 5 };
    await changesNothing(async () => {
      for (const send of [post, (input: object) => tryPatch(id, input)]) {
        await urlRequired(send({ ...wrong, url: '' }), 'url', 'description', 'events', 'is_active');
        await invalidUrl(send({ ...wrong, url: 'http://a.example' }), ...['url', 'description', 'events', 'is_active']);
        await invalidRequest(send(wrong), 'description', 'events', 'is_active');
        await invalidRequest(send({ is_active: null, url: '', colour: 'red' }), 'colour', 'url', 'is_active');
      }
    });
  });

  it('unknown keys are refused by name, with what was meant', async () => {
    const { id } = await make();
    const typos = { urll: 'url', evnts: 'events', descripton: 'description', isactive: 'is_active' };
    await changesNothing(async () => {
      for (const [typo, meant] of Object.entries(typos)) {
        for (const answer of [post({ [typo]: 'x' }), tryPatch(id, { [typo]: 'x' })]) {
          await invalidRequest(answer, typo);
          expect((await answer).error.details?.[0]?.message).toContain(`"${meant}"`);
        }
      }
    });
  });

  it.each([
    ...['id', 'account_id', 'created_by', 'secret', 'secret_prefix', 'disabled_reason', 'created_at', 'updated_at'],
    ...['types', 'headers', 'constructor_name'],
  ])('%s is not for the caller to set', async (field) => {
    const { id } = await make();
    await changesNothing(async () => {
      await invalidRequest(post({ [field]: null }), field);
      await invalidRequest(tryPatch(id, { [field]: null }), field);
    });
  });

  it.each(['{"url":', '[]', `url=${url}`, 'null', '{"url":"https://a.example","__proto__":{}}'])(
    'the body %j cannot be read',
    async (body) => {
      await changesNothing(() => all(refused, client.post('/webhooks', body), program.client.post('/webhooks', body)));
    },
  );

  it('takes no parameters', async () => {
    await changesNothing(() => invalidRequest(client.post('/webhooks?dry=1', { url, events: allEvents }), 'dry'));
  });
});

const inUrl = (address: string) => `https://${address.includes(':') ? `[${address}]` : address}/hook`;

async function judges(urls: readonly string[], expected: unknown[]): Promise<void> {
  const outcomes = await inTurns(urls, async (value) => [
    value,
    ...(await outcome(client.post('/webhooks', { url: value, events: ['contact.created'] }))),
  ]);
  expect(outcomes).toEqual(urls.map((value) => [value, ...expected]));
}
const refusesUrls = (...urls: string[]) => changesNothing(() => judges(urls, [400, 'webhooks.invalid_url']));

async function acceptsUrls(...urls: string[]): Promise<void> {
  for (const value of urls) expect((await make({ url: value })).url).toBe(value);
}

describe('a URL', () => {
  beforeAll(newAccount);

  it('with an address that is not public is refused; what is one, and how it may be spelled, is shown elsewhere', async () => {
    await refusesUrls(
      ...[
        '0.0.0.0',
        '10.0.0.1',
        '100.64.0.1',
        '127.0.0.1',
        '169.254.169.254',
        '172.16.0.1',
        '192.0.0.1',
        '192.168.1.1',
      ].map(inUrl),
      ...['2130706433', '0x7f.1', '0177.0.0.1', '①②⑦.0.0.1', '127。0。0。1', '%31%32%37.1'].map(inUrl),
      ...['::', '::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', 'fc00::1', 'fe80::1', 'ff02::1'].map(inUrl),
    );
    await acceptsUrls(...['11.0.0.1', '172.32.0.1', '2600::1'].map(inUrl));
  });

  it('with an address that is not public is refused, whatever stands around it', async () => {
    await refusesUrls(
      'https:127.0.0.1',
      'https:/127.0.0.1',
      'https:////127.0.0.1',
      'https:\\\\127.0.0.1\\hook',
      ' https://127.0.0.1 ',
      'HTTPS://127.0.0.1',
      'https://127.0.0.1:8443/hook',
      'https://127.0.0.1?x',
      'https://127.0.0.1#x',
      'https://hooks.example.com@127.0.0.1/',
      'https://127.0.0.1\\@hooks.example.com/',
      'https://[::1]:8443/hook?x#y',
    );
  });

  it('with a public address is accepted and kept as it was sent', async () => {
    await acceptsUrls(
      'https://8.8.8.8/hook',
      'https://1.1.1.1:8443',
      'https://0x08080808/hook',
      'https://134744072',
      'https://8.8.8.8./hook',
      'https://[2606:4700:4700::1111]/hook',
      'https://[2001:4860:4860:0:0:0:0:8888]:8443/',
    );
  });

  it('with a name is accepted and kept as it was sent: what the name means is judged at each attempt', async () => {
    await acceptsUrls(
      'https://hooks.example.com',
      'HTTPS://Hooks.Example.COM/Path',
      'https://hooks.example.com:8443/a/../b?key=a%20b&key=c#part',
      'https://hooks.example.com./',
      'https://localhost/hook',
      'https://localhost:8443',
      'https://intranet/',
      'https://metadata.google.internal/',
      'https://127.0.0.1.nip.example/',
      'https://10.example/',
      'https://bücher.example/🌊',
      'https://xn--bcher-kva.example/',
    );
  });

  it('of another scheme → webhooks.invalid_url', async () => {
    const ofHosts =
      'http://a.example HTTP://a.example ftp://a.example wss://a.example httpss://a.example gopher://a.example';
    const others =
      'file:///etc/passwd data:,x javascript:alert(1) mailto:a@a.example unix:/run/x blob:https://a.example/x';
    await refusesUrls(...ofHosts.split(' '), ...others.split(' '));
  });

  it('with a user or a password → webhooks.invalid_url', async () => {
    await refusesUrls(
      ...['https://ada@hooks.example.com', 'https://ada:secret@hooks.example.com', 'https://:secret@hooks.example.com'],
      ...['https://ada:@hooks.example.com/x', 'https://%20@hooks.example.com', 'https://a@b@hooks.example.com'],
    );
  });

  it('that is none → webhooks.invalid_url', async () => {
    const incomplete =
      'x a.example a.example/hook //a.example /hook https https: https:// https://?x https://#x https://:443/';
    const badHosts =
      'https://a<b.example https://%00.example https://a%2fb.example https://xn--a/ https://a.example:99999';
    const bad4 = 'https://256.256.256.256 https://1.2.3.4.5 https://4294967296 https://0x100000000 https://08.0.0.1';
    const bad6 = 'https://[::1 https://::1/ https://[1.2.3.4]/ https://[fe80::1%25eth0]/ https://%5B::1%5D/';
    const urls = [incomplete, badHosts, bad4, bad6].flatMap((line) => line.split(' '));
    await refusesUrls('https://hooks example.com', ...urls);
  });

  it('takes 2,048 code points and not one more', async () => {
    const longest = (character: string) => 'https://hooks.example.com/' + character.repeat(2_048 - 26);
    await acceptsUrls(longest('x'), longest('🌊'));
    await changesNothing(async () => {
      for (const character of ['x', '🌊']) {
        const input = { url: longest(character) + character, events: ['contact.created'] };
        await invalidRequest(client.post('/webhooks', input), 'url');
      }
    });
  });

  it.each([
    { what: 'null', value: null },
    { what: 'empty', value: '' },
    { what: 'blank', value: ' \t\u00a0 ' },
  ])('that is $what → webhooks.url_required', async ({ value }) => {
    const { id } = await make();
    await changesNothing(async () => {
      await urlRequired(client.post('/webhooks', { url: value, events: ['contact.created'] }), 'url');
      await urlRequired(tryPatch(id, { url: value }), 'url');
    });
  });

  it('that is absent → webhooks.url_required, on PATCH it stays', async () => {
    await changesNothing(() => urlRequired(client.post('/webhooks', { events: ['contact.created'] }), 'url'));
    const { id } = await make();
    expect((await patch(id, { description: 'Mine' })).url).toBe(url);
  });

  it('is judged by PATCH as by POST', async () => {
    const { id } = await make();
    const hosts = ['127.0.0.1', '0x7f.1', '2130706433', '①②⑦.⓪.⓪.①', '[::ffff:10.0.0.1]', '169.254.169.254', 'a b'];
    const urls = [...hosts.map((host) => `https://${host}/`), 'http://hooks.example.com', 'https://ada@a.example'];
    await changesNothing(() => inTurns(urls, (value) => invalidUrl(tryPatch(id, { url: value }), 'url')));
    expect((await patch(id, { url: ' https://8.8.8.8 ' })).url).toBe('https://8.8.8.8');
  });
});

describe('WEBHOOK_ALLOWED_HOSTS', () => {
  const { program: open } = useApi({ environment: { WEBHOOK_ALLOWED_HOSTS: 'localhost, 10.1.2.3 ,[fd00::1]' } });
  let opened: Client;
  beforeAll(async () => {
    await newAccount();
    opened = open.client.as(ada);
  });

  it('opens these addresses, in every spelling and at any port', async () => {
    for (const host of ['10.1.2.3', '10.1.2.3:8443', '0x0a.1.515', '[fd00::1]', '[FD00:0:0::1]:8443', 'localhost:9']) {
      expect((await make({ url: `https://${host}/hook` }, opened)).url).toBe(`https://${host}/hook`);
    }
  });

  it('opens nothing else: https is wanted, credentials are refused, neighbours too', async () => {
    const urls = [
      ...['http://10.1.2.3/', 'http://localhost/', 'https://ada:secret@10.1.2.3/', 'https://ada@localhost/'],
      ...['https://10.1.2.2/', 'https://10.1.2.4/', 'https://127.0.0.1/', 'https://[::1]/', 'https://[fd00::2]/'],
    ];
    await changesNothing(() =>
      inTurns(urls, (value) => invalidUrl(opened.post('/webhooks', { url: value, events: allEvents }), 'url')),
    );
  });

  it('an endpoint stays readable and can be changed when its host is not open any more', async () => {
    const endpoint = await make({ url: 'https://10.1.2.3/hook' }, opened);
    expect(await get(endpoint.id)).toEqual(endpoint);
    expect(await patch(endpoint.id, { description: 'Old' })).toMatchObject({ description: 'Old', url: endpoint.url });
    await invalidUrl(tryPatch(endpoint.id, { url: 'https://10.1.2.3/other' }), 'url');
  });
});

describe('PATCH', () => {
  beforeAll(newAccount);

  it('changes what was sent, and moves updated_at', async () => {
    const endpoint = await make();
    const inputs = [
      { url: 'https://other.example.com/x' },
      { description: 'Mailing list' },
      { events: ['company.created', 'contact.created'] },
      { events: ['contact.created', 'company.created'] },
      { is_active: false },
      { url, description: '', events: ['contact.created'], is_active: true },
    ];
    let before = endpoint;
    for (const input of inputs) {
      program.clock.move(seconds(1));
      const after = await patch(endpoint.id, input);
      expect(after).toEqual({ ...before, ...input, updated_at: expect.any(String) });
      expect(Date.parse(after.updated_at) - Date.parse(before.updated_at)).toBeGreaterThanOrEqual(seconds(1));
      expect(await get(endpoint.id)).toEqual(after);
      before = after;
    }
    expect(before).toEqual({ ...endpoint, updated_at: before.updated_at });
  });

  it.each([
    { what: 'nothing', input: {} },
    { what: 'the same URL', input: { url: ` ${url} ` } },
    { what: 'the same description', input: { description: ' Mine ' } },
    { what: 'the same events', input: { events: ['contact.created', 'contact.updated', 'contact.created'] } },
    { what: 'the same state', input: { is_active: true } },
  ])('that sends $what leaves updated_at', async ({ input }) => {
    const endpoint = await make({ description: 'Mine', events: ['contact.created', 'contact.updated'] });
    program.clock.move(minutes(1));
    await changesNothing(async () => expect(await patch(endpoint.id, input)).toEqual(endpoint));
  });

  it('switched off by a person it has no reason; switched off by the program its reason goes when it is switched on', async () => {
    const { id } = await make();
    expect(await patch(id, { is_active: false })).toMatchObject({ is_active: false, disabled_reason: null });
    expect(await patch(id, { is_active: true })).toMatchObject({ is_active: true, disabled_reason: null });
    await program.sql(`update webhooks set is_active = false, disabled_reason = 'It answered 410.' where id = $1`, [
      id,
    ]);
    const off = await get(id);
    expect(off).toMatchObject({ is_active: false, disabled_reason: 'It answered 410.' });
    expect(await patch(id, { description: 'Gone' })).toMatchObject({ disabled_reason: 'It answered 410.' });
    expect(await patch(id, { is_active: true })).toMatchObject({ is_active: true, disabled_reason: null });
    expect(await get(id)).toMatchObject({ is_active: true, disabled_reason: null });
  });

  it('of different fields at once: all are kept', async () => {
    const { id } = await make();
    const inputs = [
      { url: 'https://a.example/' },
      { description: 'Both' },
      { events: allEvents },
      { is_active: false },
    ];
    await all(good, ...inputs.map((input) => tryPatch(id, input)));
    expect(await get(id)).toMatchObject(Object.assign({}, ...inputs) as object);
  });
});

describe('rotate-secret', () => {
  beforeAll(newAccount);

  it.each([undefined, {}])('with the body %j shows a new secret, once', async (body) => {
    const first = await create();
    const endpoint = await get(first.id);
    program.clock.move(minutes(1));
    const { secret, ...rotated } = (await client.post<Shown>(`/webhooks/${first.id}/rotate-secret`, body)).result;
    expect(secret).toMatch(secretForm);
    expect(secret).not.toBe(first.secret);
    expect(rotated).toEqual({ ...endpoint, secret_prefix: secret.slice(0, 10), updated_at: expect.any(String) });
    expect(rotated.updated_at > endpoint.updated_at).toBe(true);
    expect(await get(first.id)).toEqual(rotated);
  });

  it('several at once: each shows another, one of them is that of the endpoint', async () => {
    const { id } = await create();
    const secrets = (await Promise.all([1, 2, 3, 4].map(() => rotate(id)))).map(({ secret }) => secret);
    expect(new Set(secrets).size).toBe(4);
    expect(secrets.map((secret) => secret.slice(0, 10))).toContain((await get(id)).secret_prefix);
  });

  it('of an endpoint that is switched off is fine', async () => {
    const endpoint = await make({ is_active: false });
    const { secret_prefix, is_active } = await rotate(endpoint.id);
    expect(is_active).toBe(false);
    expect(secret_prefix).not.toBe(endpoint.secret_prefix);
  });

  it('takes no fields and no parameters', async () => {
    const { id } = await make();
    await changesNothing(async () => {
      await invalidRequest(client.post(`/webhooks/${id}/rotate-secret`, { secret: 'x' }), 'secret');
      await invalidRequest(client.post(`/webhooks/${id}/rotate-secret?grace=1`), 'grace');
    });
  });
});

describe('DELETE', () => {
  beforeAll(newAccount);

  it('is for good: no path of the endpoint is found any more, and the others stay', async () => {
    const [goes, stays] = [await make(), await make()];
    const made = await sendTest(goes.id);
    expect((await client.delete(`/webhooks/${goes.id}`)).body).toEqual({ ok: true, result: {} });
    await all(notFound, ...ofOne.map(({ call }) => call(client, goes.id, made.id)));
    expect((await list()).items).toEqual([stays]);
  });

  it('several at once: one deletes, the others find nothing', async () => {
    const { id } = await make();
    const answers = await Promise.all([1, 2, 3].map(() => client.delete(`/webhooks/${id}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
  });
});

describe.each(ofOne)('$name', ({ call }) => {
  beforeAll(newAccount);

  it('a malformed id → webhooks.invalid_id', async () => {
    await all(invalidId, ...badIds.map((id) => call(client, encodeURIComponent(id), randomUUID())));
  });

  it('an endpoint of another account answers exactly like one of nothing', async () => {
    await changesNothing(async () => {
      const other = call(client, hers.endpoint.id, hers.delivery.id);
      const nothing = call(client, randomUUID(), hers.delivery.id);
      await all(notFound, other, nothing, call(client, hers.endpoint.id.toUpperCase(), hers.delivery.id));
      expect({ ...(await other).error, request_id: '' }).toEqual({ ...(await nothing).error, request_id: '' });
    });
    expect(await get(hers.endpoint.id, stranger)).toEqual(hers.endpoint);
    expect(await delivery(hers.endpoint.id, hers.delivery.id, stranger)).toEqual(hers.delivery);
  });

  it('an id in capitals means the same endpoint', async () => {
    const { id } = await make();
    const made = await sendTest(id);
    await all(good, call(client, id.toUpperCase(), made.id.toUpperCase()));
  });
});

describe.each(ofDelivery)('$name', ({ call }) => {
  beforeAll(newAccount);

  it('a malformed delivery id → webhooks.invalid_id, whatever the endpoint', async () => {
    const { id } = await make();
    const endpoints = [id, randomUUID(), hers.endpoint.id];
    const calls = endpoints.flatMap((endpoint) => badIds.map((bad) => call(client, endpoint, encodeURIComponent(bad))));
    await all(invalidId, ...calls);
  });

  it('a delivery of another endpoint or account answers exactly like one of nothing', async () => {
    const [own, other] = [await make(), await make()];
    const elsewhere = await sendTest(other.id);
    await changesNothing(async () => {
      const nothing = call(client, own.id, randomUUID());
      const answers = [call(client, own.id, elsewhere.id), call(client, own.id, hers.delivery.id)];
      await all(notFound, nothing, ...answers);
      const expected = { ...(await nothing).error, request_id: '' };
      for (const answer of answers) expect({ ...(await answer).error, request_id: '' }).toEqual(expected);
    });
  });
});

it('ids are checked before unknown keys, these before the fields, and all before the record', async () => {
  await newAccount();
  const unknown = `/webhooks/${randomUUID()}`;
  await all(
    invalidId,
    client.patch('/webhooks/abc', { ulr: 1 }),
    client.post('/webhooks/abc/replay', { snice: 1 }),
    client.post('/webhooks/abc/rotate-secret', { secret: 1 }),
    client.get('/webhooks/abc/deliveries?limt=1'),
    client.post(`${unknown}/deliveries/abc/retry`, { at: 1 }),
  );
  await invalidRequest(client.patch(unknown, { ulr: 1, url: 'http://a.example' }), 'ulr', 'url');
  await urlRequired(client.patch(unknown, { url: '' }), 'url');
  await invalidUrl(client.patch(unknown, { url: 'https://127.0.0.1' }), 'url');
  await invalidRequest(client.post(`${unknown}/replay`, {}), 'since');
  await invalidRequest(client.post(`${unknown}/test`, { event: 'contact.created' }), 'event');
  await invalidRequest(client.get(`${unknown}/deliveries?status=done`), 'status');
  await all(notFound, client.patch(unknown, { url }), client.patch(unknown, {}));
});

describe('list', () => {
  beforeEach(newAccount);
  const ids = (page: Page<Row>) => page.items.map(({ id }) => id);

  it('newest first, the account’s own only, as GET gives them', async () => {
    const made: Endpoint[] = [];
    for (const description of ['First', 'Second', 'Third']) {
      made.unshift(await make({ description }));
      program.clock.move(seconds(1));
    }
    expect(await list()).toEqual({ items: made, next_cursor: null });
  });

  it('gives 25 unless told otherwise and a cursor as long as there is more', async () => {
    await inTurns(Array.from({ length: 26 }), () => create());
    const page = await list();
    expect(page.items).toHaveLength(25);
    const rest = await list(`?cursor=${page.next_cursor}`);
    expect([rest.items.length, rest.next_cursor]).toEqual([1, null]);
    expect((await list('?limit=26')).next_cursor).toBeNull();
    expect((await list('?limit=100&cursor=')).items).toHaveLength(26);
  });

  it('walks endpoints of one millisecond, each exactly once, while others come and go', async () => {
    program.clock.freeze();
    await inTurns(Array.from({ length: 8 }), () => create());
    const whole = ids(await list());
    program.clock.move(seconds(1));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Endpoint> = await list(`?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...ids(page));
      cursor = page.next_cursor;
      await create();
      await client.delete(`/webhooks/${page.items[0]!.id}`);
    } while (cursor);
    expect(seen).toEqual(whole);
  });

  it('bad and unknown parameters → webhooks.invalid_request', async () => {
    const queries = ['limit=0', 'limit=101', 'limit=abc', 'limit=1.5', 'limit=10&limit=20', 'cursor=abc', 'cursor=%00'];
    const unknown = ['limt=5', 'offset=5', 'search=x', 'is_active=true', 'events=contact.created'];
    await inTurns([...queries, ...unknown], (query) =>
      invalidRequest(client.get(`/webhooks?${query}`), query.split('=', 1)[0]!),
    );
  });

  it('refuses a cursor that was altered, is of another list or of another account', async () => {
    const [first] = [await make(), await make()];
    await Promise.all(['A', 'B'].map((name) => client.post('/sources', { name })));
    await sendTest(first.id);
    await sendTest(first.id);
    const cursorOf = async (path: string) => (await client.get<Page<Row>>(`${path}?limit=1`)).result.next_cursor!;
    const own = await cursorOf('/webhooks');
    expect((await list(`?cursor=${own}`)).items).toEqual([first]);
    const foreign = [await cursorOf('/sources'), await cursorOf(`/webhooks/${first.id}/deliveries`)];
    for (const cursor of [...altered(own), ...foreign]) {
      await invalidRequest(client.get(`/webhooks?cursor=${cursor}`), 'cursor');
    }
    await invalidRequest(stranger.get(`/webhooks?cursor=${own}`), 'cursor');
  });
});

/** Brings a delivery into a state that only attempts bring about. */
const finish = (id: string, status: string) =>
  program.sql('update webhook_deliveries set status = $2, next_attempt_at = null, due_at = null where id = $1', [
    id,
    status,
  ]);

describe('a test', () => {
  beforeAll(newAccount);

  it.each([undefined, {}])('with the body %j is pending and due at once, whatever the endpoint wants', async (body) => {
    program.clock.freeze();
    const { id } = await make({ events: ['project.deleted'] });
    const made = (await client.post<Delivery>(`/webhooks/${id}/test`, body)).result;
    expect(made).toEqual({
      id: idForm,
      endpoint_id: id,
      event_id: idForm,
      event: 'webhook.test',
      status: 'pending',
      attempt_count: 0,
      next_attempt_at: timeForm,
      created_at: program.clock.now().toISOString(),
      attempts: [],
    });
    expect(Date.parse(made.next_attempt_at!)).toBeLessThanOrEqual(program.clock.now().getTime());
    expect(await delivery(id, made.id)).toEqual(made);
    expect(await deliveries(id)).toEqual({ items: [made], next_cursor: null });
  });

  it('each is an event of its own, which is not in the change feed and not replayed', async () => {
    const { id } = await make({ events: allEvents });
    const made = [await sendTest(id), await sendTest(id)];
    expect(new Set(made.map(({ event_id }) => event_id)).size).toBe(2);
    expect((await client.get<Page<Row>>('/events')).result.items).toEqual([]);
    expect(await replay(id, longAgo)).toBe(0);
    expect((await deliveries(id)).items).toHaveLength(2);
  });

  it('is made for one endpoint only', async () => {
    const [one, other] = [await make(), await make()];
    await sendTest(one.id);
    expect((await deliveries(other.id)).items).toEqual([]);
  });

  it('takes no fields and no parameters', async () => {
    const { id } = await make();
    await changesNothing(async () => {
      await invalidRequest(client.post(`/webhooks/${id}/test`, { event: 'contact.created' }), 'event');
      await invalidRequest(client.post(`/webhooks/${id}/test?event=contact.created`), 'event');
    });
  });
});

describe('deliveries', () => {
  let endpoint: Endpoint;
  const path = () => `/webhooks/${endpoint.id}/deliveries`;
  beforeAll(newAccount);
  beforeEach(async () => {
    endpoint = await make({ events: allEvents });
  });

  it('newest first', async () => {
    const made: Delivery[] = [];
    for (let index = 0; index < 3; index++) {
      made.unshift(await sendTest(endpoint.id));
      program.clock.move(seconds(1));
    }
    expect(await deliveries(endpoint.id)).toEqual({ items: made, next_cursor: null });
  });

  it('25 unless told otherwise; those of one millisecond are walked each exactly once, while others come', async () => {
    program.clock.freeze();
    await inTurns(Array.from({ length: 26 }), () => sendTest(endpoint.id));
    const whole = (await deliveries(endpoint.id, '?limit=26&cursor=')).items;
    expect(whole).toHaveLength(26);
    expect((await deliveries(endpoint.id)).items).toEqual(whole.slice(0, 25));
    program.clock.move(seconds(1));
    const seen: Delivery[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Delivery> = await deliveries(endpoint.id, `?limit=7${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.items);
      cursor = page.next_cursor;
      await sendTest(endpoint.id);
    } while (cursor);
    expect(seen).toEqual(whole);
  });

  it('by status', async () => {
    const statuses = ['pending', 'succeeded', 'failed', 'cancelled'];
    for (const status of [...statuses, 'failed']) {
      const { id } = await sendTest(endpoint.id);
      if (status !== 'pending') await finish(id, status);
    }
    const whole = (await deliveries(endpoint.id)).items;
    expect(whole).toHaveLength(5);
    for (const status of statuses) {
      const expected = whole.filter((each) => each.status === status);
      expect((await deliveries(endpoint.id, `?status=${status}`)).items).toEqual(expected);
      for (const each of expected) expect(each.next_attempt_at === null).toBe(status !== 'pending');
    }
    const page = await deliveries(endpoint.id, '?status=failed&limit=1');
    const next = await deliveries(endpoint.id, `?status=failed&limit=1&cursor=${page.next_cursor}`);
    expect([...page.items, ...next.items]).toEqual(whole.filter(({ status }) => status === 'failed'));
    expect(next.next_cursor).toBeNull();
    expect((await deliveries(endpoint.id, '?status=&event=')).items).toEqual(whole);
  });

  it('by event, and by both', async () => {
    await client.post('/contacts', { first_name: 'Grace' });
    await client.post('/companies', { name: 'Acme' });
    const made = await sendTest(endpoint.id);
    expect(await replay(endpoint.id, longAgo)).toBe(2);
    for (const event of ['contact.created', 'company.created']) {
      const { items } = await deliveries(endpoint.id, `?event=${event}`);
      expect(new Set(items.map((item) => item.event))).toEqual(new Set([event]));
      expect((await deliveries(endpoint.id, `?event=${event}&status=pending`)).items).toEqual(items);
      expect((await deliveries(endpoint.id, `?event=${event}&status=failed`)).items).toEqual([]);
    }
    expect((await deliveries(endpoint.id, '?event=webhook.test')).items).toEqual([made]);
    expect((await deliveries(endpoint.id, '?event=contact.deleted')).items).toEqual([]);
  });

  it('bad and unknown parameters → webhooks.invalid_request', async () => {
    const states = ['status=done', 'status=Pending', 'status=pending,failed', 'status=pending&status=failed'];
    const events = ['event=contact', 'event=contact.creatd', 'event=webhook.tests', 'event=a&event=b'];
    const others = ['limit=0', 'limit=101', 'limit=x', 'cursor=abc', 'stauts=failed', 'types=contact.created'];
    await inTurns([...states, ...events, ...others], (query) =>
      invalidRequest(client.get(`${path()}?${query}`), query.split('=', 1)[0]!),
    );
  });

  it('refuse a cursor that was altered, is of another list, endpoint or account', async () => {
    const other = await make();
    for (const { id } of [endpoint, endpoint, other, other]) await sendTest(id);
    const cursorOf = async (list: string) => (await client.get<Page<Row>>(`${list}?limit=1`)).result.next_cursor!;
    const own = await cursorOf(path());
    expect((await deliveries(endpoint.id, `?cursor=${own}`)).items).toHaveLength(1);
    const foreign = [await cursorOf('/webhooks'), await cursorOf(`/webhooks/${other.id}/deliveries`)];
    for (const cursor of [...altered(own), ...foreign]) {
      await invalidRequest(client.get(`${path()}?cursor=${cursor}`), 'cursor');
    }
    await invalidRequest(stranger.get(`/webhooks/${hers.endpoint.id}/deliveries?cursor=${own}`), 'cursor');
  });

  it('stay readable when the endpoint is switched off', async () => {
    const made = await sendTest(endpoint.id);
    await patch(endpoint.id, { is_active: false });
    expect((await delivery(endpoint.id, made.id)).id).toBe(made.id);
    expect((await deliveries(endpoint.id)).items).toHaveLength(1);
  });
});

describe('retry', () => {
  let endpoint: Endpoint;
  const retry = (id: string, body?: object) =>
    client.post<Delivery>(`/webhooks/${endpoint.id}/deliveries/${id}/retry`, body);
  beforeAll(async () => {
    await newAccount();
    endpoint = await make();
  });

  it.each(['succeeded', 'failed', 'cancelled'])('one that %s is pending again, and due at once', async (status) => {
    const made = await sendTest(endpoint.id);
    await finish(made.id, status);
    const before = await delivery(endpoint.id, made.id);
    expect(before).toEqual({ ...made, status, next_attempt_at: null });
    program.clock.freeze();
    program.clock.move(minutes(1));
    const { result } = await retry(made.id);
    expect(result).toEqual({ ...before, status: 'pending', next_attempt_at: timeForm });
    expect(Date.parse(result.next_attempt_at!)).toBeLessThanOrEqual(program.clock.now().getTime());
    expect(await delivery(endpoint.id, made.id)).toEqual(result);
    expect((await deliveries(endpoint.id, '?limit=1')).items).toEqual([result]);
  });

  it('one that is pending does not wait any longer', async () => {
    const made = await sendTest(endpoint.id);
    const later = new Date(program.clock.now().getTime() + minutes(60)).toISOString();
    const moved = 'update webhook_deliveries set next_attempt_at = $2, due_at = $2 where id = $1';
    await program.sql(moved, [made.id, later]);
    expect((await delivery(endpoint.id, made.id)).next_attempt_at).toBe(later);
    const { result } = await retry(made.id, {});
    expect(result).toEqual({ ...made, next_attempt_at: timeForm });
    expect(Date.parse(result.next_attempt_at!)).toBeLessThanOrEqual(program.clock.now().getTime());
    expect(await delivery(endpoint.id, made.id)).toEqual(result);
  });

  it('touches no other delivery', async () => {
    const [one, other] = [await sendTest(endpoint.id), await sendTest(endpoint.id)];
    await finish(one.id, 'failed');
    await finish(other.id, 'failed');
    await retry(one.id);
    expect((await delivery(endpoint.id, other.id)).status).toBe('failed');
  });

  it('takes no fields and no parameters', async () => {
    const made = await sendTest(endpoint.id);
    await finish(made.id, 'failed');
    await changesNothing(async () => {
      await invalidRequest(retry(made.id, { at: longAgo }), 'at');
      await invalidRequest(client.post(`/webhooks/${endpoint.id}/deliveries/${made.id}/retry?now=1`), 'now');
    });
  });
});

describe('replay', () => {
  beforeEach(newAccount);
  const contact = async (as = client) => (await as.post<Row>('/contacts', { first_name: 'Grace' })).result.id;
  const now = () => program.clock.now().toISOString();

  it('counts the events of the wanted types since that moment, itself included', async () => {
    program.clock.freeze();
    const times: string[] = [];
    const step = async (change: Promise<unknown>) => {
      await change;
      times.push(now());
      program.clock.move(seconds(1));
    };
    const [first, second] = await Promise.all([contact(), contact()]);
    program.clock.move(seconds(1));
    await step(client.patch(`/contacts/${first}`, { last_name: 'Hopper' }));
    await step(client.post('/companies', { name: 'Acme' }));
    await step(client.delete(`/contacts/${second}`));
    await step(client.patch(`/contacts/${first}`, { last_name: 'Murray' }));
    const { id } = await make({ events: ['contact.created', 'contact.updated'] });
    const [updated, , deleted, last] = times as [string, string, string, string];

    expect(await replay(id, longAgo)).toBe(4);
    expect(await replay(id, '2000-01-01T00:00:00+14:00')).toBe(4);
    expect(await replay(id, updated)).toBe(2);
    expect(await replay(id, deleted)).toBe(1);
    expect(await replay(id, last)).toBe(1);
    expect(await replay(id, last.replace('Z', '+00:00'))).toBe(1);
    expect(await replay(id, new Date(Date.parse(last) + 1).toISOString())).toBe(0);
    expect(await replay(id, '2100-01-01T00:00:00Z')).toBe(0);
    await patch(id, { events: ['company.created', 'contact.deleted', 'activity.created'] });
    expect(await replay(id, longAgo)).toBe(2);
    const other = await make({ events: allEvents });
    expect(await replay(other.id, longAgo)).toBe(6);
    expect(await replay(hers.endpoint.id, longAgo, stranger)).toBe(0);
  });

  it('makes deliveries of the same events, for this endpoint only', async () => {
    await contact(program.client.as(await program.register()));
    await Promise.all([contact(), contact(), contact()]);
    await client.post('/companies', { name: 'Acme' });
    const [{ id }, other] = [await make(), await make()];
    const feed = (await client.get<Page<Row>>('/events?types=contact.created')).result.items;
    expect(feed).toHaveLength(3);
    expect(await replay(id, longAgo)).toBe(3);
    const { items } = await deliveries(id);
    expect(new Set(items.map(({ event_id }) => event_id))).toEqual(new Set(feed.map((event) => event.id)));
    for (const item of items) {
      expect(item).toMatchObject({ endpoint_id: id, event: 'contact.created', status: 'pending', attempt_count: 0 });
      expect(item).toMatchObject({ attempts: [], next_attempt_at: timeForm });
    }
    const elsewhere = (await deliveries(other.id)).items.map(({ endpoint_id }) => endpoint_id);
    expect(elsewhere.filter((endpoint) => endpoint !== other.id)).toEqual([]);
  });

  it.each([
    { what: 'null', since: null },
    { what: 'empty', since: '' },
    { what: 'a number', since: 1_735_689_600_000 },
    { what: 'true', since: true },
    { what: 'an array', since: [longAgo] },
    { what: 'a word', since: 'yesterday' },
    { what: 'a date', since: '2025-01-01' },
    { what: 'without an offset', since: '2025-01-01T00:00:00' },
    { what: 'a day that does not exist', since: '2025-02-30T00:00:00Z' },
  ])('since that is $what → webhooks.invalid_request', async ({ since }) => {
    await contact();
    const { id } = await make();
    await changesNothing(() => invalidRequest(tryReplay(id, { since }), 'since'));
  });

  it('without since, and with unknown keys → webhooks.invalid_request', async () => {
    await contact();
    const { id } = await make();
    const path = `/webhooks/${id}/replay`;
    await changesNothing(async () => {
      await invalidRequest(tryReplay(id, {}), 'since');
      await all(refused, client.post(path), client.post(path, '{'), client.post(path, '[]'));
      await invalidRequest(tryReplay(id, { since: longAgo, types: ['contact.created'] }), 'types');
      await invalidRequest(client.post(`${path}?since=${longAgo}`, { since: longAgo }), 'since');
      const typo = tryReplay(id, { sinc: longAgo });
      await invalidRequest(typo, 'sinc', 'since');
      expect((await typo).error.details?.[0]?.message).toContain('"since"');
    });
  });
});

it('nothing is sent to an endpoint that is switched off: test, retry and replay → webhooks.invalid_request', async () => {
  await newAccount();
  await client.post('/contacts', { first_name: 'Grace' });
  const { id } = await make();
  const made = await sendTest(id);
  await finish(made.id, 'failed');
  await patch(id, { is_active: false });
  const path = `/webhooks/${id}`;
  const calls = () => [
    client.post(`${path}/test`),
    client.post(`${path}/deliveries/${made.id}/retry`),
    client.post(`${path}/replay`, { since: longAgo }),
  ];
  await changesNothing(() => all(refused, ...calls()));
  await patch(id, { is_active: true });
  await all(good, ...calls());
});

describe('when the database fails → webhooks.internal, and nothing is half-done', () => {
  beforeAll(newAccount);
  const writes = /(insert into|update|delete from) "?webhooks\b/i;
  const reads = /from "?webhooks\b/i;
  const statements: Readonly<Record<string, RegExp>> = {
    'GET of the list': reads,
    GET: reads,
    POST: writes,
    PATCH: writes,
    'rotate-secret': writes,
    DELETE: writes,
    test: /insert into "?webhook_deliveries\b/i,
    'GET of deliveries': /from "?webhook_deliveries\b/i,
    'GET of a delivery': /from "?webhook_deliveries\b/i,
    retry: /update "?webhook_deliveries\b/i,
    replay: /insert into "?webhook_deliveries\b/i,
  };

  it.each([...ofNone, ...ofOne])('$name', async ({ name, call }: { name: string; call: Call }) => {
    await client.post('/contacts', { first_name: 'Grace' });
    const { id } = await make();
    const made = await sendTest(id);
    await finish(made.id, 'failed');
    await changesNothing(async () => {
      const restore = breakDatabase(statements[name]!);
      try {
        const { status, error } = await call(client, id, made.id);
        expect([status, error.code]).toEqual([500, 'webhooks.internal']);
        expect(error.message).not.toMatch(/terminated|sql|select|insert|update|delete/i);
        const told = program.log.find((line) => line.includes(error.request_id) && line.includes('"error"'));
        expect(told).toMatch(/Connection terminated/);
      } finally {
        restore();
      }
    });
    await all(good, call(client, id, made.id));
  });
});

it('secrets are shown once: in no later answer, not in the log, and nowhere in clear in the database', async () => {
  await newAccount();
  await client.post('/contacts', { first_name: 'Grace' });
  const first = await create({ description: 'Secretive' });
  const { id } = first;
  const [second, third] = [await rotate(id), await rotate(id)];
  const secrets = [first, second, third].map(({ secret }) => secret);
  const made = await sendTest(id);
  const answers = await Promise.all([
    client.get(`/webhooks/${id}`),
    client.get('/webhooks'),
    client.patch(`/webhooks/${id}`, { description: 'Changed', is_active: true }),
    client.post(`/webhooks/${id}/replay`, { since: longAgo }),
    client.get(`/webhooks/${id}/deliveries`),
    client.get(`/webhooks/${id}/deliveries/${made.id}`),
    client.post(`/webhooks/${id}/deliveries/${made.id}/retry`),
    client.post(`/webhooks/${id}/test`),
    client.get('/events'),
    client.patch(`/webhooks/${id}`, { url: third.secret }),
    client.post('/webhooks', `{"url":"${third.secret}"`),
  ]);
  const restore = breakDatabase(/update "?webhooks\b/i, Object.assign(new Error('broken'), { code: '22021' }));
  const failed = await client.post(`/webhooks/${id}/rotate-secret`).finally(restore);
  expect(failed.status).toBe(500);
  const said = JSON.stringify([...answers, failed].map(({ body }) => body));

  const keys = secrets.map((secret) => secret.slice('whsec_'.length));
  const hidden = [...secrets, ...keys, ...keys.map((key) => key.slice(4))].flatMap((text) => [
    text,
    Buffer.from(text).toString('hex'),
    Buffer.from(text).toString('base64'),
  ]);
  for (const key of keys) {
    const bytes = Buffer.from(key, 'base64');
    hidden.push(bytes.toString('hex'), bytes.toString('base64url'));
  }
  const toldIn = (text: string) => hidden.filter((secret) => text.includes(secret));
  expect(toldIn(said)).toEqual([]);
  const log = program.log.join('\n');
  expect(log).toContain(`/api/v1/webhooks/${id}`);
  expect(toldIn(log)).toEqual([]);
  const tables = ['webhooks', 'webhook_deliveries', 'events'];
  const rows = await Promise.all(
    tables.map((table) => program.sql(`select t::text from ${table} t where account_id = $1`, [ada.user.account_id])),
  );
  const stored = JSON.stringify(rows);
  expect(stored).toContain(third.secret_prefix);
  expect(toldIn(stored)).toEqual([]);
});

describe('what waits', () => {
  const limits = () => program.app.get(BacklogLimits, { strict: false });
  const usual = { ...new BacklogLimits() };
  beforeEach(async () => {
    await newAccount();
    // The clock stands, so that nothing is counted again unless the test moves it.
    program.clock.freeze();
  });
  afterEach(() => void Object.assign(limits(), usual));

  /** Makes so many contacts, a second apart, and the deliveries that tell of them. @returns when each was made. */
  async function happen(count: number): Promise<string[]> {
    const times: string[] = [];
    for (let index = 0; index < count; index++) {
      program.clock.move(seconds(1));
      times.push((await client.post<{ created_at: string }>('/contacts', { first_name: 'Grace' })).result.created_at);
    }
    await client.get('/events');
    await handOn();
    return times;
  }
  const handOn = async () => {
    while ((await program.app.get(FanOut, { strict: false }).run()) > 0);
  };
  const pending = async ({ id }: Row) => (await deliveries(id, '?status=pending&limit=100')).items.length;
  const missed = async ({ id }: Row) => (await get(id)).missed_since;
  /** The oldest ones of them. */
  const succeed = (endpoint: Row, count: number) =>
    program.sql(
      `update webhook_deliveries set status = 'succeeded', next_attempt_at = null, due_at = null where id = any (array(
         select id from webhook_deliveries where endpoint_id = $1 and status = 'pending' order by id limit $2
       ))`,
      [endpoint.id, count],
    );

  it('of an account is 100,000 deliveries at most, of which each endpoint is sure of 1,000', () => {
    expect(usual).toEqual({ account: 100_000, endpoint: 1_000 });
  });

  it('beyond that an event is in the feed only, and the endpoint shows since when', async () => {
    Object.assign(limits(), { account: 3, endpoint: 1 });
    const endpoint = await make();
    const times = await happen(3);
    expect([await pending(endpoint), await missed(endpoint)]).toEqual([3, null]);
    const later = await happen(2);
    expect([await pending(endpoint), await missed(endpoint)]).toEqual([3, later[0]]);
    expect((await list()).items).toEqual([{ ...endpoint, missed_since: later[0] }]);
    const feed = (await client.get<Page<{ timestamp: string }>>('/events')).result.items;
    expect(feed.map(({ timestamp }) => timestamp)).toEqual([...times, ...later]);
    // There is room again, so what happens then is sent; what was missed stays missed.
    await succeed(endpoint, 2);
    await happen(1);
    expect([await pending(endpoint), await missed(endpoint)]).toEqual([2, later[0]]);
  });

  it('a replay from there makes as many as there is room for, and goes on from where it ended', async () => {
    Object.assign(limits(), { account: 3, endpoint: 1 });
    const endpoint = await make();
    const [, , , fourth, fifth, , seventh] = await happen(7);
    expect(await missed(endpoint)).toBe(fourth);
    expect([await replay(endpoint.id, fourth!), await missed(endpoint)]).toEqual([0, fourth]);
    await succeed(endpoint, 1);
    program.clock.move(seconds(1));
    expect([await replay(endpoint.id, fourth!), await missed(endpoint)]).toEqual([1, fifth]);
    await succeed(endpoint, 2);
    program.clock.move(seconds(1));
    expect([await replay(endpoint.id, fifth!), await missed(endpoint)]).toEqual([2, seventh]);
    // Not from there: what was missed is still to be sent.
    await succeed(endpoint, 2);
    program.clock.move(seconds(1));
    const behind = new Date(Date.parse(seventh!) + 1).toISOString();
    expect([await replay(endpoint.id, behind), await missed(endpoint)]).toEqual([0, seventh]);
    expect([await replay(endpoint.id, seventh!), await missed(endpoint)]).toEqual([1, null]);
    const events = (await client.get<Page<Row>>('/events')).result.items.map(({ id }) => id);
    const made = (await deliveries(endpoint.id, '?limit=100')).items.map(({ event_id }) => event_id);
    expect([...made].sort()).toEqual([...events].sort());
  });

  it('a replay from before that sends it too', async () => {
    Object.assign(limits(), { account: 3, endpoint: 1 });
    const endpoint = await make();
    const times = await happen(5);
    Object.assign(limits(), usual);
    expect([await replay(endpoint.id, times[1]!), await missed(endpoint)]).toEqual([4, null]);
  });

  it('a replay of what is not missed marks what it leaves out', async () => {
    Object.assign(limits(), { account: 5, endpoint: 1 });
    const endpoint = await make();
    const times = await happen(4);
    expect([await replay(endpoint.id, longAgo), await missed(endpoint)]).toEqual([1, times[1]]);
    expect(await pending(endpoint)).toBe(5);
    // What happens then is missed too, and moves the mark no further.
    await happen(1);
    expect(await missed(endpoint)).toBe(times[1]);
    await succeed(endpoint, 5);
    program.clock.move(seconds(1));
    expect([await replay(endpoint.id, times[1]!), await missed(endpoint)]).toEqual([4, null]);
  });

  it('what was missed is sent whenever it happened, by its place in the feed', async () => {
    Object.assign(limits(), { account: 2, endpoint: 1 });
    const endpoint = await make();
    const [, second, third] = await happen(4);
    // The clock of another process was late, or its transaction took long.
    await program.sql(`update events set created_at = $2 where account_id = $1 and created_at > $3`, [
      ada.user.account_id,
      second,
      third,
    ]);
    expect(await missed(endpoint)).toBe(third);
    await succeed(endpoint, 2);
    program.clock.move(seconds(1));
    expect([await replay(endpoint.id, third!), await missed(endpoint)]).toEqual([2, null]);
  });

  it('an endpoint that takes all there is leaves to the others what they are sure of', async () => {
    Object.assign(limits(), { account: 6, endpoint: 2 });
    const [dead, other] = [await make(), await make({ events: ['company.created'] })];
    await happen(6);
    expect([await pending(dead), await pending(other)]).toEqual([4, 0]);
    for (let count = 0; count < 3; count++) await client.post('/companies', { name: 'Acme' });
    await happen(0);
    expect([await pending(other), await missed(other)]).toEqual([2, expect.any(String)]);
    await succeed(other, 2);
    await client.post('/companies', { name: 'Acme' });
    program.clock.move(seconds(1));
    await happen(0);
    expect([await pending(dead), await pending(other)]).toEqual([4, 1]);
  });

  it('tests and retries find no room either → rate_limit.exceeded', async () => {
    Object.assign(limits(), { account: 2, endpoint: 1 });
    const { id } = await make();
    const [done, waits] = [await sendTest(id), await sendTest(id)];
    await finish(done.id, 'succeeded');
    program.clock.move(seconds(1));
    await sendTest(id);
    await changesNothing(async () => {
      for (const call of [
        client.post(`/webhooks/${id}/test`),
        client.post(`/webhooks/${id}/deliveries/${done.id}/retry`),
      ]) {
        const { status, error, headers } = await call;
        expect([status, error.code, headers['retry-after']]).toEqual([429, 'rate_limit.exceeded', '60']);
      }
    });
    // It waits already.
    await all(good, client.post(`/webhooks/${id}/deliveries/${waits.id}/retry`));
  });

  it('is counted again, where very much waits only after a while', async () => {
    Object.assign(limits(), { account: 3, endpoint: 1 });
    const endpoint = await make();
    await happen(3);
    await program.sql(`update webhooks set count_again_at = $2 where id = $1`, [
      endpoint.id,
      new Date(program.clock.now().getTime() + seconds(30)),
    ]);
    await succeed(endpoint, 3);
    await happen(1);
    expect(await pending(endpoint)).toBe(0);
    program.clock.move(seconds(30));
    await happen(1);
    expect(await pending(endpoint)).toBe(1);
  });

  it('of the previous release is counted as well', async () => {
    Object.assign(limits(), { account: 3, endpoint: 1 });
    const endpoint = await make();
    await program.sql(
      `insert into webhook_deliveries (id, account_id, endpoint_id, url_version, event_id, event, status, attempt, attempt_count,
         attempts, next_attempt_at, due_at, created_at)
       select gen_random_uuid(), $1, $2, 0, gen_random_uuid(), 'contact.created', 'pending', 0, 0, '[]', now(), now(), now()
       from generate_series(1, 2)`,
      [ada.user.account_id, endpoint.id],
    );
    const [, second] = await happen(2);
    expect([await pending(endpoint), await missed(endpoint)]).toEqual([3, second]);
  });

  it('makes a replay of very many a few at a time, and a failure in between loses no mark', async () => {
    const endpoint = await make();
    Object.assign(limits(), { account: 1, endpoint: 1 });
    const [, second] = await happen(2);
    await program.sql(
      `insert into events (id, account_id, type, entity_id, data, created_at, position)
       select gen_random_uuid(), $1, 'contact.created', gen_random_uuid(), '{}', $2, nextval('events_position_seq')
       from generate_series(1, 12000)`,
      [ada.user.account_id, program.clock.now()],
    );
    Object.assign(limits(), usual);
    const mend = breakDatabase(/pg_advisory_xact_lock\(hashtextextended\('replay/);
    const failed = await tryReplay(endpoint.id, { since: second! }).finally(mend);
    expect(failed.status).toBe(500);
    const [{ count }] = (await program.sql(
      'select count(*)::int as count from webhook_deliveries where endpoint_id = $1',
      [endpoint.id],
    )) as [{ count: number }];
    expect([count, await missed(endpoint)]).toEqual([5_001, second]);
    expect([await replay(endpoint.id, second!), await missed(endpoint)]).toEqual([7_001, null]);
  });
});

describe('bounds', () => {
  beforeEach(newAccount);

  it('an account has at most 100 endpoints', async () => {
    const { id } = await make();
    await program.sql(
      `insert into webhooks (id, account_id, url, url_version, description, events, is_active, secret, secret_prefix, healthy_at,
         failed_attempts, created_at, updated_at)
       select gen_random_uuid(), account_id, url, 0, '', events, true, secret, secret_prefix, created_at, 0, created_at, updated_at
       from webhooks, generate_series(1, 99) where id = $1`,
      [id],
    );
    const refused = await client.post('/webhooks', { url: 'https://hooks.example.com', events: ['contact.created'] });
    expect([refused.status, refused.error.code]).toEqual([400, 'webhooks.invalid_request']);
    expect(refused.error.message).toContain('100');
    await client.delete(`/webhooks/${id}`);
    await make();
  });

  it('one replay runs in an account at a time', async () => {
    const { id } = await make();
    const since = new Date().toISOString();
    await withClient(workerDatabaseUrl(), async (rival) => {
      await rival.query('begin');
      await rival.query(`select pg_advisory_xact_lock(hashtextextended('replay ' || $1::text, 0))`, [
        ada.user.account_id,
      ]);
      const refused = await client.post(`/webhooks/${id}/replay`, { since });
      expect([refused.status, refused.error.code]).toEqual([429, 'rate_limit.exceeded']);
      await rival.query('commit');
    });
    expect((await client.post(`/webhooks/${id}/replay`, { since })).result).toEqual({ count: 0 });
  });
});
