import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { days } from '../support/clock';
import {
  type Confirmation,
  counts,
  csv,
  Importing,
  type Job,
  type Kind,
  type Row,
  type Told,
} from '../support/imports';
import { BatchWriter } from '../../src/contexts/imports/batch-writer';
import { ImportsRetentionJob } from '../../src/contexts/imports/imports-retention-job';

/** How rows are matched to records, and what is told about it. */
const { program, ada, client, later } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'each test' });
const imports = new Importing(program, client);

const create = async (kind: Kind, body: object) => (await client.post<Row>(`/${kind}`, body)).result;
const records = (kind: Kind = 'contacts') => imports.all(`/${kind}`);
/** Imports rows whose headers are the fields themselves. */
const run = (kind: Kind, rows: readonly (readonly string[])[], confirmation: Confirmation = {}) =>
  imports.run(kind, rows, {
    column_mapping: Object.fromEntries(rows[0]!.map((field) => [field, field])),
    ...confirmation,
  });
const outcomes = async (job: Job) => (await imports.rows(job)).map(({ outcome }) => outcome);
const texts = (rows: readonly Told[]) => rows.flatMap(({ messages }) => messages);

/** The job of a dry run and that of the import after it, which must tell the same. */
async function triedAndRun(
  kind: Kind,
  rows: readonly (readonly string[])[],
  confirmation: Confirmation = {},
): Promise<{ readonly job: Job; readonly rows: readonly Told[] }> {
  const column_mapping = Object.fromEntries(rows[0]!.map((field) => [field, field]));
  const uploaded = await imports.uploaded(kind, csv(rows));
  const tried = await imports.finish(uploaded, { column_mapping, ...confirmation, dry_run: true });
  const told = await imports.rows(tried);
  const job = await imports.finish(uploaded, { column_mapping, ...confirmation });
  const became = await imports.rows(job);
  const withoutIds = (some: readonly Told[]) => some.map(({ row, outcome, messages }) => ({ row, outcome, messages }));
  expect([tried.status, job.status]).toEqual(['completed', 'completed']);
  expect([...counts(tried), tried.warning_count]).toEqual([...counts(job), job.warning_count]);
  expect(withoutIds(told)).toEqual(withoutIds(became));
  return { job, rows: became };
}

describe('contacts are the same', () => {
  it.each([
    ['in any case', 'grace@navy.example', 'GRACE@Navy.Example'],
    ['composed or not', 'zoe\u0308@navy.example', 'zo\u00eb@navy.example'],
    ['not composed or composed', 'zo\u00eb@navy.example', 'zoe\u0308@navy.example'],
  ])('by an address %s', async (_, there, sent) => {
    const grace = await create('contacts', { first_name: 'Grace', email: there });
    const { job, rows } = await triedAndRun('contacts', [
      ['first_name', 'email'],
      ['Grace', sent],
    ]);
    expect([job.skipped_count, job.warning_count]).toEqual([1, 0]);
    expect(rows).toEqual([{ row: 1, outcome: 'skipped', record_id: grace.id, messages: [] }]);
  });

  it.each(['0049 30 901820', '+49 (0)30 / 90-18-20', '４９30901820', '49.30.901820'])(
    'by the digits of their phone numbers: %s',
    async (phone) => {
      const grace = await create('contacts', { first_name: 'Grace', phone: '+49 30 901820' });
      await create('contacts', { first_name: 'Other', phone: '+49 30 901821' });
      const confirmation = { match_by: 'phone', on_duplicate: 'update' } as const;
      const { rows } = await triedAndRun(
        'contacts',
        [
          ['first_name', 'phone'],
          ['Gracie', phone],
        ],
        confirmation,
      );
      expect(rows).toMatchObject([{ outcome: 'updated', record_id: grace.id }]);
      expect((await records()).map(({ first_name }) => first_name).sort()).toEqual(['Gracie', 'Other']);
    },
  );

  it('by name and company: a list without addresses is imported twice without doubles', async () => {
    const connections = [
      ['first_name', 'last_name', 'email', 'company_name'],
      ['Grace', 'Hopper', '', 'Navy'],
      ['Ada', 'Lovelace', '', ''],
      ['Ada', 'Lovelace', '', 'Engines'],
      ['ada', ' LOVELACE', '', 'engines'],
      ['Jan', '', '', 'Navy'],
      ['Jan', '', '', ''],
      ['Jan', '', '', ''],
    ];
    const confirmation = { match_by: 'name_and_company' };
    const first = await triedAndRun('contacts', connections, confirmation);
    expect(first.rows.map(({ outcome }) => outcome)).toEqual([
      ...['created', 'created', 'created', 'skipped', 'created', 'created', 'created'],
    ]);
    const made = await records();
    const second = await triedAndRun('contacts', connections, confirmation);
    // A first name alone is nobody.
    expect(second.rows.map(({ outcome }) => outcome)).toEqual([
      ...['skipped', 'skipped', 'skipped', 'skipped', 'skipped', 'created', 'created'],
    ]);
    const met = second.rows.slice(0, 5).map(({ record_id }) => made.find(({ id }) => id === record_id));
    expect(met).toMatchObject([
      { first_name: 'Grace' },
      { first_name: 'Ada', company_name: '' },
      { first_name: 'Ada', company_name: 'Engines' },
      { first_name: 'Ada', company_name: 'Engines' },
      { first_name: 'Jan', company_name: 'Navy' },
    ]);
  });

  it('by name and company, which may be said by its id', async () => {
    const { id: company_id } = await create('companies', { name: 'Navy' });
    await create('contacts', { first_name: 'Grace', last_name: 'Hopper', company_id });
    const job = await run(
      'contacts',
      [
        ['full_name', 'company_id'],
        ['Grace  Hopper', company_id],
      ],
      { match_by: 'name_and_company' },
    );
    expect(counts(job)).toEqual([0, 0, 1, 0, 1, 1]);
  });

  it('by id: an unknown one makes a record, once, and that is told', async () => {
    const grace = await create('contacts', { first_name: 'Grace', email: 'g@navy.example' });
    const unknown = '01a20d71-7166-758d-b55f-44de8fe6c1ca';
    const filling = Array.from({ length: 300 }, (_, index) => ['', `Filling ${index}`, '']);
    const { job, rows } = await triedAndRun(
      'contacts',
      [
        ['id', 'first_name', 'email'],
        [grace.id.toUpperCase(), 'Gracie', 'g@navy.example'],
        [unknown, 'Ada', 'a@mail.example'],
        ...filling,
        [unknown, 'Ada King', 'a@mail.example'],
        ['', 'Alan', 'g@navy.example'],
        ['no id', 'Nobody', ''],
      ],
      { match_by: 'id', on_duplicate: 'update' },
    );
    expect(counts(job)).toEqual([302, 2, 0, 1, 305, 305]);
    expect(job.warning_count).toBe(1);
    const [first, second, last, wrong] = [rows[0], rows[1], rows[302], rows.at(-1)];
    expect(first).toEqual({ row: 1, outcome: 'updated', record_id: grace.id, messages: [] });
    expect(second).toMatchObject({
      row: 2,
      messages: [`Id belongs to no record, so a new one was made (id: "${unknown}")`],
    });
    expect(last).toEqual({ row: 303, outcome: 'updated', record_id: second!.record_id, messages: [] });
    expect(wrong).toMatchObject({
      row: 305,
      messages: ['Id must be the id of a record, which is a UUID (id: "no id")'],
    });
    expect(await program.sql('select 1 from import_rehearsals where import_id = $1', [job.id])).toEqual([]);
    expect(await imports.all('/contacts?email=a%40mail.example')).toMatchObject([{ first_name: 'Ada King' }]);
  });

  it("not by another account's id", async () => {
    const stranger = program.client.as(await program.register());
    const theirs = (await stranger.post<Row>('/contacts', { first_name: 'Grace' })).result;
    const job = await run(
      'contacts',
      [
        ['id', 'first_name'],
        [theirs.id, 'Mine'],
      ],
      { match_by: 'id', on_duplicate: 'update' },
    );
    expect(counts(job)).toEqual([1, 0, 0, 0, 1, 1]);
    expect((await stranger.get<Row>(`/contacts/${theirs.id}`)).result).toEqual(theirs);
  });
});

describe('a record that somebody deletes while the import runs', () => {
  const unknown = randomUUID();
  const table = [
    ['id', 'first_name', 'last_name', 'email'],
    [unknown, 'Ada', 'King', 'ada@mail.example'],
    ...Array.from({ length: 300 }, (_, index) => ['', `First ${index}`, '', `p${index}@crowd.example`]),
    [unknown, 'Ada', 'King', 'ada@mail.example'],
    [unknown, 'Ada', 'King', 'ada@mail.example'],
  ];

  it.each(
    ['id', 'email', 'name_and_company'].flatMap((by) => [
      [by, 'update'],
      [by, 'skip'],
    ]) as [string, 'update' | 'skip'][],
  )('is made anew by the next row about it: %s, %s', async (match_by, on_duplicate) => {
    const writer = program.app.get(BatchWriter, { strict: false });
    const apply = writer.apply.bind(writer);
    const between = jest.spyOn(writer, 'apply').mockImplementation(async (application, from, ...rows) => {
      if (from > 0) {
        const [ada] = await imports.all('/contacts?email=ada%40mail.example');
        if (ada) await client.delete(`/contacts/${ada.id}`);
      }
      await apply(application, from, ...rows);
    });
    const [header, ...rows] = match_by === 'id' ? table : table.map(([, ...cells]) => cells);
    const job = await run('contacts', [header!, ...rows], { match_by, on_duplicate });
    between.mockRestore();
    const [updated, skipped] = on_duplicate === 'update' ? [1, 0] : [0, 1];
    expect(counts(job)).toEqual([302, updated, skipped, 0, 303, 303]);
    const [first, ...last] = (await imports.rows(job)).filter(({ row }) => row === 1 || row! > 301);
    const [ada] = await imports.all('/contacts?email=ada%40mail.example');
    expect(first!.record_id).not.toBe(ada!.id);
    expect(last.map(({ record_id }) => record_id)).toEqual([ada!.id, ada!.id]);
    expect(last.map(({ outcome }) => outcome)).toEqual(['created', updated ? 'updated' : 'skipped']);
  });
});

describe('people with one address', () => {
  it('of a shared mailbox are two when their names differ', async () => {
    const grace = await create('contacts', { first_name: 'Grace', last_name: 'Hopper', email: 'info@navy.example' });
    const { job, rows } = await triedAndRun('contacts', [
      ['first_name', 'last_name', 'email'],
      ['Ada', 'Lovelace', 'INFO@navy.example'],
      ['Grace', 'HOPPER', 'info@navy.example'],
      ['ada', 'lovelace', 'info@navy.example'],
      ['Info', '', 'info@navy.example'],
      ['Alan', 'Turing', 'info.berlin@navy.example'],
      ['Joan', 'Clarke', 'info.berlin@navy.example'],
    ]);
    expect(counts(job)).toEqual([3, 0, 3, 0, 6, 6]);
    expect(rows.map(({ outcome }) => outcome)).toEqual([
      ...['created', 'skipped', 'skipped', 'skipped', 'created', 'created'],
    ]);
    expect(rows[1]!.record_id).toBe(grace.id);
    expect(rows[2]!.record_id).toBe(rows[0]!.record_id);
    // A row without a name means the oldest of them.
    expect(rows[3]!.record_id).toBe(grace.id);
    expect(rows[0]!.messages).toEqual([
      'E-mail is a mailbox that “Grace Hopper” uses too, so this is another contact (email: "INFO@navy.example")',
    ]);
    expect(rows[5]!.messages[0]).toContain('“Alan Turing”');
    expect(rows[3]!.messages[0]).toContain('so the row was taken for the same contact');
    expect(job.warning_count).toBe(3);
  });

  it('of their own are one, and a name that differs is told', async () => {
    const jan = await create('contacts', { first_name: 'Jan', last_name: 'Berg', email: 'berg@mail.example' });
    const { job, rows } = await triedAndRun(
      'contacts',
      [
        ['first_name', 'last_name', 'email'],
        ['Jan', 'Berg', 'berg@mail.example'],
        ['Jan', '', 'berg@mail.example'],
        ['Ina', 'Berg', 'berg@mail.example'],
      ],
      { on_duplicate: 'update' },
    );
    expect([...counts(job), job.warning_count]).toEqual([0, 3, 0, 0, 3, 3, 1]);
    expect(rows[2]).toEqual({
      ...{ row: 3, outcome: 'updated', record_id: jan.id },
      messages: [
        'E-mail is that of “Jan Berg”, so the row was taken for the same contact (email: "berg@mail.example")',
      ],
    });
    expect(await imports.rows(job, '?warnings=true')).toEqual([rows[2]]);
  });
});

describe('only what has the form of one identifies a record', () => {
  it.each<[Kind, string, string, Confirmation, string]>([
    ['contacts', 'email', 'nobody', {}, 'E-mail is no e-mail address, so it identifies nothing'],
    ['contacts', 'email', '@', {}, 'E-mail is no e-mail address, so it identifies nothing'],
    ['contacts', 'phone', 'ext. 12', { match_by: 'phone' }, 'Phone is no phone number, so it identifies nothing'],
    ['companies', 'domain', 'none yet', { match_by: 'domain' }, 'Domain is no host name, so it identifies nothing'],
    ['companies', 'domain', '10.0.0.1', { match_by: 'domain' }, 'Domain is no host name, so it identifies nothing'],
    ['companies', 'domain', 'localhost', { match_by: 'domain' }, 'Domain is no host name, so it identifies nothing'],
  ])('%s with %s %s are two', async (kind, field, value, confirmation, message) => {
    const name = kind === 'contacts' ? 'first_name' : 'name';
    await create(kind, { [name]: 'There', [field]: value });
    const { job, rows } = await triedAndRun(
      kind,
      [
        [name, field],
        ['One', value],
        ['Two', value],
      ],
      confirmation,
    );
    expect([job.created_count, job.warning_count]).toEqual([2, 2]);
    expect(texts(rows)).toEqual(Array(2).fill(`${message} (${field}: "${value}")`));
  });
});

describe('companies are the same', () => {
  it.each([
    'acme.example',
    'ACME.example',
    'https://www.acme.example/about?x=1',
    '//acme.example',
    'www.acme.example.',
    'acme.example:8080/',
    'http://acme.example#top',
  ])('by their host: %s', async (domain) => {
    const acme = await create('companies', { name: 'Acme', domain: 'https://acme.example/home' });
    await create('companies', { name: 'Other', domain: 'shop.acme.example' });
    const { rows } = await triedAndRun('companies', [
      ['name', 'domain'],
      ['Another name', domain],
    ]);
    expect(rows).toMatchObject([{ outcome: 'skipped', record_id: acme.id }]);
  });

  it('by their domain, else by their name; with different domains they are two, which is told', async () => {
    const acme = await create('companies', { name: 'Acme', domain: 'acme.example' });
    const umlaut = await create('companies', { name: 'Müller\u00a0 & Söhne' });
    const { job, rows } = await triedAndRun('companies', [
      ['name', 'domain'],
      ['ACME', ''],
      ['Acme', 'acme.test'],
      ['Mu\u0308ller & So\u0308hne', 'mueller.example'],
      ['Acme', 'not a host'],
    ]);
    expect(rows.map(({ outcome, record_id }) => [outcome, outcome === 'skipped' ? record_id : null])).toEqual([
      ['skipped', acme.id],
      ['created', null],
      ['skipped', umlaut.id],
      ['skipped', acme.id],
    ]);
    expect(texts(rows)).toEqual([
      'Domain is another one than that of a company with the same name, so this is another company (domain: "acme.test")',
      'Domain is no host name, so it identifies nothing (domain: "not a host")',
    ]);
    expect(job.warning_count).toBe(2);
  });

  it('by their domain alone, or their name alone', async () => {
    const acme = await create('companies', { name: 'Acme', domain: 'acme.example' });
    const rows = [
      ['name', 'domain'],
      ['Acme', 'acme.test'],
      ['Other', 'acme.example'],
    ];
    const byName = await run('companies', rows, { match_by: 'name', dry_run: true });
    expect(await imports.rows(byName)).toMatchObject([
      { outcome: 'skipped', record_id: acme.id },
      { outcome: 'created' },
    ]);
    const byDomain = await run('companies', rows, { match_by: 'domain' });
    expect(await imports.rows(byDomain)).toMatchObject([
      { outcome: 'created' },
      { outcome: 'skipped', record_id: acme.id },
    ]);
  });

  it('when contacts name them', async () => {
    await create('companies', { name: 'Café  Central' });
    const job = await run('contacts', [
      ['first_name', 'company_name'],
      ['Ada', 'cafe\u0301 central'],
      ['Alan', ' CAFÉ\u00a0CENTRAL'],
    ]);
    expect(job.created_count).toBe(2);
    expect(await records('companies')).toHaveLength(1);
  });
});

it('sources are the same by their names, archived ones too', async () => {
  const fair = await create('sources', { name: 'Trade  fair' });
  await client.post(`/sources/${fair.id}/archive`);
  const { rows } = await triedAndRun('sources', [['name'], ['trade fair'], ['Radio']], { match_by: 'name' });
  expect(rows).toMatchObject([{ outcome: 'skipped', record_id: fair.id }, { outcome: 'created' }]);
});

describe('what became of rows', () => {
  const refusing = { when_name_missing: 'refuse' } as const;
  const people = [
    ['first_name', 'email'],
    ['Grace', 'g@navy.example'],
    ['', 'nobody@mail.example'],
    ['Ada', 'a@mail.example'],
    ['Ada', 'A@mail.example'],
    ['Alan', 'no address'],
  ];

  it('is listed: of skipped ones with the record they met, of refused ones with the reasons', async () => {
    const grace = await create('contacts', { first_name: 'Grace', email: 'g@navy.example' });
    const job = await run('contacts', people, refusing);
    const rows = await imports.rows(job);
    const ada = (await imports.all('/contacts?email=a%40mail.example'))[0]!;
    const alan = (await imports.all('/contacts?email=no+address'))[0]!;
    expect(rows).toEqual([
      { row: 1, outcome: 'skipped', record_id: grace.id, messages: [] },
      { row: 2, outcome: 'failed', record_id: null, messages: ['First name is required (first_name: "")'] },
      { row: 3, outcome: 'created', record_id: ada.id, messages: [] },
      { row: 4, outcome: 'skipped', record_id: ada.id, messages: [] },
      {
        ...{ row: 5, outcome: 'created', record_id: alan.id },
        messages: ['E-mail is no e-mail address, so it identifies nothing (email: "no address")'],
      },
    ]);
    expect(job.warning_count).toBe(1);
    const filtered = async (query: string) => (await imports.rows(job, query)).map(({ row }) => row);
    expect(await filtered('?outcome=skipped')).toEqual([1, 4]);
    expect(await filtered('?outcome=failed&outcome=created')).toEqual([2, 3, 5]);
    expect(await filtered('?warnings=true')).toEqual([5]);
    expect(await filtered('?warnings=true&outcome=skipped')).toEqual([]);
    expect(await filtered('?warnings=false')).toEqual([1, 2, 3, 4, 5]);
  });

  it('is listed page by page, whatever the size of pages', async () => {
    const table = [
      people[0]!,
      ...Array.from({ length: 620 }, (_, n) => [n % 7 === 0 ? '' : `N${n}`, `p${n % 300}@mail.example`]),
    ];
    const job = await run('contacts', table, refusing);
    const all = await imports.rows(job);
    expect(all.map(({ row }) => row)).toEqual(Array.from({ length: 620 }, (_, index) => index + 1));
    const tally = (outcome: string) => all.filter((row) => row.outcome === outcome).length;
    expect([tally('created'), tally('skipped'), tally('failed')]).toEqual(
      counts(job).filter((_, at) => [0, 2, 3].includes(at)),
    );
    const paged: Told[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      type Page = { items: Told[]; next_cursor: string | null };
      const page: Page = (await client.get<Page>(`/imports/${job.id}/rows?limit=7&cursor=${cursor}`)).result;
      expect(page.items.length).toBeLessThanOrEqual(7);
      paged.push(...page.items);
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(all);
    const made = new Map((await records()).map(({ id, email }) => [id, email]));
    for (const { row, outcome, record_id } of all)
      if (outcome !== 'failed') expect([row, made.get(record_id!)]).toEqual([row, table[row!]![1]]);
  });

  it('is listed behind the lines that are no rows', async () => {
    const file = 'Contacts of 2026\n\nFirst Name,E-mail\nGrace,g@navy.example\nAda,a@mail.example\n\nTotal,2\n';
    const job = await imports.run('contacts', file);
    const rows = await imports.rows(job);
    expect(rows.map(({ row, outcome }) => [row, outcome])).toEqual([
      [null, 'ignored'],
      [null, 'ignored'],
      [1, 'created'],
      [2, 'created'],
    ]);
    expect(texts(rows)).toEqual(['Line 1 is no row: Contacts of 2026', 'Line 7 is no row: Total,2']);
    expect(await imports.rows(job, '?outcome=ignored')).toEqual(rows.slice(0, 2));
    expect(await imports.rows(job, '?outcome=created')).toEqual(rows.slice(2));
    expect(await imports.rows(job, '?warnings=true')).toEqual([]);
    type Page = { items: Told[]; next_cursor: string | null };
    const one = async (cursor: string): Promise<Page> =>
      (await client.get<Page>(`/imports/${job.id}/rows?limit=1&cursor=${cursor}`)).result;
    const found: Told[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page = await one(cursor);
      found.push(...page.items);
      cursor = page.next_cursor;
    }
    expect(found).toEqual(rows);
  });

  it('of a dry run has no records but those that are there, and goes with the next confirmation', async () => {
    const grace = await create('contacts', { first_name: 'Grace', email: 'g@navy.example' });
    const uploaded = await imports.uploaded('contacts', people);
    const tried = await imports.finish(uploaded, { ...refusing, dry_run: true, on_duplicate: 'update' });
    expect((await imports.rows(tried)).map(({ outcome, record_id }) => [outcome, record_id])).toEqual([
      ['updated', grace.id],
      ['failed', null],
      ['created', null],
      ['updated', null],
      ['created', null],
    ]);
    const job = await imports.finish(uploaded, { ...refusing, on_duplicate: 'create' });
    expect(await outcomes(job)).toEqual(['created', 'failed', 'created', 'created', 'created']);
    expect([tried.warning_count, job.warning_count]).toEqual([1, 0]);
  });

  it('is kept for 7 days, of an undone import too', async () => {
    const job = await run('contacts', people, refusing);
    await imports.undone(job);
    const rows = await imports.rows(job);
    expect(rows).toHaveLength(5);
    const retention = program.app.get(ImportsRetentionJob, { strict: false });
    await later(days(6.9));
    await retention.run();
    expect(await imports.rows(job)).toEqual(rows);
    await later(days(0.2));
    await retention.run();
    const left = await program.sql('select 1 from import_rows where account_id = $1', [ada.user.account_id]);
    expect(left).toEqual([]);
    expect(await imports.errors(job)).toHaveLength(1);
  });

  it('names labels, never ids', async () => {
    const field = { entity_type: 'contact', label: 'Level', field_type: 'enum', options: ['gold', 'silver'] };
    const { id } = (await client.post<Row>('/custom-fields', field)).result;
    const job = await imports.run('contacts', 'Name,Stufe\nAda,bronze\n', {
      column_mapping: { Name: 'first_name', Stufe: `custom_fields.${id}` },
      on_invalid_cell: 'refuse_row',
    });
    const [row] = await imports.rows(job);
    expect(row!.messages).toEqual(['Level must be one of gold, silver (Stufe: "bronze")']);
    for (const { message } of await imports.errors(job)) expect(message).not.toMatch(/[0-9a-f]{8}-/);
  });
});

describe('tags', () => {
  const tagged = [
    ['first_name', 'email', 'tags'],
    ['Grace', 'g@navy.example', 'new, a'],
    ['Grace', 'g@navy.example', 'newer'],
  ];
  it('are added to those of the record, and an undo takes them off again', async () => {
    const { id } = await create('contacts', { first_name: 'Grace', email: 'g@navy.example', tags: ['b', 'a'] });
    const job = await run('contacts', tagged, { on_duplicate: 'update' });
    expect((await client.get<Row>(`/contacts/${id}`)).result).toMatchObject({ tags: ['b', 'a', 'new', 'newer'] });
    await imports.undone(job);
    expect((await client.get<Row>(`/contacts/${id}`)).result).toMatchObject({ tags: ['b', 'a'] });
  });

  it('replace those of the record if asked', async () => {
    const { id } = await create('contacts', { first_name: 'Grace', email: 'g@navy.example', tags: ['b', 'a'] });
    await run('contacts', tagged.slice(0, 2), { on_duplicate: 'update', tags_mode: 'replace' });
    expect((await client.get<Row>(`/contacts/${id}`)).result).toMatchObject({ tags: ['new', 'a'] });
  });

  it('for which a record has no room are told', async () => {
    const tags = Array.from({ length: 49 }, (_, index) => `t${index}`);
    const { id } = await create('contacts', { first_name: 'Grace', email: 'g@navy.example', tags });
    const job = await run('contacts', tagged.slice(0, 2), { on_duplicate: 'update' });
    expect((await client.get<Row>(`/contacts/${id}`)).result).toMatchObject({ tags: [...tags, 'new'] });
    expect([job.warning_count, texts(await imports.rows(job))]).toEqual([
      1,
      ['Tags has no room for a: a record has at most 50 (tags: "new, a")'],
    ]);
  });
});
