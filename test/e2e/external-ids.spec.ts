import { useApi } from '../support/api';
import { outcome, refusedWith } from '../support/outcome';

const { program, client } = useApi({ accountFor: 'each test' });

type Row = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly external_id: string | null;
  readonly version: number;
};
interface Kind {
  readonly plural: string;
  readonly id: string;
  readonly create: () => Promise<object>;
}

const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
const named = async (path: string, external_id: string) => make(path, { first_name: 'Grace', external_id });
const company = (external_id: string | null = null) => make('/companies', { name: 'Acme', external_id });
const kinds: readonly Kind[] = [
  { plural: 'contacts', id: 'contact_id', create: async () => ({ first_name: 'Grace' }) },
  { plural: 'companies', id: 'company_id', create: async () => ({ name: 'Acme' }) },
  { plural: 'projects', id: 'project_id', create: async () => ({ name: 'Apollo' }) },
  {
    ...{ plural: 'activities', id: 'activity_id' },
    create: async () => ({ activity_type: 'call', company_id: (await company()).id }),
  },
];

async function stranger() {
  const other = await program.register();
  return program.client.as(other);
}

describe.each(kinds.map((kind) => [kind.plural, kind] as const))('%s', (plural, { id: name, create }) => {
  const path = `/${plural}`;
  const madeWith = async (external_id: unknown) => make(path, { ...(await create()), external_id });
  const edit = (row: Row, body: object) => client.patch<Row>(`${path}/${row.id}`, body);
  const call = (what: string, row: Row, body: object = {}) =>
    client.call<Row>(`${plural}-${what}`, { [name]: row.id, ...body });
  const found = async (external_id: string, as = client) => {
    const { items } = (await as.get<{ items: Row[] }>(`${path}?external_id=${encodeURIComponent(external_id)}`)).result;
    return items.map(({ id }) => id);
  };
  const taken = (of: Row) => [
    ...[`${plural}.external_id_taken`],
    ...[[{ field: 'external_id', message: expect.any(String) as string, id: of.id }]],
  ];
  const refusal = async (answer: ReturnType<typeof edit>) => {
    const { status, error } = await answer;
    expect(status).toBe(400);
    return [error.code, error.details];
  };

  it('have none at first; get one, trimmed, composed and with its case; and lose it by null and ""', async () => {
    const plain = await make(path, await create());
    expect(plain.external_id).toBeNull();
    const row = await madeWith(' Zoe\u0308-4711 ');
    expect([row.external_id, row.version]).toEqual(['Zoë-4711', 1]);
    expect((await client.get<Row>(`${path}/${row.id}`)).result).toEqual(row);
    const seen = [];
    for (const external_id of ['Zo\u00eb-4711', 'zoë-4711', null, 'a', '', 'b']) {
      const { result } = await edit(row, { external_id });
      seen.push([result.external_id, result.version]);
    }
    expect(seen).toEqual([
      ...[
        ['Zoë-4711', 1],
        ['zoë-4711', 2],
        [null, 3],
        ['a', 4],
        [null, 5],
        ['b', 6],
      ],
    ]);
    expect((await call('update', row, { external_id: null })).result.external_id).toBeNull();
    type Event = Readonly<{ event: string; data: Row; previous?: object }>;
    const { items } = (await client.get<{ items: Event[] }>(`/events?entity_id=${row.id}`)).result;
    expect(items[1]).toMatchObject({ data: { external_id: 'zoë-4711' }, previous: { external_id: 'Zoë-4711' } });
  });

  it('take 200 characters, counted when composed, and nothing but texts', async () => {
    const longest = 'e\u0301'.repeat(200);
    expect((await madeWith(longest)).external_id).toBe('é'.repeat(200));
    for (const external_id of ['x'.repeat(201), 5, true, ['a'], {}, 'a\0'])
      await refusedWith(`${plural}.invalid_request`)(
        client.post(path, { ...(await create()), external_id }),
        'external_id',
      );
  });

  it('are refused one that another has, whose id is told; by both doors; freed by change and deletion', async () => {
    const [one, other] = [await madeWith('4711'), await madeWith('4712')];
    const body = { ...(await create()), external_id: '4711' };
    expect(await refusal(client.post<Row>(path, body))).toEqual(taken(one));
    expect(await refusal(client.call<Row>(`${plural}-create`, body))).toEqual(taken(one));
    expect(await refusal(edit(other, { external_id: '4711' }))).toEqual(taken(one));
    expect(await refusal(call('update', other, { external_id: '4711' }))).toEqual(taken(one));
    expect((await client.get<Row>(`${path}/${other.id}`)).result).toEqual(other);
    await edit(one, { external_id: 'moved' });
    expect((await edit(other, { external_id: '4711' })).result.external_id).toBe('4711');
    await client.delete(`${path}/${one.id}`);
    expect((await madeWith('moved')).external_id).toBe('moved');
  });

  it('are found by exactly theirs; those of another account are as good as none', async () => {
    const row = await madeWith('Zoë');
    await madeWith('zoë');
    expect(await found('Zoe\u0308')).toEqual([row.id]);
    expect(await found('Zo')).toEqual([]);
    const others = await stranger();
    expect(await found('Zoë', others)).toEqual([]);
    const { id } = (await others.post<Row>('/companies', { name: 'Acme' })).result;
    const body = plural === 'activities' ? { activity_type: 'call', company_id: id } : await create();
    const theirs = (await others.post<Row>(path, { ...body, external_id: 'Zoë' })).result;
    expect(await found('Zoë', others)).toEqual([theirs.id]);
  });

  it('of twenty that are made at once with one, one is made, and the others are told which', async () => {
    const body = { ...(await create()), external_id: 'one' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.post<Row>(path, body)));
    const made = answers.filter(({ status }) => status === 200);
    expect(made).toHaveLength(1);
    const others = answers.filter((answer) => !made.includes(answer));
    expect(others.map(({ error }) => [error.code, error.details])).toEqual(others.map(() => taken(made[0]!.result)));
    expect(await found('one')).toEqual([made[0]!.result.id]);
  });

  it('If-Match tells of a later change of it', async () => {
    const row = await madeWith('a');
    await edit(row, { external_id: 'b' });
    const answer = await client.patch<Row>(`${path}/${row.id}`, { external_id: 'c' }, { 'If-Match': '"1"' });
    expect([answer.error.code, answer.error.details]).toMatchObject([
      `${plural}.edit_conflict`,
      [{ field: 'external_id', current: 'b' }],
    ]);
  });

  it('a dry run tells of a taken one, and takes none', async () => {
    const one = await madeWith('4711');
    const body = { ...(await create()), external_id: '4711' };
    expect(await refusal(client.post<Row>(`${path}?dry_run=true`, body))).toEqual(taken(one));
    await client.post<Row>(`${path}?dry_run=true`, { ...body, external_id: '4712' });
    expect(await found('4712')).toEqual([]);
  });
});

it('sources have none', async () => {
  await refusedWith('sources.invalid_request')(
    client.post('/sources', { name: 'Fair', external_id: 'a' }),
    'external_id',
  );
});

describe('references by external ids', () => {
  interface Reference {
    readonly plural: string;
    readonly id: string;
    readonly field: string;
    readonly to: string;
    readonly code: string;
  }
  const link = (to: string, plural: string) => ({
    ...{ plural: 'activities', id: 'activity_id', field: `${to}_id`, to: plural, code: 'activities.invalid_request' },
  });
  const references: readonly Reference[] = [
    { plural: 'contacts', id: 'contact_id', field: 'company_id', to: 'companies', code: 'contacts.invalid_company_id' },
    { plural: 'projects', id: 'project_id', field: 'company_id', to: 'companies', code: 'projects.invalid_company_id' },
    ...[link('contact', 'contacts'), link('company', 'companies'), link('project', 'projects')],
  ];
  const bodies: Readonly<Record<string, object>> = {
    contacts: { first_name: 'Grace' },
    companies: { name: 'Acme' },
    projects: { name: 'Apollo' },
    activities: { activity_type: 'call' },
  };

  describe.each(references.map((each) => [`${each.plural}.${each.field}`, each] as const))('%s', (_, reference) => {
    const { plural, id: name, field, to, code } = reference;
    const external = field.replace('_id', '_external_id');
    const path = `/${plural}`;
    const target = (external_id: string) => make(`/${to}`, { ...bodies[to], external_id });

    it('is sent so by both doors, and cleared by null', async () => {
      const [one, other] = [await target('Zoë'), await target('zoë')];
      const body = { ...bodies[plural], [external]: ' Zoe\u0308 ' };
      const made = (await client.post<Row>(path, body)).result;
      const called = (await client.call<Row>(`${plural}-create`, body)).result;
      expect([made[field], called[field]]).toEqual([one.id, one.id]);
      expect(made).not.toHaveProperty(external);
      const patched = (await client.patch<Row>(`${path}/${made.id}`, { [external]: 'zoë' })).result;
      expect([patched[field], patched.version]).toEqual([other.id, 2]);
      expect((await client.patch<Row>(`${path}/${made.id}`, { [external]: 'zoë' })).result).toEqual(patched);
      const id = { [name]: made.id };
      expect((await client.call<Row>(`${plural}-update`, { ...id, [external]: 'Zoë' })).result[field]).toBe(one.id);
      // An activity needs a link that stays.
      const rest =
        plural === 'activities' ? { [field === 'company_id' ? 'contact_id' : 'company_id']: await stays() } : {};
      const cleared = await client.call<Row>(`${plural}-update`, { ...id, ...rest, [external]: null });
      expect(cleared.result[field]).toBeNull();
      async function stays() {
        return field === 'company_id' ? (await make('/contacts', { first_name: 'Alan' })).id : (await company()).id;
      }
    });

    it('of nothing, or of another account, is refused as its id would be, and is named as it was sent', async () => {
      const others = await stranger();
      await others.post<Row>(`/${to}`, { ...bodies[to], external_id: 'theirs' });
      await target('mine');
      const { id } = (await client.post<Row>(path, { ...bodies[plural], [external]: 'mine' })).result;
      const refused = refusedWith(code);
      for (const sent of ['theirs', 'nobody', 'MINE', 'x'.repeat(201), 5]) {
        await refused(client.post<Row>(path, { ...bodies[plural], [external]: sent }), external);
        await refused(client.patch<Row>(`${path}/${id}`, { [external]: sent }), external);
      }
    });

    it('is not sent with the id beside it', async () => {
      const row = await target('mine');
      const made = (await client.post<Row>(path, { ...bodies[plural], [external]: 'mine' })).result;
      const refused = refusedWith(`${plural}.invalid_request`);
      for (const both of [
        { [field]: row.id, [external]: 'mine' },
        { [field]: null, [external]: null },
      ]) {
        if (both[field] !== null || plural !== 'activities')
          await refused(client.post<Row>(path, { ...bodies[plural], ...both }), external);
        await refused(client.patch<Row>(`${path}/${made.id}`, both), external);
      }
    });

    it('conflicts with later changes as its id does', async () => {
      const [one] = [await target('one'), await target('other')];
      const { id } = (await client.post<Row>(path, { ...bodies[plural], [external]: 'other' })).result;
      await client.patch<Row>(`${path}/${id}`, { [external]: 'one' });
      const edit = (sent: string) => client.patch<Row>(`${path}/${id}`, { [external]: sent }, { 'If-Match': '"1"' });
      expect((await edit('one')).status).toBe(200);
      expect((await edit('other')).error).toMatchObject({
        code: `${plural}.edit_conflict`,
        details: [{ field, current: one.id }],
      });
    });
  });

  it('null alone is no link of an activity', async () => {
    const body = { activity_type: 'call', contact_external_id: null };
    expect(await outcome(client.post('/activities', body))).toEqual([400, 'activities.entity_required']);
    const { id } = await make('/activities', { activity_type: 'call', company_id: (await company('a')).id });
    const cleared = client.patch<Row>(`/activities/${id}`, { company_external_id: null });
    expect(await outcome(cleared)).toEqual([400, 'activities.entity_required']);
  });

  it('the record comes before references, and details name every wrong one', async () => {
    const nobody = { contact_external_id: 'nobody', company_external_id: 'none' };
    const gone = await make('/activities', { activity_type: 'call', company_id: (await company()).id });
    await refusedWith('activities.invalid_request')(
      client.patch<Row>(`/activities/${gone.id}`, nobody),
      'contact_external_id',
      'company_external_id',
    );
    await client.delete(`/activities/${gone.id}`);
    expect(await outcome(client.patch<Row>(`/activities/${gone.id}`, nobody))).toEqual([404, 'activities.not_found']);
  });

  it('a taken external id is told beside a wrong reference', async () => {
    await named('/contacts', 'mine');
    const body = { first_name: 'Alan', external_id: 'mine', company_external_id: 'nobody' };
    await refusedWith('contacts.invalid_company_id')(
      client.post<Row>('/contacts', body),
      'company_external_id',
      'external_id',
    );
  });
});
