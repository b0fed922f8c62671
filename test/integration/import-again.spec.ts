import fc from 'fast-check';
import { useApi } from '../support/api';
import { type Confirmation, counts, csv, Importing, type Job, type Row } from '../support/imports';

/** `GET /imports/:id/again` is a confirmation: it can be posted, and means the same. */
const { program, client } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'all tests', keepClock: true });
const imports = new Importing(program, client);

const uuid = '8f9e9e0e-5d0c-4a3e-9a64-0d8a3f0a2b11';
const rows = [
  ['Name', 'Web', 'Amount', 'Staff', 'Since', 'Labels', 'Secret', 'Shoe', '7', uuid, '__proto__', 'import_error'],
  ['Navy', 'navy.example', '1.250,50', '1.200', '3/4/2024', 'vip', 'x', '37', 'seven', 'a', 'b', ''],
  ['Engines', 'https://engines.example/', 'much', '51-200', '13/4/2024', '', 'y', '', '', '', '', 'no name'],
  ['', '', '', '', '', '', '', 'only a shoe', '', '', '', ''],
];

const again = async ({ id }: Pick<Job, 'id'>) => (await client.get<Confirmation>(`/imports/${id}/again`)).result;
const told = (job: Job) => [...counts(job), job.warning_count];

it('can be posted for the same file, gives the same options, and the same becomes of the rows', async () => {
  const define = async (label: string, field_type: string) =>
    `custom_fields.${(await client.post<Row>('/custom-fields', { entity_type: 'company', label, field_type })).result.id}`;
  const [since, score, known] = [
    await define('Since', 'date'),
    await define('Score', 'number'),
    await define('7', 'text'),
  ];
  const optional = <Value>(...values: Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const to = (...fields: string[]) => optional<string | null>(null, ...fields);
  const column_mapping = fc
    .tuple(
      fc.constant('name'),
      to('domain', 'website'),
      to('notes', 'annual_revenue_amount'),
      to('employee_count', ' employee_count '),
      to(since),
      to('tags', 'notes'),
      to('notes'),
      to('notes'),
      to(known, 'notes'),
      to('notes'),
      // No body has this key.
      fc.constant(undefined),
      to(),
    )
    .map((fields) =>
      Object.fromEntries(rows[0]!.flatMap((header, i) => (fields[i] === undefined ? [] : [[header, fields[i]]]))),
    );
  const defaults = fc
    .record(
      {
        annual_revenue: fc.constantFrom<unknown>(125_050, '125050'),
        annual_revenue_amount: fc.constantFrom<unknown>(1_250.5, '1.250,50', '$1,250'),
        employee_count: fc.constantFrom<unknown>(1_200, '1.200', '51-200'),
        city: fc.constantFrom<unknown>('Berlin', ' Berlin ', 7),
        tags: fc.constantFrom<unknown>(['fair'], 'fair, "a, b"'),
        [since]: fc.constantFrom<unknown>('13/4/2024', '2024-04-03'),
        [score]: fc.constantFrom<unknown>(1.234, '1.234', '1,5', 1e21),
        [known]: fc.constantFrom<unknown>('7', 1.234),
      },
      { requiredKeys: [] },
    )
    .filter((values) => !('annual_revenue' in values && 'annual_revenue_amount' in values));
  const confirmation = fc.record(
    {
      column_mapping,
      defaults,
      on_duplicate: fc.constantFrom('skip', 'update', 'create'),
      match_by: fc.constantFrom(null, 'name'),
      tags_mode: fc.constantFrom('add', 'replace'),
      empty_cells: fc.constantFrom('keep', 'clear'),
      date_order: fc.constantFrom('auto', 'dmy', 'mdy'),
      decimal: fc.constantFrom('auto', 'point', 'comma'),
      on_invalid_cell: fc.constantFrom('leave_out', 'refuse_row'),
      when_name_missing: fc.constantFrom('use_other', 'refuse'),
      create_custom_fields: fc.boolean(),
    },
    { requiredKeys: ['column_mapping'] },
  );
  const first = await imports.uploaded('companies', csv(rows));
  const next = await imports.uploaded('companies', csv(rows));
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(confirmation, async (sent) => {
      const answer = await imports.confirm(first.job, { ...sent, dry_run: true });
      if (answer.status === 400) return;
      taken++;
      const tried = await imports.settled(first.job);
      const options = await again(tried);
      const same = await imports.finish(next, { ...options, dry_run: true });
      expect([tried.status, same.status]).toEqual(['completed', 'completed']);
      expect(await again(same)).toEqual(options);
      expect(same.column_mapping).toEqual(tried.column_mapping);
      expect(told(same)).toEqual(told(tried));
      expect((await imports.rows(same)).map(({ messages }) => messages)).toEqual(
        (await imports.rows(tried)).map(({ messages }) => messages),
      );
    }),
    { numRuns: 40 },
  );
  // The others are refused, for a default of a field that has a column.
  expect(taken).toBeGreaterThan(15);
});

it('keeps what is not imported out of new fields, after an import that made some', async () => {
  const column_mapping = { Name: 'name', Secret: null, import_error: null };
  const confirmation: Confirmation = { column_mapping, create_custom_fields: true, on_duplicate: 'create' };
  const job = await imports.run('companies', csv(rows), confirmation);
  const options = await again(job);
  expect(options.column_mapping).toMatchObject({ Name: 'name', Secret: null });
  const labels = async () =>
    (await client.get<{ items: Row[] }>('/custom-fields')).result.items.map(({ label }) => label);
  const before = await labels();
  expect(before).not.toContain('Secret');
  const second = await imports.run('companies', csv(rows), options);
  expect(await labels()).toEqual(before);
  expect(second.column_mapping).toEqual(job.column_mapping);
  expect(told(second)).toEqual(told(job));
});
