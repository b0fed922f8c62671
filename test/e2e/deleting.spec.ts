import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import type { Answer, Client } from '../support/client';
import { minutes } from '../support/clock';
import { behindLock } from '../support/database';
import { all, outcome } from '../support/outcome';
import { breakDatabase } from '../support/statements';

type Link = 'contact_id' | 'company_id' | 'project_id';
type Row = Readonly<Record<string, unknown>> & Readonly<{ id: string }>;

/** What can be deleted, and how an activity refers to it. */
const targets = [
  { kind: 'contact', path: '/contacts', link: 'contact_id', name: 'contact_name', rest: 'company_id' },
  { kind: 'company', path: '/companies', link: 'company_id', name: 'company_name', rest: 'contact_id' },
  { kind: 'project', path: '/projects', link: 'project_id', name: 'project_name', rest: 'contact_id' },
] as const;
const paths: Readonly<Record<Link, string>> = {
  contact_id: '/contacts',
  company_id: '/companies',
  project_id: '/projects',
};

const { program, ada, client, newAccount } = useApi();
/** Another account. */
let stranger: Client;

beforeAll(async () => {
  stranger = program.client.as(await program.register());
});

const good = [200, undefined];
const told = (answer: Answer<unknown>) => outcome(Promise.resolve(answer));
const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
/** A record of the kind that the link leads to. */
const record = (link: Link, input: object = {}) =>
  make(paths[link], { ...(link === 'contact_id' ? { first_name: 'Grace' } : { name: 'Acme' }), ...input });
const activity = (input: object) => make('/activities', { activity_type: 'call', ...input });
const rows = async (path: string) => (await client.get<Page<Row>>(`${path}?limit=100`)).result.items;

/** The account's events, oldest first. */
const events = () =>
  program.sql('select type, entity_id, data, previous, user_id from events where account_id = $1 order by seq', [
    ada.user.account_id,
  ]);
/** Activities that have no link, or one that leads to nothing. */
const astray = () =>
  program.sql(
    `select a.* from activities a
       left join contacts c on c.account_id = a.account_id and c.id = a.contact_id
       left join companies o on o.account_id = a.account_id and o.id = a.company_id
       left join projects p on p.account_id = a.account_id and p.id = a.project_id
     where a.account_id = $1
       and num_nonnulls(c.id, o.id, p.id) < greatest(1, num_nonnulls(a.contact_id, a.company_id, a.project_id))`,
    [ada.user.account_id],
  );

/** Everything the account has, as GET gives it. */
async function state() {
  const [contacts, companies, projects, activities] = await Promise.all([
    rows('/contacts'),
    rows('/companies'),
    rows('/projects'),
    rows('/activities'),
  ]);
  const members = await Promise.all(
    projects.map(async ({ id }) => [id, await rows(`/projects/${id}/contacts`)] as const),
  );
  return { contacts, companies, projects, activities, members: Object.fromEntries(members) };
}

/**
 * A company with a contact and a project whose member it is, and an activity for every choice among the three; beside them three
 * others, related to each other and by membership to the first.
 */
async function world(): Promise<Record<Link, string>> {
  const [acme, globex] = await Promise.all([record('company_id'), record('company_id', { name: 'Globex' })]);
  const [grace, alan, apollo, gemini] = await Promise.all([
    record('contact_id', { company_id: acme.id }),
    record('contact_id', { company_id: globex.id }),
    record('project_id', { company_id: acme.id }),
    record('project_id', { company_id: globex.id }),
  ]);
  const links = { contact_id: grace.id, company_id: acme.id, project_id: apollo.id };
  const choices = [1, 2, 3, 4, 5, 6, 7].map((bits) =>
    Object.fromEntries(Object.entries(links).filter((_, index) => bits & (1 << index))),
  );
  const others = { contact_id: alan.id, company_id: globex.id, project_id: gemini.id };
  await all(
    good,
    client.put(`/projects/${apollo.id}/contacts/${grace.id}`, { role: 'Sponsor' }),
    client.put(`/projects/${apollo.id}/contacts/${alan.id}`, {}),
    client.put(`/projects/${gemini.id}/contacts/${grace.id}`, { role: 'Guest' }),
    ...[...choices, others].map((input) => client.post('/activities', { activity_type: 'call', ...input })),
  );
  return links;
}

describe.each(targets)('deleting a $kind', ({ kind, path, link, name }) => {
  const namespace = path.slice(1);
  beforeAll(newAccount);

  it('clears links, ends memberships, takes activities along that have no other link, and leaves all else', async () => {
    const id = (await world())[link];
    const [before, earlier] = [await state(), await events()];
    const last = (await client.get<Row>(`${path}/${id}`)).result;
    program.clock.move(minutes(1));
    expect((await client.delete(`${path}/${id}`)).result).toEqual({});

    const without = (list: readonly Row[]) =>
      list
        .filter((row) => row.id !== id)
        .map((row) => (row[link] === id ? { ...row, [link]: null, [name]: '' } : row))
        .filter((row) => !('activity_type' in row) || row.contact_id || row.company_id || row.project_id);
    const members = Object.entries(before.members).filter(([project]) => project !== id);
    const expected = {
      contacts: without(before.contacts),
      companies: without(before.companies),
      projects: without(before.projects),
      activities: without(before.activities),
      members: Object.fromEntries(members.map(([project, list]) => [project, without(list)])),
    };
    expect(expected.activities).toHaveLength(before.activities.length - 1);
    expect(await state()).toEqual(expected);
    const data = { ...last, version: 2 };
    const deleted = { type: `${kind}.deleted`, entity_id: id, data, previous: null, user_id: ada.user.id };
    expect((await events()).slice(earlier.length)).toEqual([deleted]);

    const alone = before.activities.find((row) => !expected.activities.some((kept) => kept.id === row.id))!;
    const one = `${path}/${id}`;
    await all([404, `${namespace}.not_found`], client.get(one), client.patch(one, {}), client.delete(one));
    await all(
      [404, 'activities.not_found'],
      client.get(`/activities/${alone.id}`),
      client.delete(`/activities/${alone.id}`),
    );
    expect((await client.get<Page<Row>>(`/activities?${link}=${id}`)).result.items).toEqual([]);
  });

  it('that fails late, or is another account’s wish, changes nothing at all', async () => {
    const id = (await world())[link];
    const one = `${path}/${id}`;
    const before = [await state(), await events()];
    program.clock.move(minutes(1));
    const unchanged = async () => expect([await state(), await events()]).toEqual(before);
    for (const statement of [/insert into "?events/i, /^\s*commit/i]) {
      const restore = breakDatabase(statement);
      try {
        expect([statement, ...(await outcome(client.delete(one)))]).toEqual([statement, 500, `${namespace}.internal`]);
      } finally {
        restore();
      }
      await unchanged();
    }
    const inCapitals = `${path}/${id.toUpperCase()}`;
    await all([404, `${namespace}.not_found`], stranger.delete(one), stranger.delete(inCapitals));
    await unchanged();
  });

  it('takes its custom values out of the filters, and only its own', async () => {
    const define = (label: string, field_type: string) =>
      make('/custom-fields', { entity_type: kind, label, field_type });
    const [region, size] = await Promise.all([define('Region', 'text'), define('Size', 'number')]);
    const custom_fields = { [region.id]: 'North', [size.id]: 5 };
    const [goes, stays] = [await record(link, { custom_fields }), await record(link, { custom_fields })];
    const found = async () => {
      const queries = [`custom_fields[${region.id}]=North`, `custom_fields[${size.id}][gte]=5`];
      const pages = queries.map((query) => client.get<Page<Row>>(`${path}?${query}`));
      return (await Promise.all(pages)).map(({ result }) => result.items.map(({ id }) => id).sort());
    };
    const both = [goes.id, stays.id].sort();
    expect(await found()).toEqual([both, both]);
    const earlier = await events();
    await client.delete(`${path}/${goes.id}`);
    expect(await found()).toEqual([[stays.id], [stays.id]]);
    expect((await client.get(`${path}/${stays.id}`)).result).toEqual(stays);
    expect((await events()).slice(earlier.length)).toMatchObject([
      { type: `${kind}.deleted`, data: { ...goes, version: 2 } },
    ]);
  });

  it('by several at once: one succeeds, one event', async () => {
    const { id } = await record(link);
    await activity({ [link]: id });
    const earlier = await events();
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.delete(`${path}/${id}`)));
    const outcomes = await Promise.all(answers.map(told));
    expect(outcomes.sort()).toEqual([good, ...Array.from({ length: 4 }, () => [404, `${namespace}.not_found`])]);
    expect((await events()).slice(earlier.length)).toMatchObject([{ type: `${kind}.deleted` }]);
    expect(await astray()).toEqual([]);
  });
});

it('a contact, its company and its project deleted at once: all succeed, and no activity is left', async () => {
  await newAccount();
  for (let round = 0; round < 4; round++) {
    const company = await record('company_id');
    const [contact, project] = await Promise.all([
      record('contact_id', { company_id: company.id }),
      record('project_id', { company_id: company.id }),
    ]);
    const [contact_id, company_id, project_id] = [contact.id, company.id, project.id];
    await client.put(`/projects/${project_id}/contacts/${contact_id}`, {});
    await activity({ contact_id, company_id, project_id });
    await activity({ contact_id, company_id });
    await activity({ company_id, project_id });
    const earlier = await events();
    const deletions = [`/contacts/${contact_id}`, `/companies/${company_id}`, `/projects/${project_id}`];
    await all(good, ...deletions.map((one) => client.delete(one)));
    expect(await state()).toEqual({ contacts: [], companies: [], projects: [], activities: [], members: {} });
    const types = (await events()).slice(earlier.length).map(({ type }) => type);
    expect(types.sort()).toEqual(['company.deleted', 'contact.deleted', 'project.deleted']);
  }
});

describe.each(targets)('a $kind that is deleted while an activity', ({ path, link, rest }) => {
  const entityRequired = [400, 'activities.entity_required'];
  const invalidRequest = [400, 'activities.invalid_request'];
  const notFound = [404, 'activities.not_found'];
  const table = path.slice(1);
  beforeAll(newAccount);

  /** Deletes the record while the work is done. */
  type Meeting = (id: string, work: () => Promise<Answer<Row>>, lock: [string, string]) => Promise<Answer<Row>[]>;
  const meetings: [string, number, Meeting][] = [
    ['at the same moment', 7, (id, work) => Promise.all([work(), client.delete<Row>(`${path}/${id}`)])],
    ['just before', 1, (id, work, lock) => behindLock(lock, work, () => client.delete<Row>(`${path}/${id}`))],
    [
      'just after',
      1,
      async (id, work, lock) => (await behindLock(lock, () => client.delete<Row>(`${path}/${id}`), work)).reverse(),
    ],
  ];
  const rowOf = (where: string, id: string): [string, string] => [
    `select 1 from ${where} where id = $1 for update`,
    id,
  ];

  describe.each(meetings)('%s', (_, rounds, meet) => {
    it('is made for it alone: that is refused, or goes along', async () => {
      for (let round = 0; round < rounds; round++) {
        const { id } = await record(link);
        const work = () => client.post<Row>('/activities', { activity_type: 'call', [link]: id });
        const [made, deleted] = await meet(id, work, rowOf(table, id));
        expect(await told(deleted!)).toEqual(good);
        if (made!.status === 200) await all(notFound, client.get(`/activities/${made!.result.id}`));
        else expect(await told(made!)).toEqual(invalidRequest);
        expect(await astray()).toEqual([]);
      }
    });

    it.each([
      { what: 'loses its other link', isLinked: true, refusal: entityRequired },
      { what: 'is moved to it', isLinked: false, refusal: invalidRequest },
    ])('$what: that is refused, or it goes along', async ({ isLinked, refusal }) => {
      for (let round = 0; round < Math.ceil(rounds / 2); round++) {
        const [{ id }, other] = await Promise.all([record(link), record(rest)]);
        const before = await activity({ [rest]: other.id, ...(isLinked && { [link]: id }) });
        const input = { [rest]: null, ...(!isLinked && { [link]: id }) };
        const work = () => client.patch<Row>(`/activities/${before.id}`, input);
        const lock = isLinked ? rowOf('activities', before.id) : rowOf(table, id);
        const [patched, deleted] = await meet(id, work, lock);
        expect(await told(deleted!)).toEqual(good);
        if (patched!.status === 200) await all(notFound, client.get(`/activities/${before.id}`));
        else {
          expect(await told(patched!)).toEqual(refusal);
          const { result } = await client.get<Row>(`/activities/${before.id}`);
          expect(result).toMatchObject({ [link]: null, [rest]: other.id, updated_at: before.updated_at });
        }
        expect(await astray()).toEqual([]);
      }
    });
  });
});

it('a company with 2,000 contacts: they keep their updated_at, and there is one event', async () => {
  await newAccount();
  const company = await record('company_id');
  const contact = await record('contact_id', { company_id: company.id });
  const [columns] = await program.sql<{ names: string }>(
    `select string_agg(column_name, ', ') as names from information_schema.columns
      where table_schema = current_schema() and table_name = 'contacts' and is_generated = 'NEVER' and column_name <> 'id'`,
  );
  await program.sql(
    `insert into contacts (id, ${columns!.names})
      select gen_random_uuid(), ${columns!.names} from contacts, generate_series(1, 2000) where id = $1`,
    [contact.id],
  );
  const earlier = await events();
  program.clock.move(minutes(1));
  expect((await client.delete(`/companies/${company.id}`)).result).toEqual({});
  expect((await events()).slice(earlier.length)).toMatchObject([
    { type: 'company.deleted', data: { ...company, version: 2 } },
  ]);
  const kept = await program.sql(
    'select company_id, updated_at, count(*)::int from contacts where account_id = $1 group by company_id, updated_at',
    [ada.user.account_id],
  );
  expect(kept).toEqual([{ company_id: null, updated_at: new Date(contact.updated_at as string), count: 2_001 }]);
  expect((await client.get(`/contacts/${contact.id}`)).result).toEqual({
    ...contact,
    company_id: null,
    company_name: '',
  });
});
