import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ImportsRetentionJob } from '../../src/contexts/imports/imports-retention-job';
import { useApi } from '../support/api';
import { days, minutes } from '../support/clock';
import {
  type Confirmation,
  Importing,
  type Item,
  type Job,
  type Kind,
  type Row,
  withoutWriting,
} from '../support/imports';
import { all, outcome } from '../support/outcome';

const { program, ada, client, use, later } = useApi({
  environment: { WORKERS: 'on' },
  accountFor: 'each test',
});
const imports = new Importing(program, client);

const hours = (count: number) => minutes(count * 60);
const refused = [400, 'imports.invalid_request'];
const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
const contact = (body: object = {}) => make('/contacts', { first_name: 'Grace', ...body });
const company = (body: object = {}) => make('/companies', { name: 'Acme', ...body });
const source = (name: string) => make('/sources', { name });
const edit = async (path: string, { id }: Pick<Row, 'id'>, body: object) =>
  (await client.patch<Row>(`${path}/${id}`, body)).result;
const get = async (path: string, { id }: Pick<Row, 'id'>) => (await client.get<Row>(`${path}/${id}`)).result;
const remove = async (path: string, { id }: Pick<Row, 'id'>) => (await client.delete<object>(`${path}/${id}`)).result;
const named = async (path: string, name: string) =>
  (await imports.all(path)).find((row) => row.name === name || row.first_name === name)!;
const define = (input: object) => make('/custom-fields', { entity_type: 'contact', field_type: 'text', ...input });

/** A file whose headers are the names of the fields. */
function uploaded(kind: Kind, fields: readonly string[], rows: readonly (readonly string[])[]) {
  return imports.uploaded(kind, [fields, ...rows]);
}

const mapping = (fields: readonly string[]) => Object.fromEntries(fields.map((field) => [field, field]));

async function run(
  kind: Kind,
  fields: readonly string[],
  rows: readonly (readonly string[])[],
  on_duplicate: Confirmation['on_duplicate'] = 'update',
): Promise<Job> {
  const job = await imports.finish(await uploaded(kind, fields, rows), {
    ...{ column_mapping: mapping(fields), on_duplicate, tags_mode: 'replace' },
  });
  expect([job.status, job.error, job.failed_count]).toEqual(['completed', null, 0]);
  return job;
}

const paths = ['/contacts', '/companies', '/sources?include_archived=true', '/activities', '/projects'] as const;

function lasting({ updated_at, version, ...rest }: Row) {
  expect([updated_at, version]).toEqual([expect.any(String), expect.any(Number)]);
  return rest;
}

/** Everything the account has, but when it was changed. */
async function state() {
  const lists = await Promise.all(paths.map((path) => imports.all(path)));
  return lists.map((rows) => rows.map(lasting).sort((a, b) => (a.id < b.id ? -1 : 1)));
}

/** How many contacts, companies and sources there are. */
const counted = async () => (await state()).slice(0, 3).map(({ length }) => length);

/** What the feed has got by the work. */
async function eventsOf(work: () => Promise<unknown>): Promise<Item[]> {
  await program.deliver();
  const before = (await imports.events()).length;
  await work();
  await program.deliver();
  return (await imports.events()).slice(before);
}

const ids = (items: readonly Item[], name: string) =>
  items
    .filter(({ event }) => event === name)
    .map(({ data }) => data.id)
    .sort();
const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id).sort();

/** The rows of what undoing left alone; every one says why. */
async function conflicts(job: Job): Promise<number[]> {
  const faults = await imports.errors(job);
  for (const { message } of faults) expect(message).toMatch(/\S/);
  return faults.map(({ row }) => row);
}

describe('what was made', () => {
  it('is deleted, with companies and sources made for their names', async () => {
    await contact({ email: 'old@example.com', company_id: (await company()).id, source_id: (await source('Fair')).id });
    const before = await state();
    const job = await run(
      'contacts',
      ['first_name', 'email', 'company_name', 'source_name'],
      [
        ['Ada', 'ada@example.com', 'ACME', 'fair'],
        ['Alan', 'alan@example.com', 'Bletchley', 'Radio'],
        ['Joan', 'joan@example.com', 'bletchley', 'RADIO'],
      ],
    );
    expect(await counted()).toEqual([4, 2, 2]);
    const made = (await imports.all('/contacts')).filter(({ email }) => email !== 'old@example.com');
    const bletchley = await named('/companies', 'Bletchley');

    let undone: Job;
    const items = await eventsOf(async () => (undone = await imports.undone(job)));
    expect(await state()).toEqual(before);
    expect(undone!).toMatchObject({ status: 'undone', progress: 1, conflict_count: 0, error: null });
    expect(undone!.finished_at).toEqual(expect.any(String));
    expect(await imports.errors(job)).toEqual([]);
    expect(ids(items, 'contact.deleted')).toEqual(idsOf(made));
    expect(ids(items, 'company.deleted')).toEqual([bletchley.id]);
    expect(items).toHaveLength(4);
    for (const { email, first_name, id } of made) {
      expect(items.find(({ data }) => data.id === id)!.data).toMatchObject({ email, first_name });
    }
    for (const { id } of made) await all([404, 'contacts.not_found'], client.get(`/contacts/${id}`));
    await all([404, 'companies.not_found'], client.get(`/companies/${bletchley.id}`));
  });

  it('of companies is deleted, and contacts that have got them meanwhile lose them', async () => {
    const grace = await contact();
    const before = await state();
    const job = await run(
      'companies',
      ['name', 'domain'],
      [
        ['Acme', 'acme.example'],
        ['Initech', 'initech.example'],
      ],
    );
    const acme = await named('/companies', 'Acme');
    await edit('/contacts', grace, { company_id: acme.id });
    const items = await eventsOf(() => imports.undone(job));
    expect(await state()).toEqual(before);
    expect(items.map(({ event }) => event)).toEqual(['company.deleted', 'company.deleted']);
  });

  it('of sources is deleted', async () => {
    await source('Fair');
    const before = await state();
    const job = await run('sources', ['name'], [['Radio'], ['Mail'], ['FAIR']], 'skip');
    expect(job).toMatchObject({ created_count: 2, skipped_count: 1 });
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await state()).toEqual(before);
  });

  it('is deleted although it was edited since', async () => {
    const fields = ['first_name', 'email', 'company_name', 'source_name'];
    const job = await run('contacts', fields, [['Ada', 'ada@example.com', 'Bletchley', 'Radio']]);
    const made = await named('/contacts', 'Ada');
    await edit('/contacts', made, { first_name: 'Augusta', phone: '12' });
    await edit('/companies', await named('/companies', 'Bletchley'), { name: 'Hut 8' });
    const radio = await named('/sources', 'Radio');
    await edit('/sources', radio, { name: 'Wireless' });
    await client.post(`/sources/${radio.id}/archive`);
    let undone: Job;
    const items = await eventsOf(async () => (undone = await imports.undone(job)));
    expect(undone!).toMatchObject({ conflict_count: 0 });
    expect(await counted()).toEqual([0, 0, 0]);
    expect(items.find(({ event }) => event === 'contact.deleted')!.data).toMatchObject({
      ...{ id: made.id, first_name: 'Augusta', phone: '12' },
    });
    expect(items.find(({ event }) => event === 'company.deleted')!.data).toMatchObject({ name: 'Hut 8' });
  });

  it('and deleted since is no conflict, and has no second event', async () => {
    const job = await run('contacts', ['first_name'], [['Ada'], ['Alan']]);
    const gone = await named('/contacts', 'Ada');
    const left = await named('/contacts', 'Alan');
    await remove('/contacts', gone);
    const items = await eventsOf(async () => expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 }));
    expect(ids(items, 'contact.deleted')).toEqual([left.id]);
    expect(await counted()).toEqual([0, 0, 0]);
  });

  it('and changed by a later row of the same batch is deleted', async () => {
    const before = await state();
    const fields = ['first_name', 'email', 'company_name'];
    const job = await run('contacts', fields, [
      ['Ada', 'ada@example.com', 'One'],
      ['Augusta', 'ADA@example.com', 'Two'],
    ]);
    expect(job).toMatchObject({ created_count: 1, updated_count: 1 });
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await state()).toEqual(before);
  });

  it('with on_duplicate create is deleted, and what was there stays', async () => {
    await contact({ email: 'grace@example.com' });
    const before = await state();
    const job = await run('contacts', ['first_name', 'email'], [['Ada', 'grace@example.com']], 'create');
    expect(await counted()).toEqual([2, 0, 0]);
    await imports.undone(job);
    expect(await state()).toEqual(before);
  });

  it('takes activities along that are left without a link, and leaves its projects', async () => {
    const acme = await company();
    const other = await contact({ first_name: 'Other' });
    const job = await run('contacts', ['first_name'], [['Ada']]);
    const { id } = await named('/contacts', 'Ada');
    const activity = (input: object) => make('/activities', { activity_type: 'call', ...input });
    const alone = await activity({ contact_id: id });
    const both = await activity({ contact_id: id, company_id: acme.id });
    const foreign = await activity({ contact_id: other.id });
    const project = await make('/projects', { name: 'Apollo' });
    await client.put(`/projects/${project.id}/contacts/${id}`, {});
    const items = await eventsOf(() => imports.undone(job));
    expect(items.map(({ event, data }) => [event, data.id])).toEqual([['contact.deleted', id]]);
    await all([404, 'activities.not_found'], client.get(`/activities/${alone.id}`));
    expect(await get('/activities', both)).toMatchObject({ contact_id: null, company_id: acme.id });
    expect(await get('/activities', foreign)).toEqual(foreign);
    expect(await imports.all(`/projects/${project.id}/contacts`)).toEqual([]);
    expect(await get('/projects', project)).toEqual(project);
  });

  it('can be imported again', async () => {
    const fields = ['first_name', 'email', 'company_name', 'source_name'];
    const rows = [['Ada', 'ada@example.com', 'Acme', 'Fair']];
    await imports.undone(await run('contacts', fields, rows, 'skip'));
    expect(await run('contacts', fields, rows, 'skip')).toMatchObject({ created_count: 1, skipped_count: 0 });
    expect(await counted()).toEqual([1, 1, 1]);
  });

  it('may be 2,500 records', async () => {
    await contact({ first_name: 'Stays' });
    const before = await state();
    const rows = Array.from({ length: 2_500 }, (_, index) => [
      ...[`Name ${index}`, `${index}@example.com`, `Company ${index % 7}`, `Source ${Math.floor(index / 900)}`],
    ]);
    const job = await run('contacts', ['first_name', 'email', 'company_name', 'source_name'], rows);
    expect(job).toMatchObject({ created_count: 2_500, progress: 1 });
    expect(await counted()).toEqual([2_501, 7, 3]);
    const made = (await imports.all('/contacts')).filter(({ first_name }) => first_name !== 'Stays');
    const companies = await imports.all('/companies');
    let undone: Job;
    const items = await eventsOf(async () => (undone = await imports.undone(job)));
    expect(undone!).toMatchObject({ progress: 1, conflict_count: 0 });
    expect(await state()).toEqual(before);
    expect(ids(items, 'contact.deleted')).toEqual(idsOf(made));
    expect(ids(items, 'company.deleted')).toEqual(idsOf(companies));
    expect(items).toHaveLength(2_507);
  });
});

describe('what was changed', () => {
  /** Definitions of every type, with a value before and one that the file brings. */
  async function customFields(entity_type: 'contact' | 'company') {
    const types: [object, unknown, string][] = [
      [{ field_type: 'text' }, 'x', 'y'],
      [{ field_type: 'number' }, 1.5, '2'],
      [{ field_type: 'date' }, '2026-01-31', '2026-02-01'],
      [{ field_type: 'boolean' }, true, 'no'],
      [{ field_type: 'enum', options: ['gold', 'silver'] }, 'gold', 'silver'],
    ];
    const made = await Promise.all(types.map(([type], index) => define({ entity_type, label: `F${index}`, ...type })));
    const keys = made.map(({ id }) => id);
    return {
      before: Object.fromEntries(keys.map((id, index) => [id, types[index]![1]])),
      fields: keys.map((id) => `custom_fields.${id}`),
      cells: types.map(([, , cell]) => cell),
    };
  }

  const contactTexts = ['last_name', 'phone', 'job_title', 'address', 'city', 'state', 'zip_code', 'country', 'notes'];
  it.each(['all fields', 'no fields'])('gets its earlier values back: a contact with %s', async (which) => {
    const custom = await customFields('contact');
    const full = {
      ...Object.fromEntries(contactTexts.map((field) => [field, `old ${field}`])),
      ...{ tags: ['b', 'a'], custom_fields: custom.before },
      ...{ company_id: (await company()).id, source_id: (await source('Fair')).id },
    };
    const grace = await contact({ email: 'grace@example.com', ...(which === 'all fields' && full) });
    const before = await state();
    const fields = ['email', 'first_name', ...contactTexts, 'tags', 'company_name', 'source_name', ...custom.fields];
    const texts = contactTexts.map((field) => `new ${field}`);
    const job = await run('contacts', fields, [
      ['GRACE@example.com', 'Amazing', ...texts, 'c, a', 'Navy', 'Radio', ...custom.cells],
    ]);
    expect(job).toMatchObject({ created_count: 0, updated_count: 1 });
    const changed = await get('/contacts', grace);
    expect(changed).toMatchObject({
      ...{ first_name: 'Amazing', phone: 'new phone', notes: 'new notes', tags: ['c', 'a'] },
      ...{ company_name: 'Navy', source_name: 'Radio' },
    });
    expect(Object.keys(changed.custom_fields as object)).toHaveLength(5);

    let undone: Job;
    const items = await eventsOf(async () => (undone = await imports.undone(job)));
    expect(undone!).toMatchObject({ status: 'undone', progress: 1, conflict_count: 0 });
    expect(await state()).toEqual(before);
    const updated = items.filter(({ event }) => event === 'contact.updated');
    expect(updated).toHaveLength(1);
    expect(updated[0]!.data).toEqual(await get('/contacts', grace));
    expect(updated[0]!.previous).toMatchObject({ first_name: 'Amazing', phone: 'new phone', tags: ['c', 'a'] });
    expect(items.map(({ event }) => event).sort()).toEqual(['company.deleted', 'contact.updated']);
  });

  const companyTexts = [
    ...['industry', 'website', 'linkedin_url', 'phone', 'address', 'city', 'state', 'zip_code', 'country', 'notes'],
  ];
  it.each(['all fields', 'no fields'])('gets its earlier values back: a company with %s', async (which) => {
    const custom = await customFields('company');
    const full = {
      ...Object.fromEntries(companyTexts.map((field) => [field, `https://old.example/${field}`])),
      ...{ tags: ['b', 'a'], custom_fields: custom.before, employee_count: 12, annual_revenue: 1_234 },
    };
    const acme = await company({ domain: 'acme.example', ...(which === 'all fields' && full) });
    const grace = await contact({ company_id: acme.id });
    const before = await state();
    const fields = ['domain', 'name', ...companyTexts, 'employee_count', 'annual_revenue', 'tags', ...custom.fields];
    const texts = companyTexts.map((field) => `https://new.example/${field}`);
    const job = await run('companies', fields, [
      ['acme.example', 'Zenith', ...texts, '99', '777', 'c', ...custom.cells],
    ]);
    const changed = await get('/companies', acme);
    expect(changed).toMatchObject({ name: 'Zenith', employee_count: 99, annual_revenue: 777, tags: ['c'] });
    expect(await get('/contacts', grace)).toMatchObject({ company_name: 'Zenith' });

    const items = await eventsOf(() => imports.undone(job));
    expect(await state()).toEqual(before);
    expect(items.map(({ event, data }) => [event, data.id])).toEqual([['company.updated', acme.id]]);
    expect(items[0]!.data).toEqual(await get('/companies', acme));
    expect(items[0]!.previous).toMatchObject({ name: 'Zenith', employee_count: 99, annual_revenue: 777 });
    expect(idsOf(await imports.all('/contacts?search=Acme'))).toEqual([grace.id]);
    expect(await imports.all('/contacts?search=Zenith')).toEqual([]);
  });

  it('gets its earlier name back: a source', async () => {
    await source('Fair');
    const before = await state();
    const job = await run('sources', ['name'], [['FAIR']]);
    expect((await imports.all('/sources')).map(({ name }) => name)).toEqual(['FAIR']);
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await state()).toEqual(before);
  });

  it('gets company and source back that were given by their ids', async () => {
    const [acme, navy] = [await company(), await company({ name: 'Navy' })];
    const [fair, radio] = [await source('Fair'), await source('Radio')];
    await contact({ email: 'grace@example.com', company_id: acme.id, source_id: fair.id });
    await contact({ email: 'ada@example.com' });
    const before = await state();
    const job = await run(
      'contacts',
      ['email', 'first_name', 'company_id', 'source_id'],
      [
        ['grace@example.com', 'Grace', navy.id, radio.id],
        ['ada@example.com', 'Ada', navy.id, radio.id],
      ],
    );
    expect(await imports.all(`/contacts?company_id=${navy.id}`)).toHaveLength(2);
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await state()).toEqual(before);
    expect(await imports.all(`/contacts?company_id=${navy.id}`)).toEqual([]);
    expect(await imports.all(`/contacts?company_id=${acme.id}`)).toHaveLength(1);
  });

  it('is found again by what it was', async () => {
    const grace = await contact({ first_name: 'Grace', email: 'g@example.com', tags: ['navy'] });
    const job = await run('contacts', ['email', 'first_name', 'tags'], [['g@example.com', 'Xenia', 'army']]);
    await imports.undone(job);
    expect(idsOf(await imports.all('/contacts?search=Grace'))).toEqual([grace.id]);
    expect(idsOf(await imports.all('/contacts?tags=navy'))).toEqual([grace.id]);
    expect(await imports.all('/contacts?search=Xenia')).toEqual([]);
    expect(await imports.all('/contacts?tags=army')).toEqual([]);
  });

  it('in no way has no event and stays as it is', async () => {
    const grace = await contact({ email: 'grace@example.com' });
    const job = await run('contacts', ['email', 'first_name'], [['grace@example.com', 'Grace']]);
    expect(job).toMatchObject({ updated_count: 1 });
    const items = await eventsOf(async () => expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 }));
    expect(items).toEqual([]);
    expect(await get('/contacts', grace)).toEqual(grace);
  });
});

describe('what was changed by several rows', () => {
  const fields = ['email', 'first_name', 'tags', 'company_name'];
  const row = (first_name: string, tags: string, company_name: string) => [
    ...['grace@example.com', first_name, tags, company_name],
  ];
  const filling = (count: number) =>
    Array.from({ length: count }, (_, index) => [`filler-${index}@example.com`, `Filler ${index}`, '', '']);
  const grace = () => contact({ email: 'grace@example.com', first_name: 'A', tags: ['a'], phone: '1' });

  it.each([
    ['A, B, C', [row('B', 'b', 'Bravo'), row('C', 'c', 'Charlie')]],
    ['A, B, A', [row('B', 'b', ''), row('A', 'a', '')]],
    ['A, B, C, B', [row('B', 'b', 'Bravo'), row('C', 'c', 'Charlie'), row('B', 'b', 'Bravo')]],
    ['different fields', [row('B', '', ''), ['grace@example.com', 'B', 'c', 'Charlie']]],
  ])('of one batch comes back to its state before: %s', async (_, rows) => {
    await grace();
    const before = await state();
    const job = await run('contacts', fields, rows);
    expect(job).toMatchObject({ created_count: 0, updated_count: rows.length });
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await state()).toEqual(before);
    expect(await imports.errors(job)).toEqual([]);
  });

  it.each([
    ['A, B, C', row('B', 'b', 'Bravo'), row('C', 'c', 'Charlie')],
    ['A, B, A', row('B', 'b', ''), row('A', 'a', '')],
    ['A, B, B', row('B', 'b', 'Bravo'), row('B', 'b', 'Bravo')],
    ['A, A, B', row('A', 'a', ''), row('B', 'b', 'Bravo')],
  ])('of different batches comes back to its state before: %s', async (_, first, last) => {
    await grace();
    const before = await state();
    const job = await run('contacts', fields, [first, ...filling(1_498), last]);
    expect(job).toMatchObject({ created_count: 1_498, updated_count: 2 });
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0, progress: 1 });
    expect(await state()).toEqual(before);
  });

  it('of three batches comes back, twice changed in one of them, beside one that was made and changed', async () => {
    await grace();
    const before = await state();
    const made = (name: string) => ['made@example.com', name, name, 'Made Ltd'];
    const filler = filling(2_200);
    const job = await run('contacts', fields, [
      ...[row('B', 'b', 'Bravo'), row('C', 'c', 'Charlie'), made('X'), ...filler.slice(0, 1_100)],
      ...[row('D', 'd', 'Bravo'), made('Y'), ...filler.slice(1_100), row('E', 'e', 'Delta'), made('Z')],
    ]);
    expect(job).toMatchObject({ created_count: 2_201, updated_count: 6 });
    expect(await counted()).toEqual([2_202, 4, 0]);
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await state()).toEqual(before);
  });

  it.each([
    ['one batch', 1],
    ['different batches', 1_498],
  ])('of %s and edited since stays as it was edited, and is one conflict', async (_, between) => {
    const made = await grace();
    const job = await run('contacts', fields, [row('B', 'b', ''), ...filling(between), row('C', 'c', '')]);
    const edited = await edit('/contacts', made, { phone: '2' });
    expect(edited).toMatchObject({ first_name: 'C', tags: ['c'], phone: '2' });
    const { conflict_count } = await imports.undone(job);
    expect(await imports.all('/contacts')).toEqual([edited]);
    expect([conflict_count, await conflicts(job)]).toEqual([1, [expect.any(Number)]]);
  });

  it.each([
    ['one batch', 1],
    ['different batches', 1_498],
  ])('of %s and deleted since stays away, and is one conflict', async (_, between) => {
    const made = await grace();
    const job = await run('contacts', fields, [row('B', 'b', ''), ...filling(between), row('C', 'c', '')]);
    await remove('/contacts', made);
    const { conflict_count } = await imports.undone(job);
    expect(await imports.all('/contacts')).toEqual([]);
    expect([conflict_count, await conflicts(job)]).toEqual([1, [expect.any(Number)]]);
  });
});

describe('what was changed since', () => {
  const fields = ['email', 'first_name'];
  const rows = [
    ['new@example.com', 'New'],
    ['grace@example.com', 'Amazing'],
    ['ada@example.com', 'Augusta'],
  ];
  let grace: Row;
  let ada_: Row;
  let job: Job;
  beforeEach(async () => {
    grace = await contact({ email: 'grace@example.com', first_name: 'Grace' });
    ada_ = await contact({ email: 'ada@example.com', first_name: 'Ada' });
    job = await run('contacts', fields, rows);
  });

  it('by an edit of another field stays, and is listed with its row', async () => {
    const edited = await edit('/contacts', grace, { phone: '12' });
    const items = await eventsOf(async () =>
      expect(await imports.undone(job)).toMatchObject({ status: 'undone', progress: 1, conflict_count: 1 }),
    );
    expect(await get('/contacts', grace)).toEqual(edited);
    expect(edited.first_name).toBe('Amazing');
    expect(await get('/contacts', ada_)).toMatchObject({ first_name: 'Ada' });
    expect(await conflicts(job)).toEqual([2]);
    expect(items.map(({ event }) => event).sort()).toEqual(['contact.deleted', 'contact.updated']);
    expect(ids(items, 'contact.updated')).toEqual([ada_.id]);
    expect((await imports.get(job)).conflict_count).toBe(1);
  });

  it('by an edit that was taken back stays too', async () => {
    await edit('/contacts', grace, { phone: '12' });
    const edited = await edit('/contacts', grace, { phone: null });
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 1 });
    expect(await get('/contacts', grace)).toEqual(edited);
    expect(await conflicts(job)).toEqual([2]);
  });

  it('by an edit of the same field stays', async () => {
    await edit('/contacts', grace, { first_name: 'Admiral' });
    await edit('/contacts', ada_, { first_name: 'Countess' });
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 2 });
    expect(await get('/contacts', grace)).toMatchObject({ first_name: 'Admiral' });
    expect(await get('/contacts', ada_)).toMatchObject({ first_name: 'Countess' });
    expect(await conflicts(job)).toEqual([2, 3]);
    expect(await counted()).toEqual([2, 0, 0]);
  });

  it('by an edit that changed nothing gets its earlier values back', async () => {
    await edit('/contacts', grace, { first_name: 'Amazing' });
    await edit('/contacts', ada_, {});
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await get('/contacts', grace)).toMatchObject({ first_name: 'Grace' });
    expect(await get('/contacts', ada_)).toMatchObject({ first_name: 'Ada' });
  });

  it('by being deleted stays away, and is listed with its row', async () => {
    await remove('/contacts', grace);
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 1 });
    expect((await imports.all('/contacts')).map(({ first_name }) => first_name)).toEqual(['Ada']);
    expect(await conflicts(job)).toEqual([2]);
  });

  it('by a later import stays', async () => {
    await run('contacts', fields, [
      ['grace@example.com', 'Later'],
      ['ada@example.com', 'Augusta'],
    ]);
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 1 });
    expect(await get('/contacts', grace)).toMatchObject({ first_name: 'Later' });
    expect(await get('/contacts', ada_)).toMatchObject({ first_name: 'Ada' });
    expect(await conflicts(job)).toEqual([2]);
  });

  it('is listed beside rows that were refused', async () => {
    const uploading = await uploaded('contacts', fields, [
      ['', ''],
      ['x'.repeat(501), 'Nobody'],
      ['grace@example.com', 'Again'],
    ]);
    const mixed = await imports.finish(uploading, { column_mapping: mapping(fields), on_duplicate: 'update' });
    const [failure] = await imports.errors(mixed);
    expect(mixed).toMatchObject({ status: 'completed', updated_count: 1 });
    await edit('/contacts', grace, { phone: '12' });
    expect(await imports.undone(mixed)).toMatchObject({
      ...{ conflict_count: 1, failed_count: mixed.failed_count },
    });
    const faults = await imports.errors(mixed);
    expect(faults).toHaveLength(mixed.failed_count + 1);
    expect(faults[0]).toEqual(failure);
    expect(faults.at(-1)!.row).toBeGreaterThan(failure!.row);
  });

  it.each(['companies', 'sources'] as const)('stays: %s', async (kind) => {
    const made = await make(`/${kind}`, { name: 'Acme' });
    const other = await make(`/${kind}`, { name: 'Other' });
    const changing = await run(kind, ['name'], [['OTHER'], ['ACME']]);
    const edited = await edit(`/${kind}`, made, { name: 'Zenith' });
    expect(await imports.undone(changing)).toMatchObject({ conflict_count: 1 });
    expect(await get(`/${kind}`, made)).toEqual(edited);
    expect(await get(`/${kind}`, other)).toMatchObject({ name: 'Other' });
    expect(await conflicts(changing)).toEqual([2]);
  });
});

describe('a source that the import made', () => {
  const fields = ['first_name', 'source_name'];

  it('stays when contacts outside have got it, and is listed', async () => {
    const grace = await contact();
    const job = await run('contacts', fields, [
      ['Ada', 'Fair'],
      ['Alan', 'Radio'],
      ['Joan', 'radio'],
    ]);
    const radio = await named('/sources', 'Radio');
    const edited = await edit('/contacts', grace, { source_id: radio.id });
    expect(await imports.undone(job)).toMatchObject({ status: 'undone', conflict_count: 1 });
    expect(await imports.all('/sources')).toEqual([radio]);
    expect(await imports.all('/contacts')).toEqual([edited]);
    expect(await conflicts(job)).toEqual([2]);
  });

  it('stays when contacts have got it that were there before, in an import of sources', async () => {
    const grace = await contact();
    const job = await run('sources', ['name'], [['Fair'], ['Radio']]);
    const radio = await named('/sources', 'Radio');
    await edit('/contacts', grace, { source_id: radio.id });
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 1 });
    expect((await imports.all('/sources')).map(({ name }) => name)).toEqual(['Radio']);
    expect(await get('/contacts', grace)).toMatchObject({ source_id: radio.id, source_name: 'Radio' });
    expect(await conflicts(job)).toEqual([2]);
  });

  it('goes when the contact has lost it again', async () => {
    const grace = await contact();
    const job = await run('contacts', fields, [['Ada', 'Radio']]);
    await edit('/contacts', grace, { source_id: (await named('/sources', 'Radio')).id });
    await edit('/contacts', grace, { source_id: null });
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await counted()).toEqual([1, 0, 0]);
  });

  it('stays with a contact that the import changed and somebody edited since; its company goes', async () => {
    const grace = await contact({ email: 'grace@example.com' });
    const job = await run(
      'contacts',
      ['email', 'first_name', 'company_name', 'source_name'],
      [['grace@example.com', 'Amazing', 'Navy', 'Radio']],
    );
    await edit('/contacts', grace, { phone: '12' });
    const undone = await imports.undone(job);
    expect(undone.conflict_count).toBe(2);
    expect(await get('/contacts', grace)).toMatchObject({
      ...{ first_name: 'Amazing', source_name: 'Radio', company_id: null },
    });
    expect(await counted()).toEqual([1, 0, 1]);
    expect(await conflicts(job)).toEqual([1, 1]);
  });
});

describe('what is gone stays away', () => {
  const update = (fields: readonly string[], cells: readonly string[]) =>
    run('contacts', ['email', 'first_name', ...fields], [['grace@example.com', 'Amazing', ...cells]]);

  it('a custom field that was deleted', async () => {
    const [region, level] = [await define({ label: 'Region' }), await define({ label: 'Level' })];
    const custom_fields = { [region.id]: 'north', [level.id]: 'low' };
    const grace = await contact({ email: 'grace@example.com', custom_fields });
    const fields = [region, level].map(({ id }) => `custom_fields.${id}`);
    const job = await update(fields, ['south', 'high']);
    await remove('/custom-fields', region);
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await get('/contacts', grace)).toMatchObject({ first_name: 'Grace' });
    expect((await get('/contacts', grace)).custom_fields).toEqual({ [level.id]: 'low' });
  });

  it('an option that was removed', async () => {
    const level = await define({ label: 'Level', field_type: 'enum', options: ['gold', 'silver'] });
    const grace = await contact({ email: 'grace@example.com', custom_fields: { [level.id]: 'gold' } });
    const job = await update([`custom_fields.${level.id}`], ['silver']);
    await edit('/custom-fields', level, { options: ['silver', 'bronze'] });
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    const after = await get('/contacts', grace);
    expect(after.first_name).toBe('Grace');
    expect((after.custom_fields as Record<string, unknown>)[level.id]).not.toBe('gold');
    expect((await edit('/contacts', grace, { phone: '12' })).phone).toBe('12');
  });

  it('an option that the import brought: the earlier one comes back', async () => {
    const level = await define({ label: 'Level', field_type: 'enum', options: ['gold', 'silver'] });
    const grace = await contact({ email: 'grace@example.com', custom_fields: { [level.id]: 'gold' } });
    const job = await update([`custom_fields.${level.id}`], ['silver']);
    await edit('/custom-fields', level, { options: ['gold'] });
    expect((await get('/contacts', grace)).custom_fields).toEqual({});
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(lasting(await get('/contacts', grace))).toEqual(lasting(grace));
  });

  it('a company that was deleted: the one before', async () => {
    const acme = await company();
    const grace = await contact({ email: 'grace@example.com', company_id: acme.id });
    const job = await update(['company_name'], ['Navy']);
    await remove('/companies', acme);
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await get('/contacts', grace)).toMatchObject({ first_name: 'Grace', company_id: null });
    expect(await counted()).toEqual([1, 0, 0]);
  });

  it('a company that was deleted: the one that the import brought', async () => {
    const [acme, navy] = [await company(), await company({ name: 'Navy' })];
    const grace = await contact({ email: 'grace@example.com', company_id: acme.id });
    const job = await update(['company_name'], ['navy']);
    await remove('/companies', navy);
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(lasting(await get('/contacts', grace))).toEqual(lasting(grace));
  });

  it('a company that the import made and somebody deleted', async () => {
    const grace = await contact({ email: 'grace@example.com' });
    const job = await update(['company_name'], ['Navy']);
    await remove('/companies', await named('/companies', 'Navy'));
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(lasting(await get('/contacts', grace))).toEqual(lasting(grace));
  });

  it('but a source that was archived comes back', async () => {
    const fair = await source('Fair');
    const grace = await contact({ email: 'grace@example.com', source_id: fair.id });
    const job = await update(['source_name'], ['Radio']);
    await client.post(`/sources/${fair.id}/archive`);
    expect(await imports.undone(job)).toMatchObject({ conflict_count: 0 });
    expect(await get('/contacts', grace)).toMatchObject({ first_name: 'Grace', source_id: fair.id });
    expect(await imports.all('/sources')).toEqual([]);
  });
});

describe('undoing is refused', () => {
  const fields = ['first_name'];
  const confirm = async (names: string[], confirmation: Confirmation = {}) => {
    const { job } = await uploaded(
      'contacts',
      fields,
      names.map((name) => [name]),
    );
    return (await imports.confirm(job, { column_mapping: mapping(fields), ...confirmation })).result;
  };
  const refuse = (job: Job) => all(refused, imports.undo(job));

  it('for a second time', async () => {
    const job = await imports.undone(await run('contacts', fields, [['Ada']]));
    await refuse(job);
    expect(await imports.get(job)).toEqual(job);
  });

  it('for a second time at once', async () => {
    const job = await run('contacts', fields, [['Ada']]);
    const answers = await Promise.all([1, 2, 3].map(() => outcome(imports.undo(job))));
    expect(answers.sort()).toEqual([[200, undefined], refused, refused]);
    expect(await imports.settled(job)).toMatchObject({ status: 'undone', progress: 1 });
    expect(await counted()).toEqual([0, 0, 0]);
  });

  it('of a dry run', async () => {
    const job = await imports.settled(await confirm(['Ada'], { dry_run: true }));
    expect(job).toMatchObject({ status: 'completed', dry_run: true, created_count: 1 });
    await refuse(job);
    expect(await imports.get(job)).toEqual(job);
  });

  it('of one that waits for its file, or to be confirmed', async () => {
    await refuse((await imports.begin()).job);
    const { job } = await uploaded('contacts', fields, [['Ada']]);
    await refuse(job);
    expect(await imports.get(job)).toMatchObject({ status: 'uploaded' });
  });

  it('of one that runs, one that waits for its turn, and one that was cancelled before it began', async () => {
    const [running, waiting] = await withoutWriting('contacts', async () => {
      const first = await imports.until(await confirm(['Ada']), ({ status }) => status === 'processing');
      const second = await confirm(['Alan']);
      expect((await imports.get(second)).status).toBe('queued');
      await refuse(first);
      await refuse(second);
      expect((await imports.cancel(second)).result).toMatchObject({ status: 'cancelled', processed_rows: 0 });
      await refuse(second);
      return [first, second] as const;
    });
    expect(await imports.settled(running)).toMatchObject({ status: 'completed', created_count: 1 });
    await refuse(waiting);
    expect(await imports.get(waiting)).toMatchObject({ status: 'cancelled' });
    expect(await counted()).toEqual([1, 0, 0]);
    await imports.undone(running);
    expect(await counted()).toEqual([0, 0, 0]);
  });

  it('after 7 days, and not before', async () => {
    const early = await run('contacts', fields, [['Ada']]);
    const late = await run('contacts', fields, [['Alan']]);
    await later(days(7) - minutes(5));
    await imports.undone(early);
    await later(minutes(6));
    await refuse(late);
    expect(await imports.get(late)).toEqual(late);
    expect(await counted()).toEqual([1, 0, 0]);
  });

  it('to another account, and for what is not there', async () => {
    const job = await run('contacts', fields, [['Ada']]);
    const stranger = program.client.as(await program.register());
    await all([404, 'imports.not_found'], stranger.post(`/imports/${job.id}/undo`));
    await all([404, 'imports.not_found'], client.post(`/imports/${randomUUID()}/undo`));
    await all([400, 'imports.invalid_id'], client.post('/imports/abc/undo'));
    await all([401, 'auth.required'], program.client.post(`/imports/${job.id}/undo`));
    expect(await imports.get(job)).toEqual(job);
    expect(await counted()).toEqual([1, 0, 0]);
  });
});

it('undoing touches nothing of another account', async () => {
  const other = await program.register();
  const rows = [['Ada', 'ada@example.com', 'Acme', 'Fair']];
  const fields = ['first_name', 'email', 'company_name', 'source_name'];
  use(other);
  await run('contacts', fields, rows);
  const before = await state();
  use(ada);
  await imports.undone(await run('contacts', fields, rows));
  expect(await counted()).toEqual([0, 0, 0]);
  use(other);
  expect(await state()).toEqual(before);
});

it('undoing that runs cannot be cancelled', async () => {
  const job = await run('contacts', ['first_name'], [['Ada']]);
  const cancelling = await withoutWriting('contacts', async () => {
    await imports.undo(job).then(({ result }) => result);
    await imports.until(job, ({ status }) => status === 'processing');
    const answer = outcome(imports.cancel(job));
    await Promise.race([answer, delay(300)]);
    return { answer };
  });
  expect(await cancelling.answer).toEqual(refused);
  expect(await imports.settled(job)).toMatchObject({ status: 'undone', progress: 1 });
  expect(await counted()).toEqual([0, 0, 0]);
});

it('a cancelled import that had done something can be undone', async () => {
  const grace = await contact({ email: '0@example.com', first_name: 'Grace' });
  const before = await state();
  const fields = ['email', 'first_name', 'company_name', 'source_name'];
  const rows = Array.from({ length: 8_000 }, (_, index) => [
    ...[`${index}@example.com`, `Name ${index}`, `Company ${index % 5}`, 'Fair'],
  ]);
  const { job } = await uploaded('contacts', fields, rows);
  await imports.confirm(job, { column_mapping: mapping(fields), on_duplicate: 'update' }).then(({ result }) => result);
  await imports.until(job, ({ processed_rows }) => processed_rows > 0);
  const cancelled = (await imports.cancel(job)).result;
  expect(cancelled.status).toBe('cancelled');
  const ended = await imports.settled(job);
  expect(ended.processed_rows).toBeGreaterThan(0);
  expect(ended.processed_rows).toBeLessThan(8_000);
  expect(ended).toMatchObject({ created_count: ended.processed_rows - 1, updated_count: 1 });
  expect(await get('/contacts', grace)).toMatchObject({ first_name: 'Name 0', company_name: 'Company 0' });
  expect(await counted()).toEqual([ended.processed_rows, 5, 1]);
  expect(await imports.undone(job)).toMatchObject({ progress: 1, conflict_count: 0 });
  expect(await state()).toEqual(before);
  await all(refused, imports.undo(job));
});

it('what somebody changed between two rows of the file is theirs: the record is left as they made it', async () => {
  const { id } = await contact({ email: 'grace@example.com', phone: '000' });
  const others = Array.from({ length: 1_200 }, (_, index) => [`other-${index}@example.com`, '0', 'Other']);
  const rows = [['grace@example.com', '111', 'Grace'], ...others, ['grace@example.com', '333', 'Grace']];
  const job = await run('contacts', ['email', 'phone', 'first_name'], rows);
  // As if the second row had met another change than that of the first.
  await program.sql(
    `update import_changes set updated = replace(updated::text, '"phone":"111"', '"phone":"222"')::json where import_id = $1`,
    [job.id],
  );
  await program.sql(
    `update import_changes set updated = regexp_replace(updated::text, '"was":"[^"]+"', '"was":"2026-01-31T00:00:00.000Z"')::json
     where import_id = $1 and updated::text like '%"222"%'`,
    [job.id],
  );
  expect(await imports.undone(job)).toMatchObject({ conflict_count: 1 });
  expect(await get('/contacts', { id })).toMatchObject({ phone: '222' });
});

describe('housekeeping', () => {
  const cleanUp = () => program.app.get(ImportsRetentionJob, { strict: false }).run();
  const chunks = async ({ id }: Pick<Job, 'id'>) =>
    (
      await program.sql<{ upload_id: string }>(
        'select upload_id from import_chunks where import_id = $1 order by created_at',
        [id],
      )
    ).map(({ upload_id }) => upload_id);
  const changes = ({ id }: Job) => program.sql('select number from import_changes where import_id = $1', [id]);
  const body = { column_mapping: { first_name: 'first_name' } };

  it('cancels after 24 h what was never confirmed, and drops its file', async () => {
    const waiting = await imports.begin();
    const sent = await imports.begin();
    await imports.put(sent, [['first_name'], ['Ada']]);
    const { job } = await uploaded('contacts', ['first_name'], [['Ada']]);
    const three = [waiting.job, sent.job, job];
    const statuses = () => Promise.all(three.map(async (one) => (await imports.get(one)).status));
    const kept = async () => (await Promise.all(three.map(chunks))).map(({ length }) => length);

    await later(hours(23));
    await cleanUp();
    expect([await statuses(), await kept()]).toEqual([
      ['pending_upload', 'pending_upload', 'uploaded'],
      [0, 1, 1],
    ]);
    await later(hours(1) + minutes(5));
    await cleanUp();
    expect([await statuses(), await kept()]).toEqual([
      ['cancelled', 'cancelled', 'cancelled'],
      [0, 0, 0],
    ]);
    await all(refused, imports.confirm(job, body), imports.complete(sent.job), imports.undo(job));
  });

  it('leaves what was tried out completed, but it cannot be confirmed any more', async () => {
    const tryOut = async () =>
      imports.finish(await uploaded('contacts', ['first_name'], [['Ada']]), { ...body, dry_run: true });
    const [early, late] = [await tryOut(), await tryOut()];
    await later(hours(23));
    await cleanUp();
    await imports.confirm(early, body).then(({ result }) => result);
    expect(await imports.settled(early)).toMatchObject({ status: 'completed', dry_run: false, created_count: 1 });
    await later(hours(1) + minutes(5));
    await cleanUp();
    expect(await imports.get(late)).toEqual(late);
    expect(late).toMatchObject({ status: 'completed', dry_run: true });
    expect(await chunks(late)).toEqual([]);
    await all(refused, imports.confirm(late, body));
    expect(await counted()).toEqual([1, 0, 0]);
  });

  it('drops what undoing needs after 7 days', async () => {
    const job = await run('contacts', ['first_name'], [['Ada']]);
    expect((await changes(job)).length).toBeGreaterThan(0);
    expect(await chunks(job)).toEqual([]);
    await later(days(7) - minutes(30));
    await cleanUp();
    expect((await changes(job)).length).toBeGreaterThan(0);
    await later(hours(1));
    await cleanUp();
    expect(await changes(job)).toEqual([]);
    await all(refused, imports.undo(job));
    expect(await imports.get(job)).toEqual(job);
  });

  it('drops what undoing needed once it is undone', async () => {
    const job = await run('contacts', ['first_name'], [['Ada']]);
    await imports.undone(job);
    await cleanUp();
    expect(await changes(job)).toEqual([]);
  });

  it('drops errors after 30 days', async () => {
    const fields = ['first_name', 'email'];
    const uploading = await uploaded('contacts', fields, [
      ['Ada', 'x'.repeat(501)],
      ['Alan', 'alan@example.com'],
    ]);
    const job = await imports.finish(uploading, { column_mapping: mapping(fields) });
    expect(job).toMatchObject({ status: 'completed', created_count: 1, failed_count: 1 });
    const faults = await imports.errors(job);
    expect(faults).toMatchObject([{ row: 1, field: 'email' }]);
    await later(days(30) - hours(1));
    await cleanUp();
    expect(await imports.errors(job)).toEqual(faults);
    await later(hours(2));
    await cleanUp();
    expect(await imports.errors(job)).toEqual([]);
    expect(await imports.get(job)).toEqual(job);
  });

  it('drops what an upload that broke off left over, when it is old', async () => {
    const leave = async ({ id, account_id }: Job, age: number) => {
      const upload = randomUUID();
      await program.sql(
        `insert into import_chunks (account_id, import_id, upload_id, number, data, created_at)
         values ($1, $2, $3, 0, 'left', $4)`,
        [account_id, id, upload, new Date(program.clock.now().getTime() - age)],
      );
      return upload;
    };
    const { job } = await uploaded('contacts', ['first_name'], [['Ada']]);
    const waiting = (await imports.begin()).job;
    const own = await chunks(job);
    expect(own).toHaveLength(1);
    // Its own piece is old as well by now.
    await later(hours(4));
    const young: string[] = [];
    for (const one of [job, waiting]) {
      await leave(one, hours(3));
      young.push(await leave(one, minutes(10)));
    }
    await cleanUp();
    expect(await chunks(job)).toEqual([...own, young[0]]);
    expect(await chunks(waiting)).toEqual([young[1]]);
    expect((await imports.get(job)).status).toBe('uploaded');
    await imports.confirm(job, body).then(({ result }) => result);
    expect(await imports.settled(job)).toMatchObject({ status: 'completed', created_count: 1 });
  });
});
