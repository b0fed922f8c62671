import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { startApp, type TestApp } from '../support/app';
import type { Answer } from '../support/client';
import { minutes } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import { fillRecords } from '../support/many-records';
import { digestsOfAccount } from '../support/snapshot';
import { statementsDuring } from '../support/statements';

const { program, ada, client } = useApi({ accountFor: 'each test' });

interface Made {
  readonly id: string;
}

const digests = () => digestsOfAccount(program, ada.user.account_id);
const make = async (path: string, body: object) => (await client.post<Made>(path, body)).result.id;
const isDryRun = ({ headers }: Answer<unknown>) => headers['dry-run'];

describe('a dry run', () => {
  it('answers as the write would, with a null id, and leaves nothing', async () => {
    program.clock.freeze();
    const before = await digests();
    const body = { first_name: 'Grace', tags: ['vip'] };
    const tried = await client.post<Made>('/contacts?dry_run=true', body);
    expect([tried.status, isDryRun(tried), await digests()]).toEqual([200, 'true', before]);
    const { result } = await client.post<Made>('/contacts', body);
    expect(tried.result).toEqual({ ...result, id: null });
  });

  it('refuses what the write would refuse', async () => {
    const before = await digests();
    const company_id = randomUUID();
    const tried = await client.post('/contacts?dry_run=true', { first_name: 'Grace', company_id });
    expect([tried.error.code, isDryRun(tried)]).toEqual(['contacts.invalid_company_id', 'true']);
    expect((await client.post('/contacts?dry_run=true', {})).error.code).toBe('contacts.first_name_required');
    const path = `/contacts/${randomUUID()}?dry_run=true`;
    expect((await client.patch(path, { notes: '' })).error.code).toBe('contacts.not_found');
    expect((await client.delete(path)).error.code).toBe('contacts.not_found');
    expect(await digests()).toEqual(before);
  });

  it('of a change and of a deletion keeps the record', async () => {
    const company_id = await make('/companies', { name: 'Acme' });
    const path = `/contacts/${await make('/contacts', { first_name: 'Grace', company_id })}`;
    const before = await digests();
    const changed = await client.patch<Made>(`${path}?dry_run=true`, { notes: 'Tried' });
    expect(changed.result).toMatchObject({ id: path.split('/').at(-1), notes: 'Tried' });
    for (const each of [path, `/companies/${company_id}`]) {
      expect((await client.delete<object>(`${each}?dry_run=true`)).result).toEqual({});
    }
    expect(await digests()).toEqual(before);
  });

  it('by operation stands in the body', async () => {
    const before = await digests();
    const made = await client.call<Made>('contacts-create', { first_name: 'Grace', dry_run: true });
    expect([made.result.id, isDryRun(made), await digests()]).toEqual([null, 'true', before]);
    for (const dry_run of [false, null]) {
      const real = await client.call<Made>('contacts-create', { first_name: 'Grace', dry_run });
      expect([real.result.id, isDryRun(real)]).toEqual([expect.any(String), undefined]);
    }
  });

  it('that is none: false, and an empty parameter', async () => {
    for (const value of ['false', '']) {
      const made = await client.post<Made>(`/contacts?dry_run=${value}`, { first_name: 'Grace' });
      expect([made.result.id, isDryRun(made)]).toEqual([expect.any(String), undefined]);
    }
  });

  it.each([
    ['a number', '/contacts?dry_run=1', 'contacts.invalid_request'],
    ['another word', '/contacts?dry_run=TRUE', 'contacts.invalid_request'],
    ['twice', '/contacts?dry_run=true&dry_run=true', 'contacts.invalid_request'],
    ['where no record is written', '/webhooks?dry_run=true', 'webhooks.invalid_request'],
    ['on an import', '/imports?dry_run=true', 'imports.invalid_request'],
  ])('%s is refused', async (_, path, code) => {
    const before = await digests();
    const { error } = await client.post(path, { first_name: 'Grace' });
    expect([error.code, error.details?.[0]?.field]).toEqual([code, 'dry_run']);
    expect(await digests()).toEqual(before);
  });

  it.each(['true', 1, {}, []])('by operation %j is refused', async (dry_run) => {
    const { error } = await client.call('contacts-create', { first_name: 'Grace', dry_run });
    expect([error.code, error.details?.[0]?.field]).toEqual(['contacts.invalid_request', 'dry_run']);
  });

  it('in the body of a route, in the query of an operation and on a list is unknown', async () => {
    const refused = [
      await client.post('/contacts', { first_name: 'Grace', dry_run: true }),
      await client.sendTo('POST', '/api/contacts-create?dry_run=true', { first_name: 'Grace' }),
      await client.get('/contacts?dry_run=true'),
      await client.call('contacts-list', { dry_run: true }),
    ];
    for (const { error } of refused) expect(error).toMatchObject({ code: 'contacts.invalid_request' });
  });

  it('is no use of an app', async () => {
    const { app, client_secret } = (
      await client.post<{ app: { id: string; client_id: string }; client_secret: string }>('/oauth-apps', {
        name: 'Sync',
      })
    ).result;
    const grant = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
    const token = (await program.client.post<{ access_token: string }>('/oauth/token', grant)).result;
    program.clock.move(minutes(5));
    const before = await digests();
    const ofApp = program.client.as(token);
    const used = await ofApp.post<Made>('/contacts?dry_run=true', { first_name: 'Grace' });
    const called = await ofApp.call<Made>('contacts-create', { first_name: 'Grace', dry_run: true });
    expect([used.result.id, called.result.id, await digests()]).toEqual([null, null, before]);
    await ofApp.get('/contacts');
    expect((await digests()).oauth_apps).not.toBe(before.oauth_apps);
  });
});

describe('one at a time', () => {
  const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;

  it('of an account; others wait for a moment, without a connection', async () => {
    const path = `/contacts/${await make('/contacts', { first_name: 'Grace' })}`;
    await withClient(workerDatabaseUrl(), async (direct) => {
      await direct.query('begin');
      await direct.query('select from contacts where id = $1 for update', [path.split('/').at(-1)]);
      const first = client.patch(`${path}?dry_run=true`, { notes: 'Tried' });
      await untilWaiting();
      const second = client.patch(`${path}?dry_run=true`, { notes: 'Tried, too' });
      expect((await client.post('/companies', { name: 'Acme' })).status).toBe(200);
      expect(await program.sql(waiting)).toHaveLength(1);
      for (const each of [await second, await first]) expect(each.error.code).toBe('rate_limit.exceeded');
      await direct.query('rollback');
    });
    expect((await client.patch(`${path}?dry_run=true`, { notes: 'Tried' })).status).toBe(200);
  });

  it('of an account, over all processes', async () => {
    const other: TestApp = await startApp();
    try {
      const path = `/contacts/${await make('/contacts', { first_name: 'Grace' })}?dry_run=true`;
      await withClient(workerDatabaseUrl(), async (direct) => {
        await direct.query('begin');
        await direct.query('select from contacts where id = $1 for update', [path.slice(10, 46)]);
        const first = client.patch(path, { notes: 'Tried' });
        await untilWaiting();
        const { status, error } = await other.client.as(ada).post('/companies?dry_run=true', { name: 'Acme' });
        expect([status, error.code]).toEqual([429, 'rate_limit.exceeded']);
        await direct.query('rollback');
        expect((await first).status).toBe(200);
      });
      expect((await other.client.as(ada).post('/companies?dry_run=true', { name: 'Acme' })).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  /** Asks outside of transactions, in which PostgreSQL shows the sessions as they were at first. */
  async function untilWaiting(): Promise<void> {
    while ((await program.sql(waiting)).length === 0);
  }
});

describe('the cost', () => {
  const { program: limited } = useApi({ environment: { RATE_LIMITS: 'on' } });

  it('is that of ten requests, by either door', async () => {
    limited.clock.freeze();
    const own = limited.client.as(await limited.register());
    const remaining = ({ headers }: Answer<unknown>) => Number(headers['ratelimit-remaining']);
    const full = remaining(await own.get('/contacts'));
    const body = { first_name: 'Grace' };
    expect(remaining(await own.post('/contacts?dry_run=true', body))).toBe(full - 10);
    expect(remaining(await own.call('contacts-create', { ...body, dry_run: true }))).toBe(full - 20);
    expect(remaining(await own.post('/contacts', body))).toBe(full - 21);
  });
});

describe('what would touch more than 10,000 rows is counted without writing', () => {
  /** So many records of each kind; a contact has a company with its number. */
  const fill = (customFields?: string) =>
    fillRecords({
      owner: { account_id: ada.user.account_id, id: ada.user.id },
      count: 10_001,
      ...(customFields && { customFields }),
    });
  const written = async (work: () => Promise<Answer<object>>) => {
    const before = await digests();
    let answer: Answer<object> | undefined;
    const statements = await statementsDuring(async () => (answer = await work()));
    expect(await digests()).toEqual(before);
    expect(answer!.status).toBe(200);
    return statements.filter(({ text }) => /^\s*(delete from "?(companies|custom_fields)|with carriers)/i.test(text))
      .length;
  };

  it('a company with so many contacts', async () => {
    const company = await make('/companies', { name: 'Acme' });
    const remove = () => client.delete<object>(`/companies/${company}?dry_run=true`);
    await make('/contacts', { first_name: 'Grace', company_id: company });
    expect(await written(remove)).toBe(1);
    await fill();
    await program.sql('update contacts set company_id = $2 where account_id = $1', [ada.user.account_id, company]);
    expect(await written(remove)).toBe(0);
  });

  it('a custom field with so many values, and an option', async () => {
    const options = ['red', 'green'];
    const body = { entity_type: 'contact', label: 'Colour', field_type: 'enum', options };
    const field = await make('/custom-fields', body);
    const remove = () => client.delete<object>(`/custom-fields/${field}?dry_run=true`);
    const shorten = () => client.patch<object>(`/custom-fields/${field}?dry_run=true`, { options: ['green'] });
    await make('/contacts', { first_name: 'Grace', custom_fields: { [field]: 'red' } });
    expect(await written(remove)).toBe(2);
    expect(await written(shorten)).toBe(1);
    await fill(`'{"${field}": "red"}'::jsonb`);
    expect(await written(remove)).toBe(0);
    expect(await written(shorten)).toBe(0);
    expect((await shorten()).result).toMatchObject({ options: ['green'] });
  });
});
