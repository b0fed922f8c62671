import { useApi } from '../support/api';
import { newEmail } from '../support/app';
import type { Answer, Client } from '../support/client';
import { workerDatabaseUrl, withClient } from '../support/database';
import { outcome, refusedWith } from '../support/outcome';

interface Definition {
  readonly id: string;
  readonly unique: boolean;
}

interface Entity {
  readonly id: string;
  readonly custom_fields: Readonly<Record<string, unknown>>;
}

type Values = Readonly<Record<string, unknown>>;

const { program, client } = useApi({ accountFor: 'each test' });

const invalid = refusedWith('custom_fields.invalid_request');
const least = { contacts: { first_name: 'Ada' }, companies: { name: 'Acme' }, projects: { name: 'Bridge' } };
type Kind = keyof typeof least;
const entityTypes = { contacts: 'contact', companies: 'company', projects: 'project' } as const;
const kinds = Object.keys(least) as Kind[];

let labels = 0;
const tryDefine = (input: object = {}, as: Client = client) =>
  as.post<Definition>('/custom-fields', {
    ...{ entity_type: 'contact', label: `Label ${++labels}`, field_type: 'text', unique: true },
    ...input,
  });
const define = async (input?: object, as?: Client) => (await tryDefine(input, as)).result.id;
const patch = (id: string, input: object, query = '') =>
  client.patch<Definition>(`/custom-fields/${id}${query}`, input);
const tryCreate = (custom_fields: Values | null, kind: Kind = 'contacts', as: Client = client) =>
  as.post<Entity>(`/${kind}`, { ...least[kind], custom_fields });
const create = async (custom_fields: Values, kind?: Kind, as?: Client) =>
  (await tryCreate(custom_fields, kind, as)).result.id;
const trySet = (id: string, custom_fields: Values | null, kind: Kind = 'contacts') =>
  client.patch<Entity>(`/${kind}/${id}`, { custom_fields });
const free = async (answer: Promise<Answer<unknown>>) => expect(await outcome(answer)).toEqual([200, undefined]);
const taken = async (answer: Promise<Answer<unknown>>, field: string, id: string, kind: Kind = 'contacts') => {
  const { status, error } = await answer;
  const message = `custom_fields.${field} is the value of another record, and no two have the same`;
  expect([status, error.code, error.message]).toEqual([400, `${kind}.invalid_custom_fields`, message]);
  expect(error.details).toEqual([{ field: `custom_fields.${field}`, message, id }]);
};
const carriers = async (field: string, value: unknown) => {
  const rows = await program.sql<{ id: string }>(
    'select record_id as id from custom_field_values where definition_id = $1 and value = $2',
    [field, JSON.stringify(value)],
  );
  return rows.map(({ id }) => id).sort();
};
const kept = (field: string) =>
  program.sql<{ form: string }>('select form from unique_values where definition_id = $1 order by form', [field]);

describe.each(kinds)('a value of a unique field of %s', (kind) => {
  const entity_type = entityTypes[kind];

  it('is taken by one record, on create and on PATCH, and the answer names it', async () => {
    const field = await define({ entity_type });
    const [first, other] = [await create({ [field]: 'A-1' }, kind), await create({ [field]: 'A-2' }, kind)];
    await taken(tryCreate({ [field]: 'A-1' }, kind), field, first, kind);
    await taken(trySet(other, { [field]: 'A-1' }, kind), field, first, kind);
    await free(trySet(first, { [field]: 'A-1' }, kind));
    await free(trySet(first, { [field]: 'a-1' }, kind));
    await taken(tryCreate({ [field]: 'A-1' }, kind), field, first, kind);
    expect(await kept(field)).toEqual([{ form: 'a-1' }, { form: 'a-2' }]);
  });

  it('is free again when it is cleared or changed, and when its record is deleted', async () => {
    const field = await define({ entity_type });
    const [one, two, three] = [
      await create({ [field]: 'one' }, kind),
      await create({ [field]: 'two' }, kind),
      await create({ [field]: 'three' }, kind),
    ];
    await free(trySet(one, { [field]: null }, kind));
    await free(trySet(two, { [field]: 'TWO' }, kind));
    await free(trySet(two, { [field]: 'deux' }, kind));
    await free(client.delete(`/${kind}/${three}`));
    for (const value of ['one', 'two', 'three']) await free(tryCreate({ [field]: value }, kind));
    await free(trySet(one, null, kind));
    await taken(trySet(one, { [field]: 'deux' }, kind), field, two, kind);
  });

  it('wanted by twenty at once goes to one, and the others are told to which', async () => {
    const field = await define({ entity_type });
    const answers = await Promise.all(Array.from({ length: 20 }, () => tryCreate({ [field]: 'x' }, kind)));
    const ids = await carriers(field, 'x');
    expect(ids).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200).map(({ result }) => result.id)).toEqual(ids);
    const refusals = answers.filter(({ status }) => status !== 200);
    expect(refusals).toHaveLength(19);
    for (const answer of refusals) await taken(Promise.resolve(answer), field, ids[0]!, kind);
  });
});

describe('values are the same', () => {
  it.each<[string, string, unknown, unknown]>([
    ['texts whatever their case', 'text', 'Straße Ä', 'STRAßE ä'],
    ['composed and decomposed letters', 'text', 'Zo\u00eb', 'Zoe\u0308'],
    ['texts but for blanks around', 'text', ' x y ', 'x y'],
    ['long texts', 'text', '\u{1f600}'.repeat(500), '\u{1f600}'.repeat(500)],
    ['numbers', 'number', 1, 1.0],
    ['large numbers', 'number', 1e300, 10e299],
    ['dates', 'date', '2026-01-31', '2026-01-31'],
  ])('%s', async (_, field_type, one, other) => {
    const field = await define({ field_type });
    const id = await create({ [field]: one });
    await taken(tryCreate({ [field]: other }), field, id);
  });

  it.each<[string, string, readonly unknown[]]>([
    ['texts with other letters', 'text', ['a', 'ä', 'a b', 'ab', '1', '1.0']],
    ['long texts with another end', 'text', ['x'.repeat(499), `${'x'.repeat(499)}y`, 'x'.repeat(500)]],
    ['numbers', 'number', [1, -1, 1.5, 0, 1e-300, 1e300, 1e301]],
    ['empty texts', 'text', ['', '', ' ']],
  ])('but not %s', async (_, field_type, values) => {
    const field = await define({ field_type });
    for (const value of values) await free(tryCreate({ [field]: value }));
  });

  it('a number that was written as 1.0 is 1', async () => {
    const field = await define({ field_type: 'number' });
    const { id } = (await client.post<Entity>('/contacts', `{"first_name":"Ada","custom_fields":{"${field}":1.0}}`))
      .result;
    await taken(tryCreate({ [field]: 1 }), field, id);
  });

  it('only in one account, and in one field', async () => {
    const [field, other] = [await define(), await define()];
    await create({ [field]: 'x' });
    await free(tryCreate({ [other]: 'x' }));
    const grace = program.client.as(await program.register());
    const hers = await define({}, grace);
    const id = await create({ [hers]: 'x' }, 'contacts', grace);
    await taken(tryCreate({ [hers]: 'x' }, 'contacts', grace), hers, id);
  });
});

it('what is wrong otherwise is told first, then each value that is taken', async () => {
  const [one, two, age] = [
    await define(),
    await define({ field_type: 'date' }),
    await define({ field_type: 'number' }),
  ];
  const [a, b] = [await create({ [one]: 'a' }), await create({ [two]: '2026-01-01' })];
  const both = { [one]: 'A', [two]: '2026-01-01' };
  const refused = refusedWith('contacts.invalid_custom_fields');
  await refused(tryCreate({ ...both, [age]: 'x' }), `custom_fields.${age}`);
  const { error } = await tryCreate({ ...both, [age]: 1 });
  expect(error.details?.map(({ field, id }) => [field, id])).toEqual([
    [`custom_fields.${one}`, a],
    [`custom_fields.${two}`, b],
  ]);
});

describe('a field becomes unique', () => {
  it('if no two records have the same value; else the first ten are told, with their records', async () => {
    const field = await define({ unique: false });
    const ids = new Map<string, string[]>();
    for (let at = 0; at < 12; at++) {
      const value = `v${String(at).padStart(2, '0')}`;
      ids.set(value, []);
      for (let times = at === 0 ? 3 : 2; times > 0; times--) {
        program.clock.move(1);
        ids.get(value)!.push(await create({ [field]: times === 1 ? value.toUpperCase() : value }));
      }
    }
    await create({ [field]: 'alone' });
    const refusal = patch(field, { unique: true, label: 'Changed' });
    expect(await outcome(refusal)).toEqual([400, 'custom_fields.invalid_request']);
    expect((await refusal).error.details).toEqual(
      [...ids].slice(0, 10).map(([value, some], index) => ({
        field: 'unique',
        message: `unique cannot be true: ${index === 0 ? 3 : 2} records have the value "${value}"`,
        ids: some,
      })),
    );
    expect((await client.get<Definition>(`/custom-fields/${field}`)).result.unique).toBe(false);
    await free(tryCreate({ [field]: 'alone' }));
  });

  it('and from then on keeps what was there', async () => {
    const field = await define({ unique: false });
    const id = await create({ [field]: 'there' });
    await create({ [field]: '' });
    await create({ [field]: '' });
    expect((await patch(field, { unique: true })).result.unique).toBe(true);
    await taken(tryCreate({ [field]: 'THERE' }), field, id);
    expect(await kept(field)).toEqual([{ form: 'there' }]);
    expect((await patch(field, { unique: true })).result.unique).toBe(true);
    expect((await patch(field, { unique: false })).result.unique).toBe(false);
    expect(await kept(field)).toEqual([]);
    const other = await create({ [field]: 'there' });
    await invalid(patch(field, { unique: true }), 'unique');
    await free(client.delete(`/contacts/${id}`));
    expect((await patch(field, { unique: true })).result.unique).toBe(true);
    await taken(tryCreate({ [field]: 'there' }), field, other);
    await free(client.delete(`/custom-fields/${field}`));
    expect(await kept(field)).toEqual([]);
  });

  it('in a dry run only on trial', async () => {
    const field = await define({ unique: false });
    const [one, two] = [await create({ [field]: 'x' }), await create({ [field]: 'y' })];
    expect((await patch(field, { unique: true }, '?dry_run=true')).result.unique).toBe(true);
    await free(trySet(two, { [field]: 'x' }));
    const refusal = patch(field, { unique: true }, '?dry_run=true');
    expect((await refusal).error.details?.map(({ ids }) => ids?.toSorted())).toEqual([[one, two].sort()]);
    expect(await kept(field)).toEqual([]);
  });

  it.each(['boolean', 'enum'])('never if it is of type %s', async (field_type) => {
    const options = field_type === 'enum' ? ['a'] : null;
    await invalid(tryDefine({ field_type, options }), 'unique');
    const field = await define({ field_type, options, unique: false });
    await invalid(patch(field, { unique: true }), 'unique');
    await free(patch(field, { unique: false }));
  });

  it('as one of five of an entity type, whoever comes at the same moment', async () => {
    const sixth = await define({ unique: false });
    const answers = await Promise.all([
      ...Array.from({ length: 6 }, () => tryDefine()),
      patch(sixth, { unique: true }),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    await invalid(tryDefine(), 'unique');
    await free(tryDefine({ entity_type: 'company' }));
    const { items } = (await client.get<{ items: Definition[] }>('/custom-fields?entity_type=contact')).result;
    const unique = items.filter((each) => each.unique);
    expect(unique).toHaveLength(5);
    await free(patch(unique[0]!.id, { unique: false }));
    await free(tryDefine());
  });

  it('while twenty write one value: it is refused, or one of them has it', async () => {
    const field = await define({ unique: false });
    const writers = Array.from({ length: 20 }, () => tryCreate({ [field]: 'x' }));
    const [change, written] = await Promise.all([patch(field, { unique: true }), Promise.all(writers)]);
    const ids = await carriers(field, 'x');
    const made = written.filter(({ status }) => status === 200).map(({ result }) => result.id);
    expect(ids).toEqual(made.sort());
    if (change.status === 200) expect(ids).toHaveLength(1);
    else expect(change.error.details?.[0]?.ids?.length).toBeGreaterThan(1);
  });

  it('while a record goes: nobody has its value then', async () => {
    const field = await define({ unique: false });
    const id = await create({ [field]: 'x' });
    await withClient(workerDatabaseUrl(), async (rival) => {
      await rival.query('begin');
      await rival.query('delete from contacts where id = $1', [id]);
      const change = patch(field, { unique: true });
      const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      while ((await rival.query(waiting)).rowCount === 0);
      await rival.query('commit');
      expect((await change).result.unique).toBe(true);
    });
    expect(await kept(field)).toEqual([]);
    await free(tryCreate({ [field]: 'x' }));
  });
});

it('one transaction may hand a value from one record to another, whatever the order', async () => {
  const field = await define();
  const [one, two] = [await create({ [field]: 'x' }), await create({ [field]: 'y' })];
  await program.sql(
    `update contacts set custom_fields = jsonb_build_object($1::text, case id when $2 then 'y' else 'x' end) where id in ($2, $3)`,
    [field, one, two],
  );
  await taken(tryCreate({ [field]: 'x' }), field, two);
  await taken(tryCreate({ [field]: 'y' }), field, one);
});

it('the database refuses a second one, whoever writes it', async () => {
  const field = await define();
  const [one, two] = [await create({ [field]: 'x' }), await create({})];
  const write = program.sql('update contacts set custom_fields = $1 where id = $2', [{ [field]: 'X' }, two]);
  await expect(write).rejects.toMatchObject({ code: '23505', constraint: 'unique_values_form_key' });
  await taken(trySet(two, { [field]: 'x' }), field, one);
});

it('an operation names who has the value, too', async () => {
  const field = await define();
  const id = await create({ [field]: 'x' });
  const call = client.call('contacts-create', {
    ...least.contacts,
    email: newEmail(),
    custom_fields: { [field]: 'x' },
  });
  await taken(call, field, id);
});
