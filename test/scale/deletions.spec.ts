import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { withClient, workerDatabaseUrl } from '../support/database';
import { statementsDuring } from '../support/statements';

/** Deletions that touch very many records. */

const { program, ada, client } = useApi({ accountFor: 'all tests' });
beforeEach(() => program.sql('truncate contacts, companies, custom_field_values, events cascade'));
// Other files use this database after us.
afterEach(() => program.sql('truncate contacts, companies, custom_field_values, events cascade'));

const define = async (input: object) =>
  (await client.post<{ id: string }>('/custom-fields', { entity_type: 'contact', ...input })).result.id;

async function fill(count: number, companyId: string | null, custom_fields: object): Promise<void> {
  await program.sql(
    `insert into contacts (id, account_id, created_by, first_name, last_name, email, phone, job_title, address, city, state,
       zip_code, country, notes, company_id, source_id, tags, custom_fields, created_at, updated_at)
     select gen_random_uuid(), $1, $2, md5(n::text), '', '', '', '', '', '', '', '', '', '', $3, null, '{}', $4,
       timestamptz '2026-01-01', timestamptz '2026-01-01'
     from generate_series(1, $5::int) n`,
    [ada.user.account_id, ada.user.id, companyId, custom_fields, count],
  );
}

const count = async (from: string) => Number((await program.sql(`select count(*) from ${from}`))[0]!.count);
const untouched = `contacts where updated_at = timestamptz '2026-01-01'`;

/** Bytes that the program holds, after everything dead was thrown away. */
function held(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('100,000 contacts with a custom field', () => {
  const many = 100_000;

  it.each<[string, (id: string) => Promise<unknown>, number]>([
    ['the field is deleted', (id) => client.delete(`/custom-fields/${id}`), 0],
    ['an option is removed', (id) => client.patch(`/custom-fields/${id}`, { options: ['kept'] }), many / 2],
  ])('%s: the values go, without passing through the program', async (_, call, left) => {
    const text = await define({ label: randomUUID(), field_type: 'text' });
    const level = await define({ label: randomUUID(), field_type: 'enum', options: ['kept', 'gone'] });
    await fill(many / 2, null, { [level]: 'gone', [text]: 'x' });
    await fill(many / 2, null, { [level]: 'kept', [text]: 'x' });

    let peak = 0;
    const before = held();
    const watch = setInterval(() => (peak = Math.max(peak, held() - before)), 20);
    const sent = await statementsDuring(() => call(level));
    clearInterval(watch);

    // A slice of 100,000 at a time, until one is not full.
    expect(sent.filter(({ text: sql }) => /\bcontacts\b/.test(sql))).toHaveLength(left === 0 ? 2 : 1);
    // A hundred bytes of each contact would be ten times as much as a request needs.
    expect(peak).toBeLessThan(100 * many);
    expect(await count(`contacts where custom_fields ? '${level}'`)).toBe(left);
    expect(await count(`custom_field_values where definition_id = '${level}'`)).toBe(left);
    expect(await count(`contacts where custom_fields = '${JSON.stringify({ [text]: 'x' })}'`)).toBe(many - left);
    expect([await count(untouched), await count('events')]).toEqual([many, 0]);
  });
});

describe('a company with 50,000 contacts', () => {
  const many = 50_000;
  let id: string;
  beforeEach(async () => {
    id = (await client.post<{ id: string }>('/companies', { name: 'Acme' })).result.id;
    await fill(many, id, {});
    await program.sql(
      `insert into activities (id, account_id, created_by, activity_type, contact_id, company_id, project_id, occurred_at,
         metadata, created_at, updated_at)
       select gen_random_uuid(), $1, $2, 'call', case when row_number() over () % 2 = 0 then id end, $3, null, created_at, '{}',
         created_at, created_at
       from contacts`,
      [ada.user.account_id, ada.user.id, id],
    );
    await program.sql('delete from events');
  });

  it('is deleted whole: contacts without it, activities that had another link, and one event', async () => {
    const sent = await statementsDuring(() => client.delete(`/companies/${id}`));
    expect(sent.filter(({ text }) => /^\s*(update|delete)/i.test(text))).toHaveLength(2);
    expect([await count(untouched), await count('contacts where company_id is null')]).toEqual([many, many]);
    expect(await count('activities where company_id is null and contact_id is not null')).toBe(many / 2);
    expect(await count('activities')).toBe(many / 2);
    expect(await program.sql('select type, entity_id from events')).toEqual([
      { type: 'company.deleted', entity_id: id },
    ]);
  });

  it('readers are not held up: they see it all until it is gone', async () => {
    await withClient(workerDatabaseUrl(), async (direct) => {
      // Holds the last statement of the deletion up, after everything has been changed.
      await direct.query('begin');
      await direct.query('lock table events in access exclusive mode');
      const deletion = client.delete(`/companies/${id}`);
      await waitingFor('events');
      expect((await client.get<{ name: string }>(`/companies/${id}`)).result.name).toBe('Acme');
      const { items } = (await client.get<{ items: { company_name: string }[] }>(`/contacts?company_id=${id}`)).result;
      expect([items.length, items[0]!.company_name]).toEqual([25, 'Acme']);
      expect((await client.get<{ items: [] }>('/activities')).result.items).toHaveLength(25);
      await direct.query('commit');
      expect((await deletion).status).toBe(200);
    });
    expect((await client.get(`/companies/${id}`)).status).toBe(404);
  });
});

/** Until somebody waits for a lock on the table. */
async function waitingFor(table: string): Promise<void> {
  const waits = `pg_locks where not granted and relation = '${table}'::regclass`;
  while ((await count(waits)) === 0) await new Promise((resolve) => setImmediate(resolve));
}
