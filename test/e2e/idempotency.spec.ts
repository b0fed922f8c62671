import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { AnswerLimits } from '../../src/platform/idempotency/idempotency';
import { IdempotencyRetentionJob } from '../../src/platform/idempotency/idempotency-retention-job';
import { useApi } from '../support/api';
import { newEmail, password, startApp, type TestApp } from '../support/app';
import type { Answer, SignedIn } from '../support/client';
import { days, minutes } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import { statementsDuring } from '../support/statements';

const { program, ada, client, later } = useApi({ accountFor: 'each test' });

interface Contact {
  readonly id: string;
  readonly first_name: string;
  readonly notes: string;
}

const key = (value: string) => ({ 'Idempotency-Key': value });
const replayed = ({ headers }: Answer<unknown>) => headers['idempotency-replayed'];
const create = (value: string, body: object = { first_name: 'Grace' }) =>
  client.post<Contact>('/contacts', body, key(value));
const countContacts = async () => (await client.get<{ items: [] }>('/contacts?limit=100')).result.items.length;
const countEvents = async () => (await client.get<{ items: [] }>('/events?limit=100')).result.items.length;

describe('a request with a key', () => {
  it('takes effect once, and is answered the same again', async () => {
    const first = await create('one');
    const second = await create('one');
    expect([replayed(first), replayed(second)]).toEqual([undefined, 'true']);
    expect(second.result).toEqual(first.result);
    expect(second.body).toEqual(first.body);
    expect([await countContacts(), await countEvents()]).toEqual([1, 1]);
    // An answer is stored, not computed again.
    await client.patch(`/contacts/${first.result.id}`, { first_name: 'Anne' });
    const third = await create('one');
    expect([third.result.first_name, third.headers.etag]).toEqual(['Grace', '"1"']);
  });

  it('is another one with another key, and without one', async () => {
    const ids = [
      await create('one'),
      await create('two'),
      await client.post<Contact>('/contacts', { first_name: 'Grace' }),
    ];
    expect(new Set(ids.map(({ result }) => result.id)).size).toBe(3);
  });

  it('is answered the same when its record is gone, and deletes once', async () => {
    const { result } = await create('one');
    const remove = () => client.delete(`/contacts/${result.id}`, key('two'));
    expect((await remove()).body).toEqual({ ok: true, result: {} });
    const again = await remove();
    expect([again.status, again.body, replayed(again)]).toEqual([200, { ok: true, result: {} }, 'true']);
    expect((await client.delete(`/contacts/${result.id}`)).status).toBe(404);
    expect((await create('one')).result).toEqual(result);
    expect(await countEvents()).toBe(2);
  });

  it('that changed nothing is stored too', async () => {
    const { result } = await create('one');
    const change = () => client.patch<Contact>(`/contacts/${result.id}`, { first_name: 'Grace' }, key('two'));
    await change();
    await client.patch(`/contacts/${result.id}`, { notes: 'Later' });
    const again = await change();
    expect([replayed(again), again.result.notes]).toEqual(['true', '']);
  });

  it('that failed spends nothing', async () => {
    const company_id = randomUUID();
    const failed = await create('one', { first_name: 'Grace', company_id });
    expect(failed.error.code).toBe('contacts.invalid_company_id');
    expect(replayed(await create('one'))).toBeUndefined();
    expect((await client.patch(`/contacts/${randomUUID()}`, { notes: '' }, key('two'))).error.code).toBe(
      'contacts.not_found',
    );
    expect(replayed(await create('two'))).toBeUndefined();
  });

  it('lives for 24 hours', async () => {
    await create('one');
    await later(minutes(60 * 23));
    expect(replayed(await create('one'))).toBe('true');
    await later(minutes(60 * 2));
    // The row is still there until it is cleaned up.
    expect([replayed(await create('one')), replayed(await create('one'))]).toEqual([undefined, 'true']);
    expect(await countContacts()).toBe(2);
  });
});

describe('a key of something else → idempotency.key_reused', () => {
  it.each<[string, (id: string) => Promise<Answer<unknown>>]>([
    ['another body', () => create('one', { first_name: 'Anne' })],
    ['a body that is no contact', () => create('one', { company_id: 7 })],
    ['no body', () => client.post('/contacts', undefined, key('one'))],
    ['the same in other bytes', () => client.post('/contacts', '{ "first_name": "Grace" }', key('one'))],
    ['another path', () => client.post('/companies', { first_name: 'Grace' }, key('one'))],
    ['another method', (id) => client.patch(`/contacts/${id}`, { first_name: 'Grace' }, key('one'))],
    ['another query', () => client.post('/contacts?dry_run=false', { first_name: 'Grace' }, key('one'))],
    ['an unknown parameter', () => client.post('/contacts?limit=1', { first_name: 'Grace' }, key('one'))],
    ['a dry_run of no meaning', () => client.post('/contacts?dry_run=maybe', { first_name: 'Grace' }, key('one'))],
    ['a deletion with a body', (id) => client.send('DELETE', `/contacts/${id}`, { a: 1 }, key('one'))],
    ['the other door', () => client.call('contacts-create', { first_name: 'Grace' }, key('one'))],
  ])('%s', async (_, send) => {
    const { result } = await create('one');
    const { status, error } = await send(result.id);
    expect([status, error.code]).toEqual([400, 'idempotency.key_reused']);
    expect([await countContacts(), await countEvents()]).toEqual([1, 1]);
  });

  it('but the ids of the path are judged before', async () => {
    await create('one');
    const { error } = await client.patch('/contacts/7', { first_name: 'Grace' }, key('one'));
    expect(error.code).toBe('contacts.invalid_id');
  });
});

describe('a key belongs to its caller', () => {
  it('others of the account and of other accounts have their own', async () => {
    const { result } = await create('one');
    const app = (
      await client.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', { name: 'Sync' })
    ).result;
    const keys = { client_id: app.app.client_id, client_secret: app.client_secret, grant_type: 'client_credentials' };
    const ofApp = program.client.as((await program.client.post<{ access_token: string }>('/oauth/token', keys)).result);
    const ofOther = program.client.as(await program.register());
    const ids = new Set([result.id]);
    for (const each of [ofApp, ofOther]) {
      const made = await each.post<Contact>('/contacts', { first_name: 'Grace' }, key('one'));
      expect(replayed(made)).toBeUndefined();
      ids.add(made.result.id);
    }
    expect(ids.size).toBe(3);
  });

  it('who lost a role gets no answer of before', async () => {
    const body = { name: 'Sync' };
    const invited = { email: newEmail(), name: 'Alan', role: 'admin' };
    const invitation = (await client.post<{ invite_token: string; user: { id: string } }>('/users/invite', invited))
      .result;
    const alan = program.client.as(
      (await program.client.post<SignedIn>('/auth/accept-invite', { token: invitation.invite_token, password })).result,
    );
    const first = await alan.post<object>('/oauth-apps', body, key('one'));
    expect((await alan.post<object>('/oauth-apps', body, key('one'))).result).toEqual(first.result);
    await client.patch(`/users/${invitation.user.id}`, { role: 'member' });
    expect((await alan.post('/oauth-apps', body, key('one'))).error.code).toBe('auth.forbidden');
    // The role is judged before the key, too.
    expect((await alan.post('/oauth-apps', body, key(''))).error.code).toBe('auth.forbidden');
  });
});

describe('the form of a key', () => {
  it.each([
    ['empty', ''],
    ['a blank inside', 'a b'],
    ['256 characters', 'k'.repeat(256)],
    ['a tab inside', 'a\tb'],
    ['not ASCII', 'clé'],
    ['an empty string', '""'],
    ['a string of 256 characters', `"${'k'.repeat(256)}"`],
    ['a string with a blank', '"a b"'],
    ['a string without an end', '"abc'],
    ['a string with something behind it', '"abc";q=1'],
    ['a string with a quote inside', '"a"b"'],
  ])('%s → idempotency.invalid_key', async (_, value) => {
    const { status, error } = await create(value);
    expect([status, error.code]).toEqual([400, 'idempotency.invalid_key']);
    expect(await countContacts()).toBe(0);
  });

  it.each([
    ['one character', 'k'],
    ['255 characters', '~'.repeat(255)],
    ['quotes inside', 'a"b'],
    ['a string', '"abc"', 'abc'],
    ['a string of 255 characters', `"${'!'.repeat(255)}"`, '!'.repeat(255)],
    ['a string with escapes', '"a\\"b\\\\c"', 'a"b\\c'],
  ])('%s is one', async (_, value, same = value) => {
    await create(value);
    expect(replayed(await create(same))).toBe('true');
  });

  it('two headers → idempotency.invalid_key', async () => {
    const { status, body } = await sendRaw([...['Idempotency-Key', 'one'], ...['Idempotency-Key', 'one']]);
    expect([status, body.error?.code]).toEqual([400, 'idempotency.invalid_key']);
  });

  it('is judged before the ids of the path', async () => {
    expect((await client.patch('/contacts/7', {}, key(''))).error.code).toBe('idempotency.invalid_key');
  });

  async function sendRaw(headers: string[]): Promise<{ status: number; body: { error?: { code: string } } }> {
    return new Promise((resolve, reject) => {
      const all = [
        'Host',
        'localhost',
        'Authorization',
        `Bearer ${ada.access_token}`,
        'Content-Type',
        'application/json',
      ];
      const sent = request(`${program.url}/api/v1/contacts`, {
        method: 'POST',
        headers: [...all, ...headers] as never,
      });
      sent.on('error', reject).on('response', (response) => {
        let text = '';
        response.on('data', (piece: Buffer) => (text += piece.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) as object }));
      });
      sent.end('{"first_name":"Grace"}');
    });
  }
});

describe('a key is ignored', () => {
  it('where nothing is written', async () => {
    for (const value of ['', 'one', 'one']) {
      const read = await client.send<object>('GET', '/contacts', undefined, key(value));
      expect([read.status, replayed(read)]).toEqual([200, undefined]);
      const listed = await client.call<object>('contacts-list', {}, key(value));
      expect([listed.status, replayed(listed)]).toEqual([200, undefined]);
    }
  });

  it('on the routes of auth and of tokens, by either door', async () => {
    const body = { email: ada.user.email, password };
    for (const value of ['', 'one', 'one']) {
      const login = await program.client.post<object>('/auth/login', body, key(value));
      const called = await program.client.call<object>('auth-login', body, key(value));
      const renamed = await client.patch<object>('/auth/me', { name: 'Ada' }, key(value));
      for (const each of [login, called, renamed]) expect([each.status, replayed(each)]).toEqual([200, undefined]);
    }
  });

  it('with dry_run', async () => {
    const tried = () => client.post<Contact>('/contacts?dry_run=true', { first_name: 'Grace' }, key('one'));
    for (const each of [await tried(), await tried()]) expect([each.status, replayed(each)]).toEqual([200, undefined]);
    expect((await client.post('/contacts?dry_run=true', { first_name: 'Grace' }, key(''))).status).toBe(200);
    expect((await client.call('contacts-create', { first_name: 'Grace', dry_run: true }, key(''))).status).toBe(200);
    expect(replayed(await create('one'))).toBeUndefined();
  });
});

describe('by operation', () => {
  it('takes effect once, ids and all', async () => {
    const made = () => client.call<Contact>('contacts-create', { first_name: 'Grace' }, key('one'));
    const [first, second] = [await made(), await made()];
    expect([second.body, replayed(second)]).toEqual([first.body, 'true']);
    const upload = () =>
      client.call<object>('imports-request-upload', { model_type: 'contacts', file_name: 'a.csv' }, key('two'));
    const [begun, again] = [await upload(), await upload()];
    expect([again.body, replayed(again)]).toEqual([begun.body, 'true']);
  });
});

describe('at the same time', () => {
  it('50 requests with one key have one effect, and equal answers or none', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => create('one')));
    const good = answers.filter(({ status }) => status === 200);
    expect(new Set(good.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(good.filter((each) => replayed(each) === undefined)).toHaveLength(1);
    for (const each of answers.filter(({ status }) => status !== 200))
      expect([each.status, each.error.code, each.headers['retry-after']]).toEqual([429, 'rate_limit.exceeded', '1']);
    // Ten wait in a process.
    expect(good.length).toBeGreaterThanOrEqual(11);
    expect([await countContacts(), await countEvents()]).toEqual([1, 1]);
  });

  it('who waits holds no connection, and waits two seconds', async () => {
    const { result } = await create('made');
    const path = `/contacts/${result.id}`;
    const slow = () => client.patch<Contact>(path, { notes: 'Changed' }, key('one'));
    await withLockOn(result.id, async () => {
      // The first waits for the row; the others for the first.
      let ended = 0;
      const waiting = Array.from({ length: 11 }, () => slow().finally(() => ended++));
      const statements = await statementsDuring(async () => {
        // Eight connections are the share of an account.
        const others = await Promise.all(Array.from({ length: 20 }, () => client.get(path)));
        expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
        expect(ended).toBe(0);
      });
      expect(statements.filter(({ text }) => text === 'begin').length).toBeLessThanOrEqual(1);
      const ends = await Promise.all(waiting);
      expect(ends.map(({ status }) => status)).toEqual(ends.map(() => 429));
    });
    expect(replayed(await slow())).toBeUndefined();
  });

  async function withLockOn(id: string, work: () => Promise<void>): Promise<void> {
    await withClient(workerDatabaseUrl(), async (direct) => {
      await direct.query('begin');
      await direct.query('select from contacts where id = $1 for update', [id]);
      await work();
      await direct.query('rollback');
    });
  }

  describe('with two servers', () => {
    let second: TestApp;
    beforeAll(async () => void (second = await startApp()));
    afterAll(() => second.close());

    it('50 requests have one effect, and equal answers or none', async () => {
      const other = second.client.as(ada);
      const send = (index: number) =>
        (index % 2 ? client : other).post<Contact>('/contacts', { first_name: 'Grace' }, key('one'));
      const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => send(index)));
      const good = answers.filter(({ status }) => status === 200);
      expect(new Set(good.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(good.filter((each) => replayed(each) === undefined)).toHaveLength(1);
      expect(good.length).toBeGreaterThanOrEqual(2);
      expect([...new Set(answers.map(({ status }) => status))].filter((each) => ![200, 429].includes(each))).toEqual(
        [],
      );
      expect([await countContacts(), await countEvents()]).toEqual([1, 1]);
    });
  });
});

describe('what is kept', () => {
  it('no secret in plain text', async () => {
    const make = () => client.post<{ client_secret: string }>('/oauth-apps', { name: 'Sync' }, key('one'));
    const [first, second] = [await make(), await make()];
    expect(second.result).toEqual(first.result);
    const rows = await program.sql<{ text: string }>(
      `select k::text || encode(answer, 'escape') as text from idempotency_keys k where account_id = $1`,
      [ada.user.account_id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.text).not.toContain(first.result.client_secret);
    expect(rows[0]!.text).not.toContain('Sync');
  });

  it('ids of an answer of more than 64 KiB', async () => {
    const notes = '😀'.repeat(20_000);
    const make = () => create('one', { first_name: 'Grace', notes });
    const first = await make();
    expect(first.result.notes).toBe(notes);
    const response = await fetch(`${program.url}/api/v1/contacts`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ada.access_token}`, 'Content-Type': 'application/json', ...key('one') },
      body: JSON.stringify({ first_name: 'Grace', notes }),
    });
    expect(response.headers.get('idempotency-replayed')).toBe('ids');
    expect(await response.json()).toMatchObject({ ok: true, result: { id: first.result.id } });
    expect(await countContacts()).toBe(1);
  });

  it('of an account as many bytes as it may have: beyond, the oldest answers lose theirs', async () => {
    const limits = program.app.get(AnswerLimits, { strict: false });
    const { account, betweenLooks } = limits;
    await create('zero');
    const [{ bytes }] = (await program.sql<{ bytes: number }>(
      'select bytes from idempotency_keys where account_id = $1',
      [ada.user.account_id],
    )) as [{ bytes: number }];
    Object.assign(limits, { account: Math.round(2.5 * bytes), betweenLooks: 0 });
    try {
      for (const each of ['one', 'two', 'three', 'four']) {
        await create(each);
        program.clock.move(1);
      }
    } finally {
      Object.assign(limits, { account, betweenLooks });
    }
    const rows = await program.sql<{ key: string; kept: boolean }>(
      `select key, answer is not null as kept from idempotency_keys where account_id = $1 order by created_at`,
      [ada.user.account_id],
    );
    expect(rows.map(({ key, kept }) => [key, kept])).toEqual([
      ['zero', false],
      ['one', false],
      ['two', false],
      ['three', true],
      ['four', true],
    ]);
    expect(replayed(await create('four'))).toBe('true');
  });

  it('until 24 hours are over', async () => {
    await program.sql('delete from idempotency_keys');
    const job = program.app.get(IdempotencyRetentionJob, { strict: false });
    await create('one');
    await later(minutes(60));
    await create('two');
    expect(await job.run()).toBe(0);
    program.clock.move(days(1) - minutes(30));
    expect(await job.run()).toBe(1);
    program.clock.move(minutes(60));
    expect(await job.run()).toBe(1);
  });
});

it('a request without a key makes no statement more', async () => {
  const texts = async (headers: Record<string, string>) =>
    (await statementsDuring(() => client.post('/contacts', { first_name: 'Grace' }, headers))).map(({ text }) => text);
  await texts({});
  expect((await texts({})).filter((text) => /idempotency/.test(text))).toEqual([]);
  expect((await texts(key('one'))).filter((text) => /idempotency/.test(text))).toHaveLength(4);
});
