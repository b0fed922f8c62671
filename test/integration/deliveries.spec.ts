import { BacklogLimits } from '../../src/contexts/webhooks/backlog';
import type { Page } from '../../src/kernel/page';
import { newEmail, password, startApp, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { days, minutes, seconds } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import type { Mail } from '../support/mail';
import { outcome } from '../support/outcome';
import {
  answering,
  hanging,
  type Receiver,
  startReceiver,
  takeTimeLimits,
  trustTestCertificates,
  verified,
} from '../support/receiver';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/server-process';
import { breakDatabase } from '../support/statements';

interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly is_active: boolean;
  readonly disabled_reason: string | null;
  readonly missed_since: string | null;
}

interface Shown extends Endpoint {
  readonly secret: string;
}

interface Attempt {
  readonly at: string;
  readonly status: number | null;
  readonly failure: string | null;
  readonly duration_ms: number;
  readonly response_start: string;
}

interface Delivery {
  readonly id: string;
  readonly endpoint_id: string;
  readonly event_id: string;
  readonly event: string;
  readonly status: string;
  readonly attempt_count: number;
  readonly next_attempt_at: string | null;
  readonly attempts: readonly Attempt[];
}

interface Item {
  readonly id: string;
  readonly event: string;
  readonly timestamp: string;
  readonly account_id: string;
  readonly data: Record<string, unknown>;
  readonly previous?: Record<string, unknown>;
}

type Row = Record<string, unknown> & { readonly id: string };

const hours = (count: number) => minutes(count * 60);
/** After each failed attempt but the last. */
const waits = [seconds(5), minutes(5), minutes(30), ...[2, 5, 10, 14, 20, 24].map(hours)];
/** The longest that a wait may become. */
const jittered = (wait: number) => wait * 1.2;
const allEvents = ['contact', 'company', 'project', 'activity'].flatMap((kind) =>
  ['created', 'updated', 'deleted'].map((what) => `${kind}.${what}`),
);

let environment: Record<string, string>;
let program: TestApp;
let receiver: Receiver;
let ada: SignedIn;
let client: Client;
let signedInAt: number;

const start = () => startApp({ WORKERS: 'on', WEBHOOK_ALLOWED_HOSTS: 'localhost', ...environment });
const now = () => program.clock.now().getTime();

async function signIn(): Promise<void> {
  ada = (await program.client.post<SignedIn>('/auth/login', { email: ada.user.email, password })).result;
  client = program.client.as(ada);
  signedInAt = now();
}

/** Moves the clock and lets happen what is due then; a token lives for 15 minutes. */
async function later(milliseconds: number): Promise<void> {
  program.clock.move(milliseconds);
  await program.deliver();
  if (now() - signedInAt > minutes(14)) await signIn();
}

const create = async (input: object = {}, as = client) =>
  (await as.post<Shown>('/webhooks', { url: receiver.url, events: ['contact.created'], ...input })).result;
const get = async ({ id }: Endpoint) => (await client.get<Endpoint>(`/webhooks/${id}`)).result;
const patch = async ({ id }: Endpoint, input: object) =>
  (await client.patch<Endpoint>(`/webhooks/${id}`, input)).result;
const rotate = async ({ id }: Endpoint) => (await client.post<Shown>(`/webhooks/${id}/rotate-secret`)).result;
const deliveries = async ({ id }: Endpoint, query = '') =>
  (await client.get<Page<Delivery>>(`/webhooks/${id}/deliveries?limit=100${query}`)).result.items;
const statuses = async (endpoint: Endpoint) => (await deliveries(endpoint)).map(({ status }) => status);
const retry = (endpoint: Endpoint, { id }: Delivery) =>
  client.post<Delivery>(`/webhooks/${endpoint.id}/deliveries/${id}/retry`);
const replay = async ({ id }: Endpoint, since: string) =>
  (await client.post<{ count: number }>(`/webhooks/${id}/replay`, { since })).result.count;
const feed = async () => (await client.get<{ items: Item[] }>('/events?limit=100')).result.items;

async function only(endpoint: Endpoint): Promise<Delivery> {
  const items = await deliveries(endpoint);
  expect(items).toHaveLength(1);
  return items[0]!;
}

const contact = async (first_name = 'Grace', as = client) => (await as.post<Row>('/contacts', { first_name })).result;
const contacts = (count: number) => Promise.all(Array.from({ length: count }, () => contact()));

/** What the receiver got, by event id. */
const ids = () => receiver.requests.map(({ headers }) => headers['webhook-id']);
const bodies = () => receiver.requests.map((request) => request.body as Item);
const body = (index = 0) => bodies()[index]!;

async function invited(role: string): Promise<SignedIn> {
  const email = newEmail();
  const invitation = { email, name: 'Grace Hopper', role };
  const { invite_token } = (await client.post<{ invite_token: string }>('/users/invite', invitation)).result;
  return (await program.client.post<SignedIn>('/auth/accept-invite', { token: invite_token, password })).result;
}

/** Those that this user got about the endpoint. */
async function mailsAbout({ url }: Endpoint, { user }: SignedIn = ada): Promise<Mail[]> {
  const waiting = async () => (await program.sql('select 1 from mails limit 1')).length;
  while (await waiting()) await program.mailsTo(user.email);
  return (await program.mailsTo(user.email)).filter(({ text }) => text.includes(url));
}

/** A new contact, and ten failed attempts to tell of it. */
async function exhaust(): Promise<void> {
  receiver.answer = answering(500);
  await contact();
  await program.deliver();
  for (const wait of waits) await later(jittered(wait));
}

beforeAll(async () => {
  trustTestCertificates();
  // What other tests of this database left behind would be delivered, too.
  await withClient(workerDatabaseUrl(), (direct) =>
    direct.query('truncate events, webhooks, webhook_deliveries, webhook_fan_outs, mails'),
  );
});

function delivering(): void {
  beforeAll(async () => {
    program = await start();
  });
  afterAll(() => program.close());
  beforeEach(async () => {
    program.clock.reset();
    program.clock.freeze();
    for (const table of ['webhook_deliveries', 'mails']) await program.sql(`delete from ${table}`);
    receiver = await startReceiver();
    ada = await program.register();
    client = program.client.as(ada);
    signedInAt = now();
  });
  afterEach(async () => {
    await receiver.close();
    jest.restoreAllMocks();
  });

  describe('a delivery', () => {
    it('is a signed POST of the event, whose record is as GET gives it', async () => {
      const endpoint = await create();
      const grace = await contact('Gräce 🌊');
      await program.deliver();
      const [request, ...others] = receiver.requests;
      expect(others).toEqual([]);
      expect(verified(request!, endpoint.secret, program.clock.now())).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        event: 'contact.created',
        timestamp: grace.created_at,
        account_id: ada.user.account_id,
        data: grace,
      });
      expect(Object.keys(body())).toEqual(['id', 'event', 'timestamp', 'account_id', 'data']);
      const { result } = await client.get(`/contacts/${grace.id}`);
      expect(JSON.stringify(body().data)).toBe(JSON.stringify(result));
      expect(request).toMatchObject({
        method: 'POST',
        path: '/hook',
        headers: {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(request!.raw)),
          'user-agent': expect.stringMatching(/^Tideline/),
          'webhook-id': body().id,
          'webhook-timestamp': String(Math.floor(now() / 1_000)),
          'webhook-signature': expect.stringMatching(/^v1,[0-9A-Za-z+/]{43}=$/),
        },
      });
      expect(await feed()).toEqual([body()]);
    });

    it('is kept with what came of it', async () => {
      const endpoint = await create();
      await contact();
      await program.deliver();
      const delivery = await only(endpoint);
      expect(delivery).toEqual({
        id: expect.any(String),
        endpoint_id: endpoint.id,
        event_id: body().id,
        event: 'contact.created',
        status: 'succeeded',
        attempt_count: 1,
        next_attempt_at: null,
        created_at: expect.any(String),
        attempts: [
          {
            at: program.clock.now().toISOString(),
            status: 200,
            failure: null,
            duration_ms: expect.any(Number),
            response_start: 'ok',
          },
        ],
      });
      expect((await client.get(`/webhooks/${endpoint.id}/deliveries/${delivery.id}`)).result).toEqual(delivery);
      await later(days(2));
      expect(receiver.requests).toHaveLength(1);
    });

    it.each([
      { kind: 'contact', path: '/contacts', input: { first_name: 'Grace' }, change: { first_name: 'Ada' } },
      { kind: 'company', path: '/companies', input: { name: 'Navy' }, change: { name: 'Army' } },
      { kind: 'project', path: '/projects', input: { name: 'COBOL' }, change: { name: 'FLOW-MATIC' } },
      {
        kind: 'activity',
        path: '/activities',
        input: { activity_type: 'call', metadata: { outcome: 'busy' } },
        change: { metadata: { outcome: 'connected' } },
      },
    ])('tells when a $kind is created, updated and deleted', async ({ kind, path, input, change }) => {
      const link = kind === 'activity' ? { contact_id: (await contact()).id } : {};
      await create({ events: allEvents.filter((event) => event.startsWith(kind)) });
      const created = (await client.post<Row>(path, { ...input, ...link })).result;
      await program.deliver();
      program.clock.move(seconds(1));
      const updated = (await client.patch<Row>(`${path}/${created.id}`, change)).result;
      await program.deliver();
      await client.delete(`${path}/${created.id}`);
      await program.deliver();
      expect(bodies().map(({ event }) => event)).toEqual([`${kind}.created`, `${kind}.updated`, `${kind}.deleted`]);
      expect(bodies().map(({ data }) => data)).toEqual([created, updated, { ...updated, version: 3 }]);
      expect([created.version, updated.version]).toEqual([1, 2]);
      const earlier = Object.fromEntries(Object.keys(change).map((field) => [field, created[field]]));
      expect(bodies().map(({ previous }) => previous)).toEqual([undefined, earlier, undefined]);
      expect(Object.keys(body(1))).toEqual(['id', 'event', 'timestamp', 'account_id', 'data', 'previous']);
    });

    it('is made of events of its types in its account, and of no others', async () => {
      const grace = program.client.as(await program.register());
      await create({ events: ['contact.updated'] });
      await create({ url: `${receiver.url}/hers`, events: ['contact.created', 'company.created'] }, grace);
      const { id } = await contact();
      await client.post('/companies', { name: 'Navy' });
      await client.patch(`/contacts/${id}`, { first_name: 'Grace' });
      await program.deliver();
      expect(receiver.requests).toEqual([]);
      await client.patch(`/contacts/${id}`, { first_name: 'Ada' });
      await contact('Hers', grace);
      await program.deliver();
      const told = receiver.requests.map((request) => [request.path, (request.body as Item).event]);
      expect(told.sort()).toEqual([
        ['/hook', 'contact.updated'],
        ['/hook/hers', 'contact.created'],
      ]);
    });

    it('has the same id and bytes at every endpoint, and a signature of its own', async () => {
      const endpoints = [await create(), await create({ url: `${receiver.url}?second` })];
      await contact();
      await program.deliver();
      expect(new Set(ids()).size).toBe(1);
      expect(new Set(receiver.requests.map(({ raw }) => raw)).size).toBe(1);
      for (const request of receiver.requests) {
        const [own, other] = request.path === '/hook' ? endpoints : endpoints.toReversed();
        verified(request, own!.secret, program.clock.now());
        expect(() => verified(request, other!.secret, program.clock.now())).toThrow('signature');
      }
    });

    it.each([
      { outcome: 'are all recorded', failures: 0 },
      { outcome: 'are recorded one by one when that fails for all together', failures: 1 },
      { outcome: 'are recorded later when it fails for some of them alone', failures: 4 },
    ])('and many others that end at once $outcome, and none is sent again', async ({ failures }) => {
      const held: (() => void)[] = [];
      receiver.answer = (_, response) => void held.push(() => response.end('ok'));
      const grace = program.client.as(await program.register());
      const endpoints: { endpoint: Endpoint; as: Client }[] = [];
      for (const as of [client, grace]) {
        for (const path of ['first', 'second', 'third']) {
          endpoints.push({ endpoint: await create({ url: `${receiver.url}/${path}` }, as), as });
        }
        await Promise.all(['A', 'B', 'C', 'D'].map((name) => contact(name, as)));
      }
      await receiver.arrived(24);
      const broken = new Error('Connection terminated unexpectedly');
      const mend = failures > 0 ? breakDatabase(/set status = 'succeeded'/, broken, failures) : () => undefined;
      for (const release of held) release();
      await program.deliver();
      mend();
      for (const { endpoint, as } of endpoints) {
        const { items } = (await as.get<Page<Delivery>>(`/webhooks/${endpoint.id}/deliveries`)).result;
        const expected = { status: 'succeeded', attempt_count: 1, next_attempt_at: null, attempts: [{ status: 200 }] };
        expect(items).toMatchObject(Array(4).fill(expected));
      }
      expect(receiver.requests).toHaveLength(24);
    });

    it('succeeds with any 2xx', async () => {
      const good = [200, 201, 202, 204, 206, 299];
      receiver.answer = (request, response, nth) => answering(good[nth - 1]!)(request, response, nth);
      const endpoint = await create();
      await contacts(good.length);
      await program.deliver();
      const attempts = (await deliveries(endpoint)).map((delivery) => [delivery.status, delivery.attempts[0]!.status]);
      expect(attempts.sort()).toEqual(good.map((status) => ['succeeded', status]));
    });

    it('may be a test: of no type that was asked for, of no event in the feed', async () => {
      const endpoint = await create({ events: ['company.deleted'] });
      receiver.answer = answering(500);
      const test = (await client.post<Delivery>(`/webhooks/${endpoint.id}/test`)).result;
      expect(test).toMatchObject({ endpoint_id: endpoint.id, event: 'webhook.test' });
      await program.deliver();
      receiver.answer = answering(200);
      await later(seconds(6));
      expect(await only(endpoint)).toMatchObject({ id: test.id, status: 'succeeded', attempt_count: 2 });
      expect(ids()).toEqual([test.event_id, test.event_id]);
      expect(verified(receiver.requests[1]!, endpoint.secret, program.clock.now())).toEqual({
        id: test.event_id,
        event: 'webhook.test',
        timestamp: expect.any(String),
        account_id: ada.user.account_id,
        data: { endpoint_id: endpoint.id },
      });
      expect(receiver.requests[1]!.raw).toBe(receiver.requests[0]!.raw);
      expect(await feed()).toEqual([]);
    });
  });

  describe('a failed delivery', () => {
    it('is tried ten times in all, with the waits of the schedule, each time with the same id and bytes', async () => {
      receiver.answer = answering(500, {}, 'not today');
      const endpoint = await create();
      await contact();
      await program.deliver();
      const moments = [program.clock.now()];
      let waited = 0;
      for (const [index, wait] of waits.entries()) {
        const { status, attempt_count, next_attempt_at } = await only(endpoint);
        expect([status, attempt_count]).toEqual(['pending', index + 1]);
        const next = Date.parse(next_attempt_at!) - now();
        expect(next).toBeGreaterThanOrEqual(wait);
        expect(next).toBeLessThanOrEqual(jittered(wait));
        waited += next;
        await later(next - 1);
        expect(receiver.requests).toHaveLength(index + 1);
        await later(1);
        expect(receiver.requests).toHaveLength(index + 2);
        moments.push(program.clock.now());
      }
      // Nine jitters are not all nothing.
      expect(waited).toBeGreaterThan(waits.reduce((sum, wait) => sum + wait));

      expect(await only(endpoint)).toMatchObject({
        status: 'failed',
        attempt_count: 10,
        next_attempt_at: null,
        attempts: moments.map((at) => ({
          at: at.toISOString(),
          status: 500,
          failure: 'status',
          response_start: 'not today',
        })),
      });
      for (const [index, request] of receiver.requests.entries()) {
        verified(request, endpoint.secret, moments[index]);
        expect(request.headers['webhook-timestamp']).toBe(String(Math.floor(moments[index]!.getTime() / 1_000)));
      }
      expect(new Set(ids()).size).toBe(1);
      expect(new Set(receiver.requests.map(({ raw }) => raw)).size).toBe(1);
      await later(hours(30));
      expect(receiver.requests).toHaveLength(10);
    });

    it('succeeds when the receiver is well again, and is then left alone', async () => {
      receiver.answer = (request, response, nth) => answering(nth < 3 ? 500 : 200)(request, response, nth);
      const endpoint = await create();
      await contact();
      await program.deliver();
      await later(seconds(6));
      await later(minutes(6));
      const { attempts, ...delivery } = await only(endpoint);
      expect(delivery).toMatchObject({ status: 'succeeded', attempt_count: 3, next_attempt_at: null });
      expect(attempts.map(({ status, failure }) => [status, failure])).toEqual([
        [500, 'status'],
        [500, 'status'],
        [200, null],
      ]);
      await later(hours(3));
      expect(receiver.requests).toHaveLength(3);
    });

    it('without an answer in time is tried again after a minute', async () => {
      const limits = takeTimeLimits();
      receiver.answer = hanging;
      const endpoint = await create();
      await contact();
      const delivered = program.deliver();
      await receiver.arrived(1);
      limits.expire();
      await delivered;
      const delivery = await only(endpoint);
      expect(delivery).toMatchObject({
        status: 'pending',
        attempts: [{ status: null, failure: 'timeout', response_start: '' }],
      });
      expect(Date.parse(delivery.next_attempt_at!) - now()).toBe(minutes(1));
      receiver.answer = answering(200);
      await later(minutes(1));
      expect(await only(endpoint)).toMatchObject({ status: 'succeeded', attempt_count: 2 });
    });

    const none = () => ({});
    const text = (value: string) => () => ({ 'retry-after': value });
    const inSeconds = (count: number) => text(String(count));
    const atDate = (count: number) => () => text(new Date(now() + seconds(count)).toUTCString())();

    it.each([
      { name: '429 without Retry-After', status: 429, headers: none, least: 60, most: 60 },
      { name: '503 without Retry-After', status: 503, headers: none, least: 60, most: 60 },
      { name: '429 with 30 s', status: 429, headers: inSeconds(30), least: 60, most: 60 },
      { name: '429 with more than a minute', status: 429, headers: inSeconds(90), least: 60, most: 60 },
      { name: '503 with a date', status: 503, headers: atDate(3_600), least: 60, most: 60 },
      { name: '500 with Retry-After', status: 500, headers: inSeconds(30), least: 5, most: 6 },
      { name: '500 without', status: 500, headers: none, least: 5, most: 6 },
      { name: '302 with Retry-After', status: 302, headers: inSeconds(30), least: 5, most: 6 },
    ])('after a first attempt ($name) waits $least to $most s', async ({ status, headers, least, most }) => {
      receiver.answer = answering(status, headers());
      const endpoint = await create();
      await contact();
      await program.deliver();
      const next = Date.parse((await only(endpoint)).next_attempt_at!) - now();
      expect(next).toBeGreaterThanOrEqual(seconds(least));
      expect(next).toBeLessThanOrEqual(seconds(most));
    });

    it.each([
      { name: '429 without Retry-After', status: 429, headers: none, least: 300, most: 360 },
      { name: '429 with less than the schedule', status: 429, headers: inSeconds(10), least: 300, most: 360 },
      { name: '429 with more', status: 429, headers: inSeconds(450), least: 450, most: 450 },
      { name: '503 with more', status: 503, headers: inSeconds(450), least: 450, most: 450 },
      // A date has no milliseconds.
      { name: '503 with a date', status: 503, headers: atDate(450), least: 449, most: 450 },
      { name: '429 with a day', status: 429, headers: inSeconds(86_400), least: 600, most: 600 },
      { name: '429 with a date in a year', status: 429, headers: atDate(31_536_000), least: 600, most: 600 },
      { name: '429 with more than a number', status: 429, headers: inSeconds(1e20), least: 300, most: 600 },
      { name: '429 with a date in the past', status: 429, headers: atDate(-3_600), least: 300, most: 360 },
      { name: '429 with a word', status: 429, headers: text('soon'), least: 300, most: 360 },
      { name: '429 with a negative number', status: 429, headers: text('-450'), least: 300, most: 360 },
      { name: '429 with nothing', status: 429, headers: text(''), least: 300, most: 360 },
      { name: '500 with more', status: 500, headers: inSeconds(450), least: 300, most: 360 },
      { name: '400 with more', status: 400, headers: inSeconds(450), least: 300, most: 360 },
    ])('after a second attempt ($name) waits $least to $most s', async ({ status, headers, least, most }) => {
      receiver.answer = answering(500);
      const endpoint = await create();
      await contact();
      await program.deliver();
      program.clock.move(seconds(6));
      receiver.answer = answering(status, headers());
      await program.deliver();
      const next = Date.parse((await only(endpoint)).next_attempt_at!) - now();
      expect(next).toBeGreaterThanOrEqual(seconds(least));
      expect(next).toBeLessThanOrEqual(seconds(most));
    });

    it('that is given up is told to the active owners, once until there is a success', async () => {
      const [second, gone, admin] = [await invited('owner'), await invited('owner'), await invited('admin')];
      await client.post(`/users/${gone.user.id}/deactivate`);
      const endpoint = await create();
      receiver.answer = answering(500);
      await contact();
      await exhaust();
      expect(await statuses(endpoint)).toEqual(['failed', 'failed']);
      expect((await get(endpoint)).is_active).toBe(true);
      for (const owner of [ada, second]) {
        const [mail, ...others] = await mailsAbout(endpoint, owner);
        expect(mail?.subject).toBe('Events do not arrive at a webhook endpoint');
        expect(others).toEqual([]);
      }
      for (const other of [gone, admin]) expect(await mailsAbout(endpoint, other)).toEqual([]);

      receiver.answer = answering(200);
      await contact();
      await program.deliver();
      await exhaust();
      expect(await mailsAbout(endpoint)).toHaveLength(2);
      expect(await mailsAbout(endpoint, second)).toHaveLength(2);
    });
  });

  describe('the secret', () => {
    it('that was rotated signs beside the new one for 24 hours', async () => {
      const old = await create();
      const fresh = await rotate(old);
      const signed = async () => {
        await contact();
        await program.deliver();
        const request = receiver.requests.at(-1)!;
        const takes = ({ secret }: Shown) => {
          try {
            return verified<Item>(request, secret, program.clock.now()).id === request.headers['webhook-id'];
          } catch {
            return false;
          }
        };
        const count = String(request.headers['webhook-signature']).split(' ').length;
        return { count, old: takes(old), fresh: takes(fresh) };
      };
      expect(await signed()).toEqual({ count: 2, old: true, fresh: true });
      await later(hours(24) - seconds(1));
      expect(await signed()).toEqual({ count: 2, old: true, fresh: true });
      await later(seconds(2));
      expect(await signed()).toEqual({ count: 1, old: false, fresh: true });
    });

    it('that was rotated twice: the newest two sign', async () => {
      const first = await create();
      const secrets = [first, await rotate(first), await rotate(first)].map(({ secret }) => secret);
      await contact();
      await program.deliver();
      const request = receiver.requests[0]!;
      expect(String(request.headers['webhook-signature']).split(' ')).toHaveLength(2);
      verified(request, secrets[1]!, program.clock.now());
      verified(request, secrets[2]!, program.clock.now());
      expect(() => verified(request, secrets[0]!, program.clock.now())).toThrow('signature');
    });

    it('that was rotated between two attempts: the second one is signed anew, with the same id and bytes', async () => {
      receiver.answer = answering(500);
      const old = await create();
      await contact();
      await program.deliver();
      const fresh = await rotate(old);
      await later(seconds(6));
      const [before, after] = receiver.requests;
      expect([after!.raw, after!.headers['webhook-id']]).toEqual([before!.raw, before!.headers['webhook-id']]);
      expect(() => verified(before!, fresh.secret, program.clock.now())).toThrow('signature');
      verified(after!, fresh.secret, program.clock.now());
    });

    it('is never in the log', async () => {
      const old = await create();
      receiver.answer = answering(500);
      await contact();
      await program.deliver();
      const fresh = await rotate(old);
      receiver.answer = answering(410);
      await later(seconds(6));
      const log = program.log.join('');
      expect(log).not.toBe('');
      for (const { secret } of [old, fresh]) expect(log).not.toContain(secret.replace('whsec_', ''));
    });
  });

  describe('a delivery that waits', () => {
    it.each([
      { name: 'the URL was changed', input: () => ({ url: `${receiver.url}/elsewhere` }) },
      { name: 'somebody switched the endpoint off', input: () => ({ is_active: false }) },
    ])('is cancelled at its next attempt when $name', async ({ input }) => {
      receiver.answer = answering(500);
      const endpoint = await create();
      await contact();
      await program.deliver();
      expect(await patch(endpoint, input())).toMatchObject({ ...input(), disabled_reason: null });
      await later(seconds(6));
      expect(await only(endpoint)).toMatchObject({ status: 'cancelled', attempt_count: 1, next_attempt_at: null });
      await later(days(2));
      expect(receiver.requests).toHaveLength(1);
    });

    it('is made all the same when something else was changed', async () => {
      receiver.answer = answering(500);
      const endpoint = await create();
      await contact();
      await program.deliver();
      receiver.answer = answering(200);
      await patch(endpoint, { url: endpoint.url, description: 'Mailing list' });
      await later(seconds(6));
      expect(await only(endpoint)).toMatchObject({ status: 'succeeded', attempt_count: 2 });
    });

    it('is not made for an endpoint that was deleted', async () => {
      receiver.answer = answering(500);
      const endpoint = await create();
      await contact();
      await program.deliver();
      const delivery = await only(endpoint);
      await client.delete(`/webhooks/${endpoint.id}`);
      await contact();
      await later(seconds(6));
      await later(days(2));
      expect(receiver.requests).toHaveLength(1);
      const notFound = [404, 'webhooks.not_found'];
      expect(await outcome(client.get(`/webhooks/${endpoint.id}/deliveries/${delivery.id}`))).toEqual(notFound);
      expect(await outcome(retry(endpoint, delivery))).toEqual(notFound);
    });

    it('is made at once when somebody asks for it', async () => {
      receiver.answer = answering(500);
      const endpoint = await create();
      await contact();
      await program.deliver();
      receiver.answer = answering(200);
      const { result } = await retry(endpoint, await only(endpoint));
      expect(result).toMatchObject({ status: 'pending', attempt_count: 1 });
      await program.deliver();
      expect(await only(endpoint)).toMatchObject({ status: 'succeeded', attempt_count: 2 });
      expect(new Set(ids()).size).toBe(1);
    });
  });

  describe('once more', () => {
    it('a delivery that was given up is tried when somebody asks, one attempt each time', async () => {
      const endpoint = await create();
      await exhaust();
      await retry(endpoint, await only(endpoint));
      await program.deliver();
      expect(await only(endpoint)).toMatchObject({ status: 'failed', attempt_count: 11, next_attempt_at: null });
      await later(days(2));
      expect(receiver.requests).toHaveLength(11);

      receiver.answer = answering(200);
      const { result } = await retry(endpoint, await only(endpoint));
      expect(result).toMatchObject({ status: 'pending', next_attempt_at: program.clock.now().toISOString() });
      await program.deliver();
      expect(await only(endpoint)).toMatchObject({ status: 'succeeded', attempt_count: 12 });
      expect(new Set(ids()).size).toBe(1);
      expect(new Set(receiver.requests.map(({ raw }) => raw)).size).toBe(1);
    });

    it('a delivery that succeeded is sent when somebody asks', async () => {
      const endpoint = await create();
      await contact();
      await program.deliver();
      expect((await retry(endpoint, await only(endpoint))).result).toMatchObject({ status: 'pending' });
      await program.deliver();
      expect(await only(endpoint)).toMatchObject({ status: 'succeeded', attempt_count: 2 });
      expect(receiver.requests[1]!.raw).toBe(receiver.requests[0]!.raw);
      expect(new Set(ids()).size).toBe(1);
    });

    it('a delivery that is under way may be asked for', async () => {
      const held: (() => void)[] = [];
      receiver.answer = (_, response) => void held.push(() => response.end('ok'));
      const endpoint = await create();
      await contact();
      await receiver.arrived(1);
      expect((await retry(endpoint, await only(endpoint))).status).toBe(200);
      receiver.answer = answering(200);
      for (const release of held) release();
      await program.deliver();
      expect(await only(endpoint)).toMatchObject({ status: 'succeeded', next_attempt_at: null });
      expect(new Set(ids()).size).toBe(1);
    });

    it('a replay sends the events of a time with their ids and bytes', async () => {
      const endpoint = await create();
      await contact('Before');
      program.clock.move(minutes(1));
      const since = program.clock.now().toISOString();
      await contacts(2);
      await program.deliver();
      const first = receiver.requests.filter((request) => (request.body as Item).data.first_name === 'Grace');
      expect([first.length, receiver.requests.length]).toEqual([2, 3]);
      expect(await replay(endpoint, since)).toBe(2);
      await program.deliver();
      const told = (requests: typeof first) => requests.map(({ headers, raw }) => [headers['webhook-id'], raw]).sort();
      expect(told(receiver.requests.slice(3))).toEqual(told(first));
      for (const request of receiver.requests) verified(request, endpoint.secret, program.clock.now());
      expect(new Set(await statuses(endpoint))).toEqual(new Set(['succeeded']));
    });
  });

  describe('an endpoint', () => {
    const isActive = async (endpoint: Endpoint) => (await get(endpoint)).is_active;

    it('that answers 410 is switched off at once, its owners are told, and what waits is cancelled', async () => {
      receiver.answer = answering(500);
      const endpoint = await create();
      await contact('First');
      await program.deliver();
      receiver.answer = answering(410, {}, 'gone');
      await contact('Second');
      await program.deliver();
      expect(await deliveries(endpoint, '&status=failed')).toMatchObject([
        {
          attempt_count: 1,
          next_attempt_at: null,
          attempts: [{ status: 410, failure: 'status', response_start: 'gone' }],
        },
      ]);
      const off = await get(endpoint);
      expect([off.is_active, off.disabled_reason]).toEqual([false, expect.stringMatching(/\w+ \w+/)]);
      const mails = await mailsAbout(endpoint);
      expect(mails.map(({ subject }) => subject)).toEqual(['A webhook endpoint was switched off']);
      await contact('Third');
      await later(seconds(6));
      expect(new Set(await statuses(endpoint))).toEqual(new Set(['cancelled', 'failed']));
      expect(receiver.requests).toHaveLength(2);
    });

    it('that is switched on again hears of what comes then, and of what it missed by a replay', async () => {
      receiver.answer = answering(410);
      const endpoint = await create();
      await contact('First');
      await program.deliver();
      program.clock.move(minutes(1));
      const since = program.clock.now().toISOString();
      await contact('Missed');
      await program.deliver();
      receiver.answer = answering(200);
      expect(await patch(endpoint, { is_active: true })).toMatchObject({ is_active: true, disabled_reason: null });
      await contact('Heard');
      await later(days(1));
      const heard = () =>
        bodies()
          .slice(1)
          .map(({ data }) => data.first_name);
      expect(heard()).toEqual(['Heard']);
      expect(await replay(endpoint, since)).toBe(2);
      await program.deliver();
      expect(heard().sort()).toEqual(['Heard', 'Heard', 'Missed']);
    });

    it('is switched off after five days of failures, its owners are told why, and counting begins anew', async () => {
      const second = await invited('owner');
      receiver.answer = answering(500);
      const endpoint = await create();
      await contacts(20);
      await program.deliver();
      await later(days(5) - minutes(1));
      expect(receiver.requests).toHaveLength(40);
      expect(await isActive(endpoint)).toBe(true);
      expect(await mailsAbout(endpoint)).toEqual([]);

      await later(minutes(6));
      const off = await get(endpoint);
      expect([off.is_active, off.disabled_reason]).toEqual([false, expect.stringMatching(/\w+ \w+/)]);
      for (const owner of [ada, second]) {
        const mails = await mailsAbout(endpoint, owner);
        expect(mails.map(({ subject }) => subject)).toEqual(['A webhook endpoint was switched off']);
      }
      const sent = receiver.requests.length;
      expect(sent).toBeGreaterThan(40);
      await later(days(2));
      expect(receiver.requests).toHaveLength(sent);
      expect(new Set(await statuses(endpoint))).toEqual(new Set(['cancelled']));

      expect(await patch(endpoint, { is_active: true })).toMatchObject({ is_active: true, disabled_reason: null });
      await contacts(20);
      await program.deliver();
      await later(hours(13));
      expect(await isActive(endpoint)).toBe(true);
      expect(await mailsAbout(endpoint)).toHaveLength(1);
    });

    it('is not switched off by fewer than 20 failed attempts', async () => {
      receiver.answer = answering(500);
      const endpoint = await create();
      await contacts(6);
      await program.deliver();
      await later(days(5));
      await later(minutes(6));
      expect(receiver.requests).toHaveLength(18);
      expect(await isActive(endpoint)).toBe(true);
      await later(minutes(36));
      expect(await isActive(endpoint)).toBe(false);
    });

    it('is not switched off by failures within twelve hours', async () => {
      receiver.answer = answering(500);
      const endpoint = await create();
      await later(days(6));
      await contacts(20);
      await program.deliver();
      await later(seconds(6));
      await later(hours(12) - seconds(7));
      expect(receiver.requests).toHaveLength(60);
      expect(await isActive(endpoint)).toBe(true);
      await later(minutes(36));
      expect(await isActive(endpoint)).toBe(false);
    });

    it('is not switched off within five days of a success', async () => {
      receiver.answer = (request, response, nth) =>
        answering(body(nth - 1).data.first_name === 'Grace' ? 500 : 200)(request, response, nth);
      const endpoint = await create();
      await contacts(20);
      await program.deliver();
      await later(days(4));
      await contact('Ada');
      await program.deliver();
      expect(await deliveries(endpoint, '&status=succeeded')).toHaveLength(1);
      await later(days(1) + minutes(5));
      expect(receiver.requests).toHaveLength(61);
      expect(await isActive(endpoint)).toBe(true);
      await later(days(4));
      expect(await isActive(endpoint)).toBe(false);
    });
  });

  describe('a slow endpoint', () => {
    /** Answers to this path wait. @returns lets them go, and those that follow. */
    function hold(path: RegExp): { readonly underWay: Map<string, number>; readonly peaks: number[]; release(): void } {
      const underWay = new Map<string, number>();
      const peaks: number[] = [];
      let held: (() => void)[] = [];
      let isOpen = false;
      const total = () => [...underWay.values()].reduce((sum, count) => sum + count, 0);
      receiver.answer = ({ url = '' }, response) => {
        if (!path.test(url)) return void response.end('ok');
        underWay.set(url, (underWay.get(url) ?? 0) + 1);
        peaks.push(total());
        const release = () => {
          underWay.set(url, underWay.get(url)! - 1);
          response.end('ok');
        };
        if (isOpen) release();
        else held.push(release);
      };
      return {
        underWay,
        peaks,
        release: () => {
          isOpen = true;
          for (const release of held) release();
          held = [];
        },
      };
    }

    it('gets four deliveries at a time, and holds up no other endpoint', async () => {
      const { peaks, release } = hold(/slow/);
      await create({ url: `${receiver.url}/slow` });
      await create();
      await contacts(7);
      await receiver.arrived(4 + 7);
      expect(peaks).toEqual([1, 2, 3, 4]);
      release();
      await program.deliver();
      expect(receiver.requests).toHaveLength(7 + 7);
      expect(Math.max(...peaks)).toBe(4);
    });

    it('beside others of its account: twelve deliveries at a time, and other accounts do not wait', async () => {
      const { underWay, peaks, release } = hold(/slow/);
      const grace = program.client.as(await program.register());
      await create({}, grace);
      for (const number of [1, 2, 3, 4]) await create({ url: `${receiver.url}/slow-${number}` });
      await contacts(5);
      await receiver.arrived(12);
      await contact('Hers', grace);
      await receiver.arrived(13);
      expect(receiver.requests.at(-1)!.path).toBe('/hook');
      expect(peaks).toHaveLength(12);
      expect(Math.max(...underWay.values())).toBeLessThanOrEqual(4);
      release();
      await program.deliver();
      expect(receiver.requests).toHaveLength(20 + 1);
      expect(Math.max(...peaks)).toBe(12);
    });
  });

  describe('receivers that do not answer', () => {
    const underWay = async () =>
      (await program.sql('select 1 from webhook_deliveries where lease_until is not null')).length;
    const got = (path: string) => receiver.requests.filter((request) => request.path === path).length;

    it('fill the slots, and other accounts get their deliveries all the same', async () => {
      receiver.answer = (request, response) => void (request.url === '/hook' && response.end('ok'));
      const accounts: Client[] = [];
      for (let count = 0; count < 3; count++) accounts.push(program.client.as(await program.register()));
      for (const as of accounts) {
        for (const path of ['/one', '/two', '/three']) await create({ url: `${receiver.url}${path}` }, as);
        await Promise.all(Array.from({ length: 4 }, (_, index) => contact(String(index), as)));
      }
      await receiver.arrived(32);
      await create();
      for (let count = 1; count <= 5; count++) {
        await contact();
        await receiver.arrived(32 + count);
        expect(got('/hook')).toBe(count);
      }
      // Of the 36 other deliveries no more have begun: none of their endpoints has shown that it is quick.
      expect(receiver.requests).toHaveLength(32 + 5);
      receiver.answer = answering(200);
    });

    it('get one attempt at a time, and less time for it, until they answer', async () => {
      const limits = takeTimeLimits();
      receiver.answer = hanging;
      const endpoint = await create();
      await contacts(3);
      await receiver.arrived(3);
      limits.expire();
      await program.deliver();
      expect(limits.lengths()).toEqual([15, 15, 15]);

      program.clock.move(minutes(1));
      const delivered = program.deliver();
      for (const count of [4, 5, 6]) {
        await receiver.arrived(count);
        expect(await underWay()).toBe(1);
        limits.expire();
      }
      await delivered;
      // The fourth attempt without an answer behind the first one had the whole time again.
      expect(limits.lengths().slice(3)).toEqual([4, 15, 4]);

      receiver.answer = answering(200);
      await later(minutes(6));
      expect(await statuses(endpoint)).toEqual(Array(3).fill('succeeded'));
      receiver.answer = hanging;
      await contacts(3);
      await receiver.arrived(12);
      expect([await underWay(), limits.lengths().slice(-3)]).toEqual([3, [15, 15, 15]]);
      limits.expire();
      await program.deliver();
    });

    it('are told in the log once a minute, with how often', async () => {
      receiver.answer = answering(500);
      const endpoint = await create();
      const told = () =>
        program.log
          .filter((line) => line.includes('could not be delivered') && line.includes(endpoint.id))
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      await contacts(3);
      await program.deliver();
      await later(seconds(6));
      expect(told()).toMatchObject([{ level: 'info', account_id: ada.user.account_id, status: 500, attempts: 1 }]);
      await later(minutes(6));
      expect(told().map(({ attempts }) => attempts)).toEqual([1, 6]);
    });
  });

  describe('more than may wait', () => {
    const header = (index: number) => receiver.requests[index]!.headers['webhook-missed-since'];

    it('is not sent, the next deliveries say since when, and a replay from there sends it', async () => {
      const limits = program.app.get(BacklogLimits, { strict: false });
      const before = { ...limits };
      Object.assign(limits, { account: 2, endpoint: 1 });
      try {
        receiver.answer = answering(500);
        const endpoint = await create();
        await contacts(2);
        await program.deliver();
        program.clock.move(seconds(1));
        const missed = [await contact(), await contact()];
        await program.deliver();
        expect([receiver.requests.length, header(0), header(1)]).toEqual([2, undefined, undefined]);
        const { missed_since } = await get(endpoint);
        expect(missed_since).toBe(missed[0]!.created_at);

        receiver.answer = answering(200);
        await later(seconds(6));
        expect([receiver.requests.length, header(2), header(3)]).toEqual([4, missed_since, missed_since]);
        expect(await replay(endpoint, missed_since!)).toBe(2);
        expect((await get(endpoint)).missed_since).toBeNull();
        await program.deliver();
        expect(header(4)).toBeUndefined();
        const told = bodies().slice(4);
        expect(told.map(({ data }) => data.id).sort()).toEqual(missed.map(({ id }) => id).sort());
        for (const request of receiver.requests) verified(request, endpoint.secret, request.at);
      } finally {
        Object.assign(limits, before);
      }
    });
  });

  it('two instances make every delivery once', async () => {
    const other = await start();
    await create();
    const callers = [program, other].map((app) => app.client.as(ada));
    const made = await Promise.all(callers.flatMap((as) => Array.from({ length: 10 }, () => contact('Grace', as))));
    await Promise.all([program.deliver(), other.deliver()]);
    await other.close();
    const told = bodies().map(({ data }) => data.id);
    expect(told.sort()).toEqual(made.map(({ id }) => id).sort());
  });

  it('a delivery that was under way when the program stopped is made after its next start', async () => {
    receiver.answer = hanging;
    const endpoint = await create();
    await contact();
    await receiver.arrived(1);
    await program.close();
    program = await start();
    client = program.client.as(ada);
    receiver.answer = answering(200);
    program.clock.move(minutes(1) + seconds(1));
    await program.deliver();
    expect(await only(endpoint)).toMatchObject({ status: 'succeeded', attempt_count: 1 });
    expect(receiver.requests).toHaveLength(2);
    expect(receiver.requests[1]!.raw).toBe(receiver.requests[0]!.raw);
    expect(new Set(ids()).size).toBe(1);
  });
}

// One engine in a run: `npm test` takes the one that needs nothing, `check:full` the other one too.
if (process.env.TEST_QUEUE !== 'bull') {
  describe('in-process', () => {
    beforeAll(() => {
      environment = {};
    });
    delivering();
  });
}

if (process.env.TEST_QUEUE === 'bull') {
  describeWithRedis('Bull', () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await startRedis();
      environment = { REDIS_URL: redis.url };
    });
    delivering();
    afterAll(() => redis.stop());

    it('while Redis is away changes are answered and deliveries wait, and they are made when it is back', async () => {
      const endpoint = await create();
      await redis.stop();
      const made = await contacts(3);
      const { result } = await client.post<Delivery>(`/webhooks/${endpoint.id}/test`);
      expect(result).toMatchObject({ event: 'webhook.test', status: 'pending' });
      expect(await feed()).toHaveLength(3);
      // They are made behind the feed.
      await until(async () => (await deliveries(endpoint)).length === 4);
      const waiting = await deliveries(endpoint);
      expect(waiting.map(({ status, attempt_count }) => [status, attempt_count])).toEqual(
        Array(4).fill(['pending', 0]),
      );
      expect(receiver.requests).toEqual([]);

      await redis.start();
      await program.deliver();
      expect(await statuses(endpoint)).toEqual(Array(4).fill('succeeded'));
      const told = bodies().filter(({ event }) => event === 'contact.created');
      expect(new Set(told.map(({ data }) => data.id))).toEqual(new Set(made.map(({ id }) => id)));
    });

    it('Redis that goes during an attempt takes nothing along: what came of it is kept', async () => {
      const held: (() => void)[] = [];
      receiver.answer = (_, response) => void held.push(() => response.end('ok'));
      const endpoint = await create();
      await contact();
      await receiver.arrived(1);
      await redis.stop();
      for (const release of held) release();
      await program.deliver();
      expect(await only(endpoint)).toMatchObject({ status: 'succeeded', attempt_count: 1 });
      receiver.answer = answering(200);
      await redis.start();
      await contact();
      await program.deliver();
      expect(await statuses(endpoint)).toEqual(['succeeded', 'succeeded']);
      expect(new Set(ids()).size).toBe(2);
    });
  });
}
