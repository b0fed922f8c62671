import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WorkQueues } from '../../src/platform/queue/work-queues';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { days, minutes } from '../support/clock';
import {
  type Confirmation,
  counts,
  csv,
  type Fault,
  Importing,
  type Job,
  type Kind,
  type Row,
} from '../support/imports';
import { all, outcome, refusedWith } from '../support/outcome';
import { breakDatabase } from '../support/statements';

const { program, ada, client, use, signIn, later } = useApi({
  environment: { WORKERS: 'on' },
  accountFor: 'each test',
});
const imports = new Importing(program, client);

const hours = (count: number) => minutes(count * 60);
const ok = [200, undefined];
const refused = [400, 'imports.invalid_request'];
const notFound = [404, 'imports.not_found'];
const invalidRequest = refusedWith('imports.invalid_request');

const table = (...names: string[]) => csv([['First Name'], ...names.map((name) => [name])]);
const byName: Confirmation & { column_mapping: Record<string, string> } = {
  column_mapping: { 'First Name': 'first_name' },
};
const create = async (kind: Kind, body: object) => (await client.post<Row>(`/${kind}`, body)).result;
const get = async (kind: Kind, id: string) => (await client.get<Row>(`/${kind}/${id}`)).result;
const records = (kind: Kind = 'contacts') => imports.all(`/${kind}`);
const sorted = (values: readonly unknown[]) => values.map(String).sort();
const valuesOf = (rows: readonly Row[], ...fields: string[]) => rows.map((row) => fields.map((field) => row[field]));
const define = async (entity_type: string, label: string, field_type: string, more: object = {}, as = client) =>
  (await as.post<Row>('/custom-fields', { entity_type, label, field_type, ...more })).result.id;
/** Imports rows whose headers are the fields themselves. */
const run = (kind: Kind, rows: readonly (readonly string[])[], confirmation: Confirmation = {}) =>
  imports.run(kind, rows, {
    column_mapping: Object.fromEntries(rows[0]!.map((field) => [field, field])),
    ...confirmation,
  });
const chunks = ({ id }: Pick<Job, 'id'>) => program.sql('select 1 from import_chunks where import_id = $1', [id]);
const countOf = async (kind: Kind) =>
  (
    await program.sql<{ count: number }>(`select count(*)::int as count from ${kind} where account_id = $1`, [
      ada.user.account_id,
    ])
  )[0]!.count;
const csvOf = async ({ id }: Pick<Job, 'id'>) => {
  const headers = { Authorization: `Bearer ${ada.access_token}` };
  const response = await fetch(`${program.url}/api/v1/imports/${id}/errors.csv`, { headers });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};
const invited = async (role: string) => {
  const body = { email: newEmail(), name: 'Grace Hopper', role };
  const { invite_token } = (await client.post<{ invite_token: string }>('/users/invite', body)).result;
  return (await program.client.post<SignedIn>('/auth/accept-invite', { token: invite_token, password })).result;
};
const appOf = async () => {
  type Made = { app: { client_id: string }; client_secret: string };
  const { app, client_secret } = (await client.post<Made>('/oauth-apps', { name: 'Importer' })).result;
  const body = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
  const answer = await program.client.post<{ access_token: string }>('/oauth/token', body);
  return answer.body as { access_token: string };
};

/** An address that refuses its row, because the row is recognised by it. */
const tooLong = 'x'.repeat(501);

/** Many contacts, each with an address of its own unless told. */
const many = (count: number, address: (index: number) => string = (index) => `p${index}@crowd.example`) => [
  ['first_name', 'last_name', 'email'],
  ...Array.from({ length: count }, (_, index) => [`First ${index}`, `Last ${index}`, address(index)]),
];
const manyMapping = { column_mapping: { first_name: 'first_name', last_name: 'last_name', email: 'email' } };

type Call = (id: string, as: Client) => Promise<Answer<unknown>>;
const ofOne: [string, Call][] = [
  ['GET', (id, as) => as.get(`/imports/${id}`)],
  ['GET errors', (id, as) => as.get(`/imports/${id}/errors`)],
  ['GET rows', (id, as) => as.get(`/imports/${id}/rows`)],
  ['GET again', (id, as) => as.get(`/imports/${id}/again`)],
  ['GET errors.csv', (id, as) => as.get(`/imports/${id}/errors.csv`)],
  ['complete-upload', (id, as) => as.post(`/imports/${id}/complete-upload`)],
  ['confirm', (id, as) => as.post(`/imports/${id}/confirm`, byName)],
  ['cancel', (id, as) => as.post(`/imports/${id}/cancel`)],
  ['undo', (id, as) => as.post(`/imports/${id}/undo`)],
];

describe('beginning', () => {
  it('gives a job that waits for its file, as GET gives it', async () => {
    const { job } = await imports.begin('companies', { file_name: '  firms.csv ', content_type: 'text/csv' });
    expect(job).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      account_id: ada.user.account_id,
      created_by: ada.user.id,
      model_type: 'companies',
      file_name: 'firms.csv',
      status: 'pending_upload',
      column_mapping: null,
      on_duplicate: 'skip',
      dry_run: false,
      total_rows: null,
      processed_rows: 0,
      created_count: 0,
      updated_count: 0,
      skipped_count: 0,
      failed_count: 0,
      conflict_count: 0,
      warning_count: 0,
      progress: 0,
      eta_seconds: null,
      error: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      started_at: null,
      finished_at: null,
    });
    expect(await imports.get(job)).toEqual(job);
  });

  it.each([
    ['absent', {}],
    ['null', { model_type: null }],
    ['empty', { model_type: '' }],
  ])('a model type that is %s → imports.model_type_required', async (_, body) => {
    await refusedWith('imports.model_type_required')(
      client.post('/imports', { file_name: 'a.csv', ...body }),
      'model_type',
    );
  });

  it.each(['projects', 'Contacts', 'contact', 5, true, ['contacts'], {}])(
    'the model type %j → imports.invalid_model_type',
    async (model_type) => {
      const answer = client.post('/imports', { model_type, file_name: 'a.csv' });
      await refusedWith('imports.invalid_model_type')(answer, 'model_type');
    },
  );

  it.each([
    ['absent', {}],
    ['null', { file_name: null }],
    ['empty', { file_name: '' }],
    ['blank', { file_name: ' \t ' }],
  ])('a file name that is %s → imports.file_name_required', async (_, body) => {
    await refusedWith('imports.file_name_required')(
      client.post('/imports', { model_type: 'contacts', ...body }),
      'file_name',
    );
  });

  it.each<[string, unknown]>([
    ['file_name', 5],
    ['file_name', ['a.csv']],
    ['file_name', 'a\0b'],
    ['content_type', 5],
    ['content_type', 'x'.repeat(501)],
  ])('%s: %j → imports.invalid_request', async (field, value) => {
    const body = { model_type: 'contacts', file_name: 'a.csv', [field]: value };
    await invalidRequest(client.post('/imports', body), field);
  });

  it('the model type answers before the file name, and details list both', async () => {
    await refusedWith('imports.model_type_required')(client.post('/imports', {}), 'model_type', 'file_name');
  });

  it('an unknown key → imports.invalid_request', async () => {
    const body = { model_type: 'contacts', file_name: 'a.csv', colour: 'red' };
    await invalidRequest(client.post('/imports', body), 'colour');
  });

  it('without a token → auth.required', async () => {
    await all([401, 'auth.required'], program.client.get('/imports'), program.client.post('/imports', {}));
  });
});

describe('ids', () => {
  it.each(ofOne)('%s with an id that is none → imports.invalid_id', async (_, call) => {
    await all([400, 'imports.invalid_id'], call('abc', client), call('123', client));
  });

  it.each(ofOne)('%s with an id of nothing → imports.not_found', async (_, call) => {
    await all(notFound, call(randomUUID(), client));
  });

  it.each(ofOne)("%s with another account's id → imports.not_found, and nothing is changed", async (_, call) => {
    const { job } = await imports.uploaded('contacts', table('Grace'));
    const stranger = program.client.as(await program.register());
    await all(notFound, call(job.id, stranger));
    expect(await imports.get(job)).toEqual(job);
  });

  it.each([['GET list', '/imports?colour=red'] as const, ['errors', ''] as const])(
    'an unknown parameter of %s → imports.invalid_request',
    async (_, path) => {
      const { job } = await imports.begin();
      await invalidRequest(client.get(path || `/imports/${job.id}/errors?colour=red`), 'colour');
    },
  );
});

describe('a wrong state → imports.invalid_request', () => {
  it('confirm before the upload', async () => {
    const { job } = await imports.begin();
    await all(refused, imports.confirm(job, byName));
  });

  it('confirm between upload and complete-upload', async () => {
    const begun = await imports.begin();
    await imports.put(begun, table('Grace'));
    await all(refused, imports.confirm(begun.job, byName));
    expect((await imports.get(begun.job)).status).toBe('pending_upload');
  });

  it('complete-upload without an upload', async () => {
    const { job } = await imports.begin();
    await all(refused, imports.complete(job));
  });

  it.each(['completed', 'cancelled', 'undone'])('complete-upload, confirm and cancel when it is %s', async (state) => {
    const uploaded = await imports.uploaded('contacts', table('Grace'));
    if (state === 'cancelled') await imports.cancel(uploaded.job);
    else await imports.finish(uploaded);
    if (state === 'undone') await imports.undone(uploaded.job);
    const before = await imports.get(uploaded.job);
    expect(before.status).toBe(state);
    await all(refused, imports.complete(uploaded.job), imports.confirm(uploaded.job, byName));
    await all(refused, imports.cancel(uploaded.job));
    expect(await imports.get(uploaded.job)).toEqual(before);
  });

  it('undo before it ended, and twice', async () => {
    const begun = await imports.begin();
    await all(refused, imports.undo(begun.job));
    await imports.put(begun, table('Grace'));
    const uploaded = (await imports.complete(begun.job)).result;
    await all(refused, imports.undo(uploaded.job));
    await imports.finish(uploaded);
    await imports.undone(uploaded.job);
    await all(refused, imports.undo(uploaded.job));
  });

  it('undo after more than a week', async () => {
    const job = await run('contacts', [['first_name'], ['Grace']]);
    await later(days(8));
    await all(refused, imports.undo(job));
    expect(await records()).toHaveLength(1);
  });

  it('confirm twice at once: one of them is taken', async () => {
    const { job } = await imports.uploaded('contacts', table('Grace'));
    const answers = await Promise.all([1, 2].map(() => outcome(imports.confirm(job, byName))));
    expect(sorted(answers)).toEqual(sorted([ok, refused]));
    expect(counts(await imports.settled(job))).toEqual([1, 0, 0, 0, 1, 1]);
    expect(await records()).toHaveLength(1);
  });
});

describe('when the database fails', () => {
  const calls: [string, (job: Job) => Promise<Answer<unknown>>][] = [
    ['POST', () => client.post('/imports', { model_type: 'contacts', file_name: 'a.csv' })],
    ['GET list', () => client.get('/imports')],
    ...ofOne.map(([name, call]): [string, (job: Job) => Promise<Answer<unknown>>] => [
      name,
      ({ id }) => call(id, client),
    ]),
  ];
  it.each(calls)('%s → imports.internal, with the details in the log only', async (name, call) => {
    const { job } = await imports.uploaded('contacts', table('Grace'));
    const restore = breakDatabase(name === 'POST' ? /into "?imports/i : /(from|update) "?imports/i);
    try {
      const answer = await call(job);
      expect([answer.status, answer.error.code]).toEqual([500, 'imports.internal']);
      expect(answer.error.message).not.toMatch(/terminated|sql|select|insert|update|delete/i);
      expect(program.log.find((line) => line.includes(answer.error.request_id) && line.includes('"error"'))).toMatch(
        /Connection terminated/,
      );
    } finally {
      restore();
    }
    expect(await imports.get(job)).toEqual(job);
  });
});

describe('a file of a thousand organizations', () => {
  const file = join(__dirname, '../../../shared/data/organizations-1000.csv');
  const own = () =>
    csv([
      ['Index', 'Name', 'Website', 'Country', 'Industry', 'Employees'],
      ...Array.from({ length: 1_000 }, (_, index) => {
        const firm = `Firm ${index % 988}`;
        return [String(index + 1), firm, `https://f${index}.example/`, 'Chile', 'Mining', String(index)];
      }),
    ]);
  const parsed = (text: string) =>
    text
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) =>
        [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
          ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
        ),
      );

  it('becomes companies by its suggested mapping', async () => {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : own();
    const [headers, ...rows] = parsed(text);
    expect(rows).toHaveLength(1_000);
    const uploaded = await imports.uploaded('companies', text);
    expect(uploaded.preview).toMatchObject({ headers, sample_rows: rows.slice(0, 5), total_rows: 1_000 });
    const mapping = uploaded.preview.suggested_mapping;
    expect(mapping).toMatchObject({
      ...{ Name: 'name', Website: 'website', Country: 'country', Industry: 'industry', Employees: 'employee_count' },
    });
    const job = await imports.finish(uploaded);
    expect(job).toMatchObject({ status: 'completed', column_mapping: mapping, progress: 1, eta_seconds: null });
    expect(counts(job)).toEqual([988, 0, 12, 0, 1_000, 1_000]);

    const expected = new Map<string, Record<string, unknown>>();
    for (const cells of rows) {
      const record = Object.fromEntries(
        headers!
          .map((header, index): [string | undefined, unknown] => [mapping[header], cells[index]])
          .filter(([field]) => field !== undefined)
          .map(([field, cell]) => [field, field === 'employee_count' ? Number(cell) : cell]),
      ) as Record<string, unknown>;
      const key = String(record.name).toLowerCase();
      if (!expected.has(key)) expected.set(key, record);
    }
    const made = await records('companies');
    expect(made).toHaveLength(988);
    for (const company of made) {
      expect(company).toMatchObject(expected.get(String(company.name).toLowerCase())!);
      expect(company.created_by).toBe(ada.user.id);
    }
  });
});

describe('suggestions', () => {
  it.each<[string, Record<string, string>]>([
    ['Google', { 'Given Name': 'first_name', 'Family Name': 'last_name', 'E-mail 1 - Value': 'email' }],
    ['Outlook', { 'First Name': 'first_name', 'E-mail Address': 'email', Company: 'company_name' }],
    ['HubSpot', { 'First Name': 'first_name', 'Phone Number': 'phone', 'Associated Company': 'company_name' }],
    ['Salesforce', { 'Last Name': 'last_name', 'Account Name': 'company_name', 'Lead Source': 'source_name' }],
    [
      'German address books',
      { Vorname: 'first_name', Nachname: 'last_name', 'E-Mail': 'email', Firma: 'company_name' },
    ],
  ])('know headers of %s', async (_, mapping) => {
    const headers = Object.keys(mapping);
    const { preview } = await imports.uploaded('contacts', [headers, headers.map(() => 'x')]);
    expect(preview.suggested_mapping).toEqual(mapping);
  });

  it('go with available fields, custom ones among them', async () => {
    const id = await define('contact', 'Level', 'text');
    const { preview } = await imports.uploaded('contacts', 'Full Name,Level\nGrace Hopper,a\n');
    const fields = preview.available_fields.map(({ value }) => value);
    expect(fields).toEqual(
      expect.arrayContaining(['full_name', 'company_name', 'source_name', 'tags', `custom_fields.${id}`]),
    );
    expect(preview.suggested_mapping).toEqual({ 'Full Name': 'full_name', Level: `custom_fields.${id}` });
  });
});

describe('a bad confirmation → imports.invalid_request', () => {
  const confirm = async (kind: Kind, headers: string[], body: object) => {
    const { job } = await imports.uploaded(kind, [headers, headers.map(() => 'x')]);
    const answer = await imports.confirm(job, body);
    expect(await imports.get(job)).toEqual(job);
    return answer;
  };
  const fieldsOf = ({ error }: Answer<unknown>) => {
    expect(error.code).toBe('imports.invalid_request');
    for (const { message } of error.details!) expect(message).toMatch(/\S/);
    return error.details!.map(({ field }) => field);
  };

  it.each([
    ['contacts', 'company_name', 'company_id'],
    ['contacts', 'source_name', 'source_id'],
    ['companies', 'annual_revenue', 'annual_revenue_amount'],
  ] as const)('%s: %s beside %s', async (kind, one, other) => {
    const answer = await confirm(kind, ['A', 'B'], { column_mapping: { A: one, B: other } });
    expect(fieldsOf(answer).length).toBeGreaterThan(0);
    for (const field of fieldsOf(answer)) expect(field).toMatch(/^column_mapping\.[AB]$/);
  });

  it.each(['shoe_size', 'id', 'created_by', 'custom_fields', `custom_fields.${randomUUID()}`, '__proto__'])(
    'the field %j',
    async (field) => {
      const answer = await confirm('contacts', ['A', 'B'], { column_mapping: { A: 'first_name', B: field } });
      expect(fieldsOf(answer)).toEqual(['column_mapping.B']);
    },
  );

  it('an empty field, which is none of the available ones', async () => {
    const answer = await confirm('contacts', ['A', 'B'], { column_mapping: { A: 'first_name', B: '' } });
    expect(fieldsOf(answer)).toEqual(['column_mapping.B']);
  });

  it.each([5, true, {}, ['last_name']])('%j in the place of a field', async (field) => {
    const answer = await confirm('contacts', ['A', 'B'], { column_mapping: { A: 'first_name', B: field } });
    expect(fieldsOf(answer)).toEqual([expect.stringMatching(/^column_mapping(\.B)?$/)]);
  });

  it('a header that is not in the file', async () => {
    const answer = await confirm('contacts', ['A'], { column_mapping: { A: 'first_name', B: 'last_name' } });
    expect(fieldsOf(answer)).toEqual(['column_mapping.B']);
  });

  it('every wrong header is named', async () => {
    const column_mapping = { A: 'first_name', B: 'shoe_size', C: 'last_name' };
    const answer = await confirm('contacts', ['A', 'B'], { column_mapping });
    expect(sorted(fieldsOf(answer))).toEqual(['column_mapping.B', 'column_mapping.C']);
  });

  it("another account's custom field", async () => {
    const stranger = program.client.as(await program.register());
    const id = await define('contact', 'Level', 'text', {}, stranger);
    const column_mapping = { A: 'first_name', B: `custom_fields.${id}` };
    expect(fieldsOf(await confirm('contacts', ['A', 'B'], { column_mapping }))).toEqual(['column_mapping.B']);
  });

  it('a custom field of another kind of record', async () => {
    const column_mapping = { A: 'first_name', B: `custom_fields.${await define('company', 'Level', 'text')}` };
    expect(fieldsOf(await confirm('contacts', ['A', 'B'], { column_mapping }))).toEqual(['column_mapping.B']);
  });

  it.each([
    ['absent', {}],
    ['empty', { column_mapping: {} }],
    ['null', { column_mapping: null }],
    ['a string', { column_mapping: 'first_name' }],
    ['a list', { column_mapping: ['first_name'] }],
    ['a number', { column_mapping: 5 }],
  ])('a mapping that is %s', async (_, body) => {
    expect(fieldsOf(await confirm('contacts', ['A'], body))).toEqual(['column_mapping']);
  });

  it.each<[string, unknown]>([
    ['on_duplicate', 'merge'],
    ['on_duplicate', null],
    ['on_duplicate', 5],
    ['dry_run', null],
    ['dry_run', 'yes'],
    ['colour', 'red'],
  ])('%s: %j', async (field, value) => {
    const answer = await confirm('contacts', ['A'], { column_mapping: { A: 'first_name' }, [field]: value });
    expect(fieldsOf(answer)).toEqual([field]);
  });
});

it('a header that is mapped to null is not imported', async () => {
  const uploaded = await imports.uploaded('contacts', 'First Name,Last Name\nGrace,Hopper\n');
  const column_mapping = { 'First Name': 'first_name', 'Last Name': null };
  expect(await imports.finish(uploaded, { column_mapping })).toMatchObject({ status: 'completed', created_count: 1 });
  expect(valuesOf(await records(), 'first_name', 'last_name')).toEqual([['Grace', '']]);
});

describe('companies and sources by their names', () => {
  it('are found, whatever the case', async () => {
    const [acme, fair] = [await create('companies', { name: 'Acme' }), await create('sources', { name: 'Fair' })];
    await run('contacts', [
      ['first_name', 'company_name', 'source_name'],
      ['Grace', 'ACME', ' fair '],
    ]);
    expect(await records()).toMatchObject([
      { company_id: acme.id, company_name: 'Acme', source_id: fair.id, source_name: 'Fair' },
    ]);
    expect(await records('companies')).toEqual([acme]);
    expect(await records('sources')).toEqual([fair]);
  });

  it('are made once if there are none', async () => {
    await run('contacts', [
      ['first_name', 'company_name', 'source_name'],
      ['Grace', 'Acme', 'Fair'],
      ['Ada', 'ACME', 'FAIR'],
      ['Alan', '', ''],
    ]);
    const [[acme], [fair]] = [await records('companies'), await records('sources')];
    expect([await records('companies'), await records('sources')]).toMatchObject([
      [{ name: 'Acme', created_by: ada.user.id }],
      [{ name: 'Fair', created_by: ada.user.id }],
    ]);
    const links = valuesOf(await records(), 'first_name', 'company_id', 'source_id');
    expect(new Map(links.map(([name, ...ids]) => [name, ids]))).toEqual(
      new Map([
        ['Grace', [acme!.id, fair!.id]],
        ['Ada', [acme!.id, fair!.id]],
        ['Alan', [null, null]],
      ]),
    );
  });

  it('are made once over several batches', async () => {
    const rows = many(2_100).map((cells, index) => [
      ...cells,
      index === 0 ? 'company_name' : index % 2 ? 'Acme' : 'aCME',
    ]);
    expect(counts(await run('contacts', rows))).toEqual([2_100, 0, 0, 0, 2_100, 2_100]);
    expect(await records('companies')).toHaveLength(1);
  });

  it('are not those of another account', async () => {
    const stranger = program.client.as(await program.register());
    const theirs = (await stranger.post<Row>('/companies', { name: 'Acme' })).result;
    await run('contacts', [
      ['first_name', 'company_name'],
      ['Grace', 'Acme'],
    ]);
    const [mine] = await records('companies');
    expect(mine!.id).not.toBe(theirs.id);
    expect((await records())[0]!.company_id).toBe(mine!.id);
  });

  it('of an archived source costs the cell, or this row only if that is wanted', async () => {
    const fair = await create('sources', { name: 'Fair' });
    await client.post(`/sources/${fair.id}/archive`);
    const rows = [
      ['first_name', 'source_name'],
      ['Grace', 'fair'],
      ['Ada', 'Web'],
    ];
    const strict = await run('contacts', rows, { on_invalid_cell: 'refuse_row' });
    expect(counts(strict)).toEqual([1, 0, 0, 1, 2, 2]);
    expect(await imports.errors(strict)).toEqual([
      { row: 1, column: 'source_name', field: 'source_name', value: 'fair', message: expect.stringMatching(/\S/) },
    ]);
    expect(valuesOf(await records(), 'first_name', 'source_name')).toEqual([['Ada', 'Web']]);
    const job = await run('contacts', rows.slice(0, 2));
    expect([...counts(job), job.warning_count]).toEqual([1, 0, 0, 0, 1, 1, 1]);
    expect(await imports.rows(job)).toMatchObject([
      { messages: ['Source is the name of an archived source; the cell was left out (source_name: "fair")'] },
    ]);
    expect(valuesOf(await records(), 'first_name', 'source_name').sort()).toEqual([
      ['Ada', 'Web'],
      ['Grace', ''],
    ]);
  });

  it('of refused rows are not made', async () => {
    const job = await run('contacts', [
      ['first_name', 'company_name', 'source_name', 'email'],
      ['Ada', 'Acme', 'Fair', tooLong],
    ]);
    expect(job.failed_count).toBe(1);
    expect([await records('companies'), await records('sources')]).toEqual([[], []]);
  });

  it('of skipped rows are not made', async () => {
    await create('contacts', { first_name: 'Grace', email: 'g@navy.example' });
    const job = await run('contacts', [
      ['first_name', 'email', 'company_name'],
      ['Grace', 'g@navy.example', 'Acme'],
    ]);
    expect(job.skipped_count).toBe(1);
    expect(await records('companies')).toEqual([]);
  });
});

describe('a row obeys the rules of creating', () => {
  /** One bad row between two good ones. */
  const refusal = async (kind: Kind, good: Record<string, string>, bad: Record<string, string>) => {
    const fields = [...new Set([...Object.keys(good), ...Object.keys(bad)])];
    const cells = (row: Record<string, string>) => fields.map((field) => row[field] ?? '');
    const headers = fields.map((field) => `Column of ${field}`);
    const column_mapping = Object.fromEntries(fields.map((field, index) => [headers[index]!, field]));
    const job = await imports.run(kind, [headers, cells(good), cells({ ...good, ...bad }), cells(good)], {
      column_mapping,
    });
    expect(job.failed_count).toBe(1);
    expect(job.processed_rows).toBe(3);
    return imports.errors(job);
  };
  const fault = (field: string, value: string, message = /\S/): Fault => ({
    row: 2,
    column: `Column of ${field}`,
    field,
    value,
    message: expect.stringMatching(message),
  });

  it('without a name of any kind', async () => {
    expect(await refusal('contacts', { first_name: 'Ada', city: 'Paris' }, { first_name: '' })).toEqual([
      fault('first_name', '', /First name is required/),
    ]);
  });

  it('a company without a name', async () => {
    expect(await refusal('companies', { name: 'Acme', city: 'Paris' }, { name: '' })).toEqual([fault('name', '')]);
  });

  it('a source with a name that is too long', async () => {
    const name = 'x'.repeat(201);
    expect(await refusal('sources', { name: 'Fair' }, { name })).toEqual([fault('name', name)]);
  });

  it('with an address of 501 characters', async () => {
    expect(await refusal('contacts', { first_name: 'Ada' }, { email: tooLong })).toEqual([fault('email', tooLong)]);
  });

  it('with several faults in one row, each is listed, and the row counts once', async () => {
    const bad = { email: tooLong, phone: '1'.repeat(51) };
    const faults = await refusal('contacts', { first_name: 'Ada' }, bad);
    expect(sorted(faults.map(({ row, field }) => `${row} ${field}`))).toEqual(['2 email', '2 phone']);
  });

  it('with an empty cell for a required custom field', async () => {
    const field = `custom_fields.${await define('contact', 'Level', 'text', { required: true })}`;
    expect(await refusal('contacts', { first_name: 'Ada', [field]: 'a' }, { [field]: '' })).toEqual([fault(field, '')]);
  });

  it('without a column for a required custom field', async () => {
    const id = await define('contact', 'Level', 'text', { required: true });
    const job = await run('contacts', [['first_name'], ['Grace']]);
    expect(counts(job)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(await imports.errors(job)).toEqual([
      { row: 1, column: null, field: `custom_fields.${id}`, value: '', message: expect.stringMatching(/\S/) },
    ]);
  });
});

describe('a cell that cannot be read is left out', () => {
  const made = async (kind: Kind, row: Record<string, string>) => {
    const name: Record<string, string> = kind === 'contacts' ? { first_name: 'Ada' } : { name: 'Acme' };
    const whole = { ...name, ...row };
    const job = await run(kind, [Object.keys(whole), Object.values(whole)]);
    expect([counts(job), await imports.errors(job)]).toEqual([[1, 0, 0, 0, 1, 1], []]);
    return (await records(kind))[0]!;
  };

  it('a phone of 51 characters', async () => {
    expect(await made('contacts', { phone: '5'.repeat(51), city: 'Paris' })).toMatchObject({
      phone: '',
      city: 'Paris',
    });
  });

  it('a first name of 201 characters: the last name takes its place', async () => {
    const row = { first_name: 'x'.repeat(201), last_name: 'King' };
    expect(await made('contacts', row)).toMatchObject({ first_name: 'King', last_name: '' });
  });

  it('the tags beyond 50', async () => {
    const tags = Array.from({ length: 51 }, (_, index) => `t${index}`);
    expect(await made('contacts', { tags: tags.join(',') })).toMatchObject({ tags: tags.slice(0, 50) });
  });

  it.each(['abc', '1.5', '-3', '12 people'])('the employee count %s', async (employee_count) => {
    expect(await made('companies', { employee_count })).toMatchObject({ employee_count: null });
  });

  it.each<[string, string, object]>([
    ['number', 'many', {}],
    ['number', '1,234', {}],
    ['date', '01/02/2026', {}],
    ['date', '2025-02-30', {}],
    ['date', 'yesterday', {}],
    ['boolean', 'perhaps', {}],
    ['enum', 'bronze', { options: ['gold', 'silver'] }],
  ])('the %s "%s" in a custom field', async (type, value, more) => {
    const field = `custom_fields.${await define('contact', 'Custom', type, more)}`;
    expect((await made('contacts', { [field]: value })).custom_fields).toEqual({});
  });

  it('but not of a required custom field', async () => {
    const field = `custom_fields.${await define('contact', 'Level', 'number', { required: true })}`;
    const job = await run('contacts', [
      ['first_name', field],
      ['Ada', 'many'],
    ]);
    expect(counts(job)).toEqual([0, 0, 0, 1, 1, 1]);
  });
});

describe('a cell becomes', () => {
  const made = async (kind: Kind, row: Record<string, string>) => {
    const name: Record<string, string> = kind === 'contacts' ? { first_name: 'Ada' } : { name: 'Acme' };
    const whole = 'full_name' in row ? row : { ...name, ...row };
    const job = await run(kind, [Object.keys(whole), Object.values(whole)]);
    expect(await imports.errors(job)).toEqual([]);
    return (await records(kind))[0]!;
  };

  it.each(['vip, eu', 'vip;eu', 'vip | eu', ' vip ,, eu,vip'])('tags: %j', async (tags) => {
    expect(await made('contacts', { tags })).toMatchObject({ tags: ['vip', 'eu'] });
  });

  it.each([
    ['Grace Hopper', 'Grace', 'Hopper'],
    ['Hopper, Grace', 'Grace', 'Hopper'],
    ['Ludwig van Beethoven', 'Ludwig', 'van Beethoven'],
    ['Plato', 'Plato', ''],
  ])('first and last name: %s', async (full_name, first_name, last_name) => {
    expect(await made('contacts', { full_name })).toMatchObject({ first_name, last_name });
  });

  it.each([
    ['1234', 1_234],
    ['1,234', 1_234],
    ['1,234,567', 1_234_567],
    ['0', 0],
  ])('an employee count: %s', async (cell, employee_count) => {
    expect(await made('companies', { employee_count: cell })).toMatchObject({ employee_count });
  });

  it.each(['1250000.50', '1.250.000,50', '$1,250,000.50'])('an amount: %s', async (annual_revenue_amount) => {
    expect(await made('companies', { annual_revenue_amount })).toMatchObject({ annual_revenue: 125_000_050 });
  });

  it('cents, when the column is in cents', async () => {
    expect(await made('companies', { annual_revenue: '125000050' })).toMatchObject({ annual_revenue: 125_000_050 });
  });

  it.each<[string, string, unknown]>([
    ['text', ' a b ', 'a b'],
    ['number', '1200', 1_200],
    ['number', '1,200,000', 1_200_000],
    ['number', '1.200,50', 1_200.5],
    ['number', '-1.5', -1.5],
    ['date', '2026-01-31', '2026-01-31'],
    ['date', '31.01.2026', '2026-01-31'],
    ['date', '31/12/2026', '2026-12-31'],
    ['boolean', 'TRUE', true],
    ['boolean', 'yes', true],
    ['boolean', 'ja', true],
    ['boolean', 'x', true],
    ['boolean', '1', true],
    ['boolean', 'no', false],
    ['boolean', '0', false],
    ['boolean', 'nein', false],
  ])('a custom %s: %j', async (type, cell, value) => {
    const id = await define('contact', 'Custom', type);
    expect((await made('contacts', { [`custom_fields.${id}`]: cell })).custom_fields).toEqual({ [id]: value });
  });

  it('a custom option', async () => {
    const id = await define('contact', 'Level', 'enum', { options: ['gold', 'silver'] });
    expect((await made('contacts', { [`custom_fields.${id}`]: 'silver' })).custom_fields).toEqual({ [id]: 'silver' });
  });

  it('nothing when it is empty', async () => {
    const id = await define('contact', 'Level', 'number');
    const contact = await made('contacts', { last_name: '', tags: '', [`custom_fields.${id}`]: '' });
    expect(contact).toMatchObject({ last_name: '', tags: [], custom_fields: {} });
  });
});

describe('duplicates', () => {
  const people = [
    ['first_name', 'email', 'phone'],
    ['Grace', 'GRACE@navy.example', '1'],
    ['Alan', 'alan@park.example', '2'],
    ['Turing', 'Alan@Park.example', '3'],
    ['Nobody', '', '4'],
    ['Nobody', '', '5'],
  ];
  it.each<[NonNullable<Confirmation['on_duplicate']>, number[], string[]]>([
    ['skip', [3, 0, 2, 0, 5, 5], ['Old,', 'Alan,2', 'Nobody,4', 'Nobody,5']],
    ['update', [3, 2, 0, 0, 5, 5], ['Grace,1', 'Turing,3', 'Nobody,4', 'Nobody,5']],
    ['create', [5, 0, 0, 0, 5, 5], ['Old,', 'Grace,1', 'Alan,2', 'Turing,3', 'Nobody,4', 'Nobody,5']],
  ])('of contacts are those of one e-mail address, whatever its case: %s', async (on_duplicate, numbers, left) => {
    await create('contacts', { first_name: 'Old', email: 'grace@navy.example' });
    const job = await run('contacts', people, { on_duplicate });
    expect(counts(job)).toEqual(numbers);
    expect(job.on_duplicate).toBe(on_duplicate);
    expect(sorted(valuesOf(await records(), 'first_name', 'phone'))).toEqual(sorted(left));
  });

  const firms = [
    ['name', 'domain', 'city'],
    ['Other name', 'ACME.example', 'A'],
    ['aCME', '', 'B'],
    ['Acme', 'acme.test', 'C'],
    ['BOLT', 'bolt.example', 'D'],
    ['Cog', 'cog.example', 'E'],
    ['cog', '', 'F'],
    ['Cog', 'cog.test', 'G'],
  ];
  it.each<[NonNullable<Confirmation['on_duplicate']>, number[], string[]]>([
    // prettier-ignore
    ['skip', [3, 0, 4, 0, 7, 7], ['Acme,acme.example,', 'Bolt,,', 'Acme,acme.test,C', 'Cog,cog.example,E', 'Cog,cog.test,G']],
    ['create', [7, 0, 0, 0, 7, 7], ['Acme,acme.example,', 'Bolt,,', ...firms.slice(1).map(String)]],
  ])('of companies are those of one domain, else of one name: %s', async (on_duplicate, numbers, left) => {
    await create('companies', { name: 'Acme', domain: 'acme.example' });
    await create('companies', { name: 'Bolt' });
    expect(counts(await run('companies', firms, { on_duplicate }))).toEqual(numbers);
    expect(sorted(valuesOf(await records('companies'), 'name', 'domain', 'city'))).toEqual(sorted(left));
  });

  it('of companies are updated', async () => {
    const acme = await create('companies', { name: 'Acme', domain: 'acme.example' });
    const bolt = await create('companies', { name: 'Bolt' });
    const rows = [firms[0]!, firms[1]!, firms[4]!, ['Acme', 'acme.test', 'C']];
    expect(counts(await run('companies', rows, { on_duplicate: 'update' }))).toEqual([1, 2, 0, 0, 3, 3]);
    expect(await get('companies', acme.id)).toMatchObject({ name: 'Other name', domain: 'ACME.example', city: 'A' });
    expect(await get('companies', bolt.id)).toMatchObject({ name: 'BOLT', domain: 'bolt.example', city: 'D' });
    expect(await records('companies')).toHaveLength(3);
  });

  it.each<[NonNullable<Confirmation['on_duplicate']>, number[], string[]]>([
    ['skip', [1, 0, 2, 0, 3, 3], ['Fair', 'Web']],
    ['update', [1, 2, 0, 0, 3, 3], ['FAIR', 'wEB']],
    ['create', [3, 0, 0, 0, 3, 3], ['Fair', 'FAIR', 'Web', 'wEB']],
  ])('of sources are those of one name, whatever its case: %s', async (on_duplicate, numbers, left) => {
    await create('sources', { name: 'Fair' });
    const job = await run('sources', [['name'], ['FAIR'], ['Web'], ['wEB']], { on_duplicate });
    expect(counts(job)).toEqual(numbers);
    expect(sorted(valuesOf(await records('sources'), 'name'))).toEqual(sorted(left));
  });

  it('of another account are none', async () => {
    const stranger = program.client.as(await program.register());
    await stranger.post('/contacts', { first_name: 'Grace', email: 'grace@navy.example' });
    expect(counts(await run('contacts', people.slice(0, 2)))).toEqual([1, 0, 0, 0, 1, 1]);
  });

  it('of several records are of the oldest', async () => {
    const twin = () => create('contacts', { first_name: 'Old', email: 'grace@navy.example' });
    const [older, newer] = [await twin(), await twin()];
    await run('contacts', people.slice(0, 2), { on_duplicate: 'update' });
    expect((await get('contacts', older.id)).first_name).toBe('Grace');
    expect(await get('contacts', newer.id)).toEqual(newer);
  });

  it('of a refused row are none: the next one is created', async () => {
    const header = ['first_name', 'email'].join(',');
    const job = await imports.run('contacts', `${header}\nAda,g@navy.example,one too many\nGrace,g@navy.example\n`, {
      column_mapping: { first_name: 'first_name', email: 'email' },
    });
    expect(counts(job)).toEqual([1, 0, 0, 1, 2, 2]);
  });

  it('are updated by mapped cells that are not empty, and nothing else', async () => {
    const [a, b] = [await define('contact', 'A', 'number'), await define('contact', 'B', 'text')];
    const before = await create('contacts', {
      ...{ first_name: 'Grace', last_name: 'Hopper', email: 'g@navy.example', phone: '1', city: 'Arlington' },
      ...{ notes: 'kept', tags: ['old', 'vip'], custom_fields: { [a]: 1, [b]: 'kept' } },
    });
    const job = await run(
      'contacts',
      [
        ['first_name', 'email', 'phone', 'city', 'tags', `custom_fields.${a}`, `custom_fields.${b}`],
        ['Grace', 'g@navy.example', '2', '', 'new', '5', ''],
      ],
      { on_duplicate: 'update' },
    );
    expect(counts(job)).toEqual([0, 1, 0, 0, 1, 1]);
    expect(await get('contacts', before.id)).toEqual({
      ...before,
      ...{ phone: '2', tags: ['old', 'vip', 'new'], custom_fields: { [a]: 5, [b]: 'kept' } },
      updated_at: expect.any(String),
      version: 2,
    });
  });

  it('are updated without the fields that only creating requires', async () => {
    const id = await define('contact', 'Level', 'text');
    const before = await create('contacts', {
      ...{ first_name: 'Grace', email: 'g@navy.example', custom_fields: { [id]: 'a' } },
    });
    await client.patch(`/custom-fields/${id}`, { required: true });
    const rows = [
      ['email', 'phone'],
      ['g@navy.example', '5'],
    ];
    expect(counts(await run('contacts', rows, { on_duplicate: 'update' }))).toEqual([0, 1, 0, 0, 1, 1]);
    expect(await get('contacts', before.id)).toMatchObject({ first_name: 'Grace', phone: '5' });
  });
});

describe('events', () => {
  it('come of every created contact and company, with the record as GET gives it', async () => {
    await run('contacts', [
      ['first_name', 'company_name', 'email'],
      ['Grace', 'Acme', ''],
      ['Ada', 'Acme', ''],
      ['Kurt', 'Bolt', tooLong],
    ]);
    const [contacts, companies] = [await records(), await records('companies')];
    const items = await imports.events();
    expect(sorted(items.map(({ event }) => event))).toEqual([
      ...['company.created', 'contact.created', 'contact.created'],
    ]);
    for (const { data, previous } of items) {
      expect([...contacts, ...companies]).toContainEqual(data);
      expect(previous).toBeUndefined();
    }
    expect(new Set(items.map(({ data }) => data.id)).size).toBe(3);
  });

  it('come of companies that are imported', async () => {
    await run('companies', [['name'], ['Acme'], ['Bolt']]);
    const items = await imports.events();
    expect(items.map(({ event }) => event)).toEqual(['company.created', 'company.created']);
    expect(items.map(({ data }) => data)).toEqual(expect.arrayContaining(await records('companies')));
  });

  it('of updates have the earlier values, as those of PATCH', async () => {
    const body = { first_name: 'Grace', email: 'g@navy.example', phone: '1', city: 'Paris' };
    const [imported, patched] = [await create('contacts', body), await create('contacts', { ...body, email: '' })];
    await client.patch(`/contacts/${patched.id}`, { phone: '2' });
    const rows = [
      ['first_name', 'email', 'phone'],
      ['Grace', 'g@navy.example', '2'],
    ];
    await run('contacts', rows, { on_duplicate: 'update' });
    const updates = (await imports.events()).filter(({ event }) => event === 'contact.updated');
    expect(updates).toHaveLength(2);
    const ofImport = updates.find(({ data }) => data.id === imported.id)!;
    const ofPatch = updates.find(({ data }) => data.id === patched.id)!;
    expect(ofImport.data).toEqual(await get('contacts', imported.id));
    expect(ofImport.previous).toMatchObject({ phone: '1' });
    expect(Object.keys(ofImport.previous!)).toEqual(Object.keys(ofPatch.previous!));
  });

  it('of updated companies have the earlier values', async () => {
    const acme = await create('companies', { name: 'Acme', city: 'Paris' });
    const rows = [
      ['name', 'city'],
      ['Acme', 'Rome'],
    ];
    await run('companies', rows, { on_duplicate: 'update' });
    const [, update, ...rest] = await imports.events();
    expect(rest).toEqual([]);
    expect(update).toMatchObject({ event: 'company.updated', previous: { city: 'Paris' } });
    expect(update!.data).toEqual(await get('companies', acme.id));
  });

  it('do not come of an update in which nothing differs, though it is counted', async () => {
    const grace = await create('contacts', { first_name: 'Grace', email: 'g@navy.example', tags: ['a'] });
    const before = await imports.events();
    const rows = [
      ['first_name', 'email', 'tags'],
      ['Grace', 'g@navy.example', 'a'],
    ];
    expect(counts(await run('contacts', rows, { on_duplicate: 'update' }))).toEqual([0, 1, 0, 0, 1, 1]);
    expect(await get('contacts', grace.id)).toEqual(grace);
    expect(await imports.events()).toEqual(before);
  });

  it('do not come of skipped rows', async () => {
    await create('contacts', { first_name: 'Grace', email: 'g@navy.example' });
    await run('contacts', [
      ['first_name', 'email'],
      ['Other', 'g@navy.example'],
    ]);
    expect(await imports.events()).toHaveLength(1);
  });

  it('do not come of sources', async () => {
    await run('sources', [['name'], ['Fair'], ['Web']]);
    await run('contacts', [
      ['first_name', 'source_name'],
      ['Grace', 'Expo'],
    ]);
    expect((await imports.events()).map(({ event }) => event)).toEqual(['contact.created']);
  });
});

describe('who imported', () => {
  it('is on every record', async () => {
    await run('contacts', [
      ['first_name', 'company_name', 'source_name'],
      ['Grace', 'Acme', 'Fair'],
    ]);
    for (const kind of ['contacts', 'companies', 'sources'] as const)
      expect(valuesOf(await records(kind), 'created_by')).toEqual([[ada.user.id]]);
  });

  it('is nobody when it was an app', async () => {
    use(await appOf());
    const job = await run('contacts', [
      ['first_name', 'company_name', 'source_name'],
      ['Grace', 'Acme', 'Fair'],
    ]);
    expect(job.created_by).toBeNull();
    for (const kind of ['contacts', 'companies', 'sources'] as const)
      expect(valuesOf(await records(kind), 'created_by')).toEqual([[null]]);
  });

  it('may be a member', async () => {
    const member = await invited('member');
    use(member);
    const job = await run('contacts', [
      ['first_name', 'city'],
      ['Grace', 'Arlington'],
      ['', 'Nowhere'],
    ]);
    expect(job.created_by).toBe(member.user.id);
    expect(valuesOf(await records(), 'created_by')).toEqual([[member.user.id]]);
    expect(await imports.errors(job)).toHaveLength(1);
    expect((await imports.undone(job)).status).toBe('undone');
  });
});

describe('a dry run', () => {
  const rows = [
    ['first_name', 'email', 'phone', 'company_name'],
    ['Grace', 'grace@navy.example', '1', 'Acme'],
    ['Alan', 'alan@park.example', '2', 'ACME'],
    ['Other', 'ALAN@park.example', '3', 'Bolt'],
    ['', '', '4', ''],
    ['Ada', tooLong, '5', 'Cog'],
  ];
  const column_mapping = Object.fromEntries(rows[0]!.map((field) => [field, field]));
  it.each(['skip', 'update', 'create'] as const)(
    'counts and finds what the real one then does (%s), and changes nothing',
    async (on_duplicate) => {
      const old = await create('contacts', { first_name: 'Old', email: 'grace@navy.example' });
      const uploaded = await imports.uploaded('contacts', rows);
      const before = await imports.events();
      const dry = await imports.finish(uploaded, { column_mapping, on_duplicate, dry_run: true });
      expect(dry).toMatchObject({ status: 'completed', dry_run: true, progress: 1, failed_count: 2 });
      const faults = await imports.errors(dry);
      expect(await records()).toEqual([old]);
      expect([await records('companies'), await records('sources')]).toEqual([[], []]);
      expect(await imports.events()).toEqual(before);

      const real = await imports.finish(uploaded, { column_mapping, on_duplicate });
      expect(real).toMatchObject({ id: dry.id, status: 'completed', dry_run: false });
      expect(counts(real)).toEqual(counts(dry));
      expect(await imports.errors(real)).toEqual(faults);
      expect(await records()).toHaveLength(real.created_count + 1);
    },
  );

  it('may be followed by another one, with another mapping', async () => {
    const uploaded = await imports.uploaded('contacts', 'A,B\n,Grace\n');
    const first = await imports.finish(uploaded, { column_mapping: { A: 'first_name' }, dry_run: true });
    expect(counts(first)).toEqual([0, 0, 0, 1, 1, 1]);
    const second = await imports.finish(uploaded, { column_mapping: { B: 'first_name' }, dry_run: true });
    expect(counts(second)).toEqual([1, 0, 0, 0, 1, 1]);
    expect(await imports.errors(second)).toEqual([]);
    expect(second.column_mapping).toEqual({ B: 'first_name' });
  });

  it('may be followed by the real one for nearly a day', async () => {
    const uploaded = await imports.uploaded('contacts', table('Grace'));
    await imports.finish(uploaded, { dry_run: true });
    await later(hours(23));
    expect(await imports.finish(uploaded)).toMatchObject({ status: 'completed', created_count: 1 });
  });

  it('may not be followed by the real one after more than a day', async () => {
    const uploaded = await imports.uploaded('contacts', table('Grace'));
    await imports.finish(uploaded, { dry_run: true });
    await later(hours(25));
    await all(refused, imports.confirm(uploaded.job, byName));
    expect(await records()).toEqual([]);
  });
});

describe('a file of several batches with duplicates across them', () => {
  const address = (index: number) => `${index % 2 ? 'P' : 'p'}${index % 1_200}@Crowd.example`;
  it.each<['skip' | 'update', number[]]>([
    ['skip', [1_200, 0, 1_300, 0, 2_500, 2_500]],
    ['update', [1_200, 1_300, 0, 0, 2_500, 2_500]],
  ])('is the same dry and real: %s', async (on_duplicate, numbers) => {
    const uploaded = await imports.uploaded('contacts', many(2_500, address));
    const confirmation = { ...manyMapping, on_duplicate };
    expect(counts(await imports.finish(uploaded, { ...confirmation, dry_run: true }))).toEqual(numbers);
    expect(await countOf('contacts')).toBe(0);
    const job = await imports.finish(uploaded, confirmation);
    expect(counts(job)).toEqual(numbers);
    expect(job).toMatchObject({ progress: 1, eta_seconds: null, error: null });
    const lasts = valuesOf(await records(), 'last_name');
    const expected = Array.from({ length: 1_200 }, (_, index) => {
      if (on_duplicate === 'skip') return index;
      return index + 2_400 < 2_500 ? index + 2_400 : index + 1_200;
    });
    expect(sorted(lasts)).toEqual(sorted(expected.map((index) => `Last ${index}`)));
  });
});

describe('progress', () => {
  it('is 1 at the end, and nothing is left to wait for', async () => {
    const job = await run('contacts', [
      ['first_name', 'last_name'],
      ['Grace', 'Hopper'],
      ['', 'Nobody'],
    ]);
    expect(job).toMatchObject({ status: 'completed', progress: 1, eta_seconds: null, error: null });
    expect(job.started_at).not.toBeNull();
    expect(job.finished_at! >= job.started_at!).toBe(true);
    expect(await imports.get(job)).toEqual(job);
  });

  it('never goes back', async () => {
    const { job } = await imports.uploaded('contacts', many(3_500));
    await all(ok, imports.confirm(job, manyMapping));
    const seen: number[] = [];
    const end = await imports.until(job, ({ status, progress }) => {
      seen.push(progress);
      return status === 'completed';
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(end.progress).toBe(1);
  });
});

describe('errors', () => {
  const faulty = (count: number) =>
    run(
      'contacts',
      many(count, () => tooLong).map((row) => row),
    );

  it('are paged in the order of the rows', async () => {
    const job = await faulty(120);
    const rows: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      type Page = { items: Fault[]; next_cursor: string | null };
      const page: Page = (await client.get<Page>(`/imports/${job.id}/errors?cursor=${cursor}`)).result;
      expect(page.items.length).toBeLessThanOrEqual(25);
      rows.push(...page.items.map(({ row }) => row));
      cursor = page.next_cursor;
    }
    expect(rows).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  });

  it('are in the order of the rows over several batches', async () => {
    const rows = (await imports.errors(await faulty(1_050))).map(({ row }) => row);
    expect(rows).toEqual(Array.from({ length: 1_050 }, (_, index) => index + 1));
  });

  it('refuse the cursor of another import, and of the list of imports', async () => {
    type Page = { next_cursor: string };
    const [one, other] = [await faulty(3), await faulty(3)];
    const { next_cursor } = (await client.get<Page>(`/imports/${one.id}/errors?limit=1`)).result;
    const ofList = (await client.get<Page>('/imports?limit=1')).result.next_cursor;
    await all(ok, client.get(`/imports/${one.id}/errors?cursor=${next_cursor}`));
    for (const cursor of [next_cursor, ofList, 'abc'])
      await invalidRequest(client.get(`/imports/${other.id}/errors?cursor=${cursor}`), 'cursor');
    await invalidRequest(client.get(`/imports?cursor=${next_cursor}`), 'cursor');
  });

  it.each(['0', '101', 'x', '1.5'])('refuse the limit %s', async (limit) => {
    const { job } = await imports.begin();
    await invalidRequest(client.get(`/imports/${job.id}/errors?limit=${limit}`), 'limit');
  });

  it('of an import that did not run are none', async () => {
    const { job } = await imports.begin();
    expect(await imports.errors(job)).toEqual([]);
  });
});

describe('errors.csv', () => {
  const headers = ['First Name', 'State', 'Phone', 'Notes', 'City', 'Hint'];
  const dangerous = ['', '=1+1', '+49 30', '-5', '@sum(a)', 'plain, "quoted"'];
  const safe = ['', "'=1+1", "'+49 30", "'-5", "'@sum(a)", 'plain, "quoted"'];

  it('has the refused rows as they were and the reasons, in UTF-8 with a byte order mark, without formulas', async () => {
    const job = await imports.run('contacts', [headers, ['Ada', '', '', '', '', ''], dangerous]);
    const { response, bytes } = await csvOf(job);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv; ?charset=utf-8$/i);
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(bytes.subarray(3).toString().replaceAll('\r\n', '\n')).toBe(
      csv([
        [...headers, 'import_error'],
        [...safe, 'First name is required'],
      ]),
    );
  });

  it('comes back corrected, and loses the apostrophes', async () => {
    const job = await imports.run('contacts', [headers, dangerous, ['Ada', '', '', '', '', '']]);
    const corrected = (await csvOf(job)).bytes.toString().replace(/\n,/, '\nGrace,');
    const uploaded = await imports.uploaded('contacts', corrected);
    expect(uploaded.preview.headers).toEqual([...headers, 'import_error']);
    expect(Object.keys(uploaded.preview.suggested_mapping)).not.toContain('import_error');
    expect(counts(await imports.finish(uploaded))).toEqual([1, 0, 0, 0, 1, 1]);
    const grace = (await records()).find(({ first_name }) => first_name === 'Grace');
    expect(grace).toMatchObject({ state: '=1+1', phone: '+49 30', notes: '-5', city: '@sum(a)' });
  });

  it('of another file keeps apostrophes that belong to a text', async () => {
    await imports.run('contacts', [headers.slice(0, 2), ['Grace', "'t Veld"]]);
    expect(valuesOf(await records(), 'state')).toEqual([["'t Veld"]]);
  });

  it('has a row once, with all its reasons', async () => {
    const job = await run('contacts', [
      ['email', 'phone'],
      [tooLong, '5'.repeat(51)],
    ]);
    const [head, row, ...rest] = (await csvOf(job)).bytes.toString().trim().split(/\r?\n/);
    expect(head).toContain('email,phone,import_error');
    expect(row).toMatch(/E-mail must be .*Phone must be /);
    expect(rest).toEqual([]);
  });

  it('has the refused rows of every batch, in their order', async () => {
    const rows = many(1_500).map((cells, index) => [...cells.slice(0, 2), index % 100 || !index ? cells[2]! : tooLong]);
    const lines = (await csvOf(await run('contacts', rows))).bytes.toString().trim().split(/\r?\n/);
    expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual(
      Array.from({ length: 15 }, (_, index) => `Last ${(index + 1) * 100 - 1}`),
    );
  });
});

describe('the list', () => {
  it('pages, newest first, the imports of the account only', async () => {
    await new Importing(program, program.client.as(await program.register())).begin();
    const jobs: Job[] = [];
    for (let count = 0; count < 5; count++) jobs.unshift((await imports.begin()).job);
    type Page = { items: Job[]; next_cursor: string | null };
    const first = (await client.get<Page>('/imports?limit=2')).result;
    const second = (await client.get<Page>(`/imports?limit=2&cursor=${first.next_cursor}`)).result;
    const third = (await client.get<Page>(`/imports?limit=2&cursor=${second.next_cursor}`)).result;
    expect([...first.items, ...second.items, ...third.items]).toEqual(jobs);
    expect(third.next_cursor).toBeNull();
  });

  it('refuses a cursor of another account', async () => {
    await imports.begin();
    await imports.begin();
    const { next_cursor } = (await client.get<{ next_cursor: string }>('/imports?limit=1')).result;
    const stranger = program.client.as(await program.register());
    await invalidRequest(stranger.get(`/imports?cursor=${next_cursor}`), 'cursor');
  });
});

it('the imports of an account run one at a time, in the order of their confirmation', async () => {
  const uploaded = [];
  for (let count = 0; count < 3; count++) uploaded.push((await imports.uploaded('contacts', many(1_500))).job);
  // Not in the order in which they were begun.
  const jobs = [uploaded[1]!, uploaded[2]!, uploaded[0]!];
  for (const job of jobs) await all(ok, imports.confirm(job, { ...manyMapping, on_duplicate: 'create' }));
  for (;;) {
    const running = await program.sql<{ status: string }>(
      `select status from imports where account_id = $1 and status in ('queued', 'processing')`,
      [ada.user.account_id],
    );
    expect(running.filter(({ status }) => status === 'processing').length).toBeLessThanOrEqual(1);
    if (running.length === 0) break;
    await delay(5);
  }
  const ended = await Promise.all(jobs.map((job) => imports.get(job)));
  expect(ended.map(({ status, created_count }) => [status, created_count])).toEqual(
    jobs.map(() => ['completed', 1_500]),
  );
  expect(ended[1]!.started_at! >= ended[0]!.finished_at!).toBe(true);
  expect(ended[2]!.started_at! >= ended[1]!.finished_at!).toBe(true);
});

describe('cancelling', () => {
  it.each(['pending_upload', 'uploaded'])('one that is %s ends it, and its file is gone', async (state) => {
    const begun = await imports.begin();
    await imports.put(begun, table('Grace'));
    if (state === 'uploaded') await imports.complete(begun.job);
    const { result } = await imports.cancel(begun.job);
    expect(result).toMatchObject({ id: begun.job.id, status: 'cancelled', created_count: 0, eta_seconds: null });
    expect(result.finished_at).not.toBeNull();
    expect(await imports.get(begun.job)).toEqual(result);
    expect(await chunks(begun.job)).toEqual([]);
  });

  it('one that is queued ends it: nothing of it is done', async () => {
    const first = (await imports.uploaded('contacts', many(6_000))).job;
    const second = (await imports.uploaded('contacts', table('Grace'))).job;
    await all(ok, imports.confirm(first, manyMapping));
    expect((await imports.confirm(second, byName)).result.status).toBe('queued');
    expect((await imports.cancel(second)).result).toMatchObject({ status: 'cancelled', processed_rows: 0 });
    expect(await chunks(second)).toEqual([]);
    await all(ok, imports.cancel(first));
    const { created_count } = await imports.settled(first);
    expect(await imports.get(second)).toMatchObject({ status: 'cancelled', created_count: 0 });
    expect(await countOf('contacts')).toBe(created_count);
  });

  it('one that runs ends it at once: the counts say what was done, and it can be undone', async () => {
    const { job } = await imports.uploaded('contacts', many(12_000));
    await all(ok, imports.confirm(job, manyMapping));
    await imports.until(job, ({ status, processed_rows }) => status === 'processing' && processed_rows > 0);
    const { result } = await imports.cancel(job);
    expect(result).toMatchObject({ status: 'cancelled', eta_seconds: null });
    expect(result.created_count).toBeGreaterThan(0);
    expect(result.created_count).toBeLessThan(12_000);
    expect(result.processed_rows).toBe(result.created_count);
    expect(await countOf('contacts')).toBe(result.created_count);
    expect(await chunks(job)).toEqual([]);
    expect(await imports.get(job)).toEqual(result);

    // The next one runs, and nothing more of this one was done meanwhile.
    await run('contacts', [['first_name'], ['Grace']]);
    expect(await countOf('contacts')).toBe(result.created_count + 1);
    await imports.undone(job);
    expect(valuesOf(await records(), 'first_name')).toEqual([['Grace']]);
  });
});

it('a NUL in the name of a company or source costs its cell only', async () => {
  const rows = [
    ['first_name', 'company_name', 'source_name'],
    ['Ada', 'Ac\0me', ''],
    ['Grace', '', 'Fa\0ir'],
    ['Kurt', 'Logic Ltd', 'Fair'],
  ];
  const job = await run('contacts', rows);
  expect(counts(job)).toEqual([3, 0, 0, 0, 3, 3]);
  expect(valuesOf(await records('companies'), 'name')).toEqual([['Logic Ltd']]);
  expect(valuesOf(await records('sources'), 'name')).toEqual([['Fair']]);
});

it('of companies with one name the oldest counts, whatever else the file is about', async () => {
  const oldest = await create('companies', { name: 'Acme', domain: 'acme.example', city: '1' });
  const bare = await create('companies', { name: 'Acme', city: '2' });
  const youngest = await create('companies', { name: 'Acme', domain: 'youngest.example', city: '3' });
  const rows = [
    ['name', 'domain', 'notes'],
    ['Acme', 'youngest.example', 'youngest'],
    ['ACME', '', 'oldest'],
    ['Acme', 'new.example', 'bare'],
  ];
  await run('companies', rows, { on_duplicate: 'update' });
  const notes = await Promise.all([oldest, bare, youngest].map(async ({ id }) => (await get('companies', id)).notes));
  expect(notes).toEqual(['oldest', 'bare', 'youngest']);
});

it('a row with very many bad cells tells of twenty, and how many there are besides', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 30; count++) ids.push(await define('contact', `Day ${count}`, 'date'));
  const rows = [
    ['email', ...ids.map((id) => `custom_fields.${id}`)],
    [tooLong, ...ids.map(() => 'never')],
  ];
  const errors = await imports.errors(await run('contacts', rows));
  expect(errors).toHaveLength(21);
  expect(errors.at(-1)).toMatchObject({ row: 1, column: null, message: 'and 11 more cells of the row are refused' });
});

it('rows that are refused for a cell too many come back with it', async () => {
  const job = await imports.run('contacts', 'first_name,city\nAda,London,England\n', {
    column_mapping: { first_name: 'first_name', city: 'city' },
  });
  const [, line] = (await csvOf(job)).bytes.toString().split('\n');
  expect(line).toMatch(/^Ada,London,"?the row has 3 cells[^\n]*,England$/);
});

it('a fault of the database that stays ends the import as failed after some minutes, and what was done can be undone', async () => {
  const queues = program.app.get(WorkQueues, { strict: false });
  const names = Array.from({ length: 1_500 }, (_, index) => `Grace ${index}`);
  const { job } = await imports.uploaded('contacts', table(...names));
  const mend = breakDatabase(/import_changes[^]*values/, new Error('Connection terminated unexpectedly'));
  try {
    await all(ok, imports.confirm(job, byName));
    for (;;) {
      const { status } = (await client.get<Job>(`/imports/${job.id}`)).result;
      if (status !== 'queued' && status !== 'processing') break;
      // Whoever had it has lost its lease.
      program.clock.move(21_000);
      queues.wake('imports');
      await delay(30);
      await signIn();
    }
  } finally {
    mend();
  }
  const failed = await imports.get(job);
  expect(failed).toMatchObject({ status: 'failed', processed_rows: 0, error: expect.stringContaining('15 times') });
  expect(await countOf('contacts')).toBe(0);
  expect(await chunks(job)).toEqual([]);
  expect(await imports.undone(job)).toMatchObject({ status: 'undone' });
});

it('a fault of the database that passes costs nothing', async () => {
  const queues = program.app.get(WorkQueues, { strict: false });
  const { job } = await imports.uploaded('contacts', table('Ada', 'Grace'));
  const mend = breakDatabase(/insert into contacts/, new Error('Connection terminated unexpectedly'), 2);
  await all(ok, imports.confirm(job, byName));
  for (;;) {
    const { status } = (await client.get<Job>(`/imports/${job.id}`)).result;
    if (status === 'completed') break;
    program.clock.move(21_000);
    queues.wake('imports');
    await delay(30);
  }
  mend();
  expect(counts(await imports.get(job))).toEqual([2, 0, 0, 0, 2, 2]);
  expect(await countOf('contacts')).toBe(2);
});
