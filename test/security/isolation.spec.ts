import { randomBytes } from 'node:crypto';
import pLimit from 'p-limit';
import { useApi } from '../support/api';
import type { Answer, Client } from '../support/client';
import { Importing } from '../support/imports';
import { call } from '../support/raw';
import { type Receiver, startReceiver, trustTestCertificates } from '../support/receiver';
import { measured } from '../support/measured';
import { type Account, type CallerName, fillAccount, idOfNothing } from './account';
import { type Case, cases, type Given, inTurn, lines, neededIds, ownIds, placesOf, send, takes } from './requests';
import { verifyEmail } from '../support/proof';
import { digestsOfAccount, idsOfAccount, uuids } from '../support/snapshot';

/**
 * Another account's record is a record that never was: for every operation, through both doors, every id it takes and every
 * caller, the answers are the same, and nothing of the other account is told or changed. Generated from `openapi.json`.
 */
const hex = () => randomBytes(6).toString('hex');
const concurrently = pLimit(8);

const { program } = useApi({ environment: { WORKERS: 'on', WEBHOOK_ALLOWED_HOSTS: 'localhost' }, keepClock: true });
let receiver: Receiver;
/** Who calls, and whom it is none of her business. Each has the same records, made in turns. */
let ours: Account;
let theirs: Account;
let theirIds: ReadonlySet<string>;
let before: Readonly<Record<'ours' | 'theirs', object>>;

beforeAll(async () => {
  trustTestCertificates();
  receiver = await startReceiver();
  program.clock.freeze();
  [ours, theirs] = await Promise.all([
    fillAccount(program, receiver.url, `ours${hex()}`),
    fillAccount(program, receiver.url, `theirs${hex()}`),
  ]);
  await program.deliver();
  theirIds = await idsOfAccount(program, theirs.id);
  before = await snapshots();
});
afterAll(() => receiver.close());

async function snapshots() {
  return { ours: await digestsOfAccount(program, ours.id), theirs: await digestsOfAccount(program, theirs.id) };
}

/** What a text says of the other account, beside the ids that it was asked about. */
function leaksIn(text: string, asked: readonly string[] = []): string[] {
  // Cursors say more than meets the eye.
  const inside = [...text.matchAll(/"next_cursor":"([\w-]+)"/g)].map(([, cursor]) =>
    Buffer.from(cursor!, 'base64url').toString('latin1'),
  );
  const all = [text, ...inside].join('\n').toLowerCase();
  return [
    ...[theirs.canary, ...theirs.secrets].filter((hidden) => all.includes(hidden.toLowerCase())),
    ...[...all.matchAll(uuids)].map(([id]) => id).filter((id) => theirIds.has(id) && !asked.includes(id)),
  ];
}

type Told = readonly [status: number, body: string];

/** Status and body, with the ids that were asked about and the request's own taken out. */
async function told(client: Client, each: Case, given: Given): Promise<Told> {
  const answer = await send(client, each.request(given, ours));
  const asked = Object.values(given)
    .flat()
    .map((id) => id.toLowerCase());
  const { error } = answer.body as { error?: { request_id: string } };
  let text = JSON.stringify(answer.body).replaceAll(error?.request_id ?? '\n', '<request>');
  expect(leaksIn(text, asked)).toEqual([]);
  for (const id of asked) text = text.replaceAll(new RegExp(id, 'gi'), '<id>');
  // Encrypted: a cursor of the same place is another text each time.
  return [answer.status, text.replace(/"next_cursor":"[\w-]+"/, '"next_cursor":"<cursor>"')];
}

const isRefusedOrEmpty = ([status, body]: Told) => status !== 200 || body.includes('"items":[]');
const namesOf = ({ isPublic }: Case): readonly (CallerName | 'nobody')[] =>
  isPublic ? ['nobody'] : ['owner', 'member', 'app'];
const clientOf = (name: CallerName | 'nobody') => (name === 'nobody' ? program.client : ours.callers[name]);

/** Ids of the other account, or deleted ones, beside the same with ids of nothing. */
function comparisons(each: Case): [string, Given, Given][] {
  const own = ownIds(each, ours);
  const needed = neededIds(each, ours);
  const places = Object.entries(each.ids);
  const nothing = Object.fromEntries(places.map(([place, kind]) => [place, idOfNothing(kind)]));
  const compared = (name: string, foreign: Given, unknown: Given): [string, Given, Given] => [
    name,
    { ...needed, ...foreign },
    { ...needed, ...unknown },
  ];
  return [
    ...places.flatMap(([place, kind]) => {
      const theirId = theirs.records[kind][each.door];
      // The change feed tells of what is gone, too.
      const deleted = place.endsWith('entity_id') ? undefined : ours.deleted[kind];
      const unknown = { [place]: nothing[place]! };
      const isList = place.endsWith('[]');
      return [
        compared(`theirs at ${place}`, { [place]: theirId }, unknown),
        ...(kind === 'client'
          ? []
          : [
              compared(
                `theirs in capitals at ${place}`,
                { [place]: theirId.toUpperCase() },
                { [place]: nothing[place]!.toUpperCase() },
              ),
            ]),
        ...(deleted === undefined ? [] : [compared(`deleted at ${place}`, { [place]: deleted }, unknown)]),
        ...(isList
          ? [
              compared(
                `theirs beside ours at ${place}`,
                { [place]: [own[place]!, theirId] },
                { [place]: [own[place]!, nothing[place]!] },
              ),
            ]
          : []),
      ];
    }),
    ...(places.length > 1 ? [compared('theirs everywhere', ownIds(each, theirs), nothing)] : []),
  ];
}

describe('the matrix is complete', () => {
  it.each(cases)('$name', (each) => {
    const places = placesOf(each).filter((place) => !(each.hasFreeKeys && place === 'body.<key>'));
    expect(Object.keys(each.ids).sort()).toEqual(places);
  });

  it.each(Object.entries(lines))('%s takes ids, or says why it takes none', (_, { ids, none }) => {
    expect((ids === undefined) !== (none === undefined)).toBe(true);
  });

  it('no line is of an operation that the document does not have', () => {
    const documented = cases.filter(({ door }) => door === 0).map(({ name }) => name.replace('/api/v1', ''));
    expect(Object.keys(lines).sort()).toEqual(documented.sort());
  });
});

const withIds = cases.filter(({ ids }) => Object.keys(ids).length > 0);

describe('an id of another account is an id of nothing', () => {
  it.each(withIds)('$name', async (each) => {
    const differing = await Promise.all(
      comparisons(each).flatMap(([name, foreign, unknown]) =>
        namesOf(each).map((caller) =>
          concurrently(async () => {
            const client = clientOf(caller);
            const [answer, reference] = [await told(client, each, foreign), await told(client, each, unknown)];
            const isSame = answer[0] === reference[0] && answer[1] === reference[1];
            if (isSame && (isRefusedOrEmpty(reference) || name.includes('beside'))) return [];
            return [`${caller}, ${name}: ${answer.join(' ')} instead of ${reference.join(' ')}`.slice(0, 2_000)];
          }),
        ),
      ),
    );
    expect(differing.flat()).toEqual([]);
  });

  it('what only reads tells nothing of another account', async () => {
    const readers = cases.filter(({ isRead, path }) => isRead && !path.endsWith('.csv'));
    const askers = readers.flatMap((each) => namesOf(each).map((name) => [each, name] as const));
    await Promise.all(askers.map(([each, name]) => concurrently(() => told(clientOf(name), each, ownIds(each, ours)))));
  });

  it('and none of these requests changed anything, there or here', async () => {
    await program.deliver();
    expect(await snapshots()).toEqual(before);
  });
});

interface Page {
  readonly items?: readonly { readonly id: string }[];
  readonly users?: readonly object[];
  readonly next_cursor: string | null;
}

/** Reads a list of one of the accounts; about its own record, where a list is about one. */
function read(each: Case, account: Account, more: Readonly<Record<string, unknown>>): Promise<Answer<Page>> {
  const { method, url, body } = each.request(neededIds(each, account), account);
  const parameters = Object.entries(more).map(([name, value]): [string, string] => [name, String(value)]);
  const query = new URLSearchParams(parameters).toString();
  const request =
    each.door === 0 ? { method, url: `${url}?${query}` } : { method, url, body: { ...(body as object), ...more } };
  return send<Page>(account.callers.owner, request);
}

describe('lists', () => {
  const paged = cases.filter((each) => takes(each, 'cursor') || takes(each, 'after'));
  it.each(paged)('$name: a cursor of another account is no cursor', async (each) => {
    const field = takes(each, 'cursor') ? 'cursor' : 'after';
    const [own, foreign] = await Promise.all(
      [ours, theirs].map(async (account) => (await read(each, account, { limit: 1 })).result.next_cursor),
    );
    expect((await read(each, theirs, { [field]: foreign, limit: 1 })).status).toBe(200);
    expect((await read(each, ours, { [field]: own, limit: 1 })).status).toBe(200);
    const [answer, reference] = await Promise.all(
      [foreign, 'x'.repeat(40)].map(async (cursor) => {
        const { status, error } = await read(each, ours, { [field]: cursor, limit: 1 });
        return [status, error.code, error.message, error.details];
      }),
    );
    expect(answer).toEqual(reference);
    expect(answer!.slice(0, 2)).toEqual([400, expect.stringMatching(/\.invalid_request$/)]);
  });

  const whole = cases.filter(
    ({ door, method, path }) => door === 0 && method === 'GET' && /^\/api\/v1\/[\w-]+$/.test(path),
  );
  it.each(whole.filter((each) => takes(each, 'cursor')))(
    '$name gives ours, page by page, and no others',
    async (each) => {
      const table = each.path.split('/').at(-1)!.replace('-', '_');
      const expected = await program.sql<{ id: string }>(`select id from ${table} where account_id = $1`, [ours.id]);
      const walked: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Page = (
          await read(each, ours, {
            limit: 1,
            cursor,
            ...(takes(each, 'include_archived') ? { include_archived: true } : {}),
          })
        ).result;
        walked.push(...page.items!.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(expected.length).toBeGreaterThan(1);
      expect(walked.sort()).toEqual(expected.map(({ id }) => id).sort());
    },
  );

  const readers = cases.filter(({ isRead }) => isRead);
  const filters = ['search', 'tags', 'email', 'external_id'].flatMap((filter) =>
    readers.filter((each) => takes(each, filter)).map((each) => ({ ...each, filter })),
  );
  it.each(filters)('$name: $filter of another account finds nothing', async ({ filter, ...each }) => {
    const count = async ({ canary }: Account) => {
      const value = filter === 'email' ? `grace-0-${canary}@example.com` : canary;
      const { items, users } = (
        await read(each, ours, { [filter]: filter === 'tags' && each.door === 1 ? [value] : value })
      ).result;
      return (items ?? users)!.length;
    };
    expect(await count(theirs)).toBe(0);
    expect(await count(ours)).toBeGreaterThan(0);
  });

  it('a total counts the own account', async () => {
    const users = await program.sql('select 1 from users where account_id = $1', [ours.id]);
    const { result } = await ours.callers.owner.call<{ total: number; users: object[] }>('users-list', { limit: 1 });
    expect([result.total, result.users.length]).toEqual([users.length, 1]);
  });
});

it('an address for a file is signed for one import: with the signature for another one it is worth nothing', async () => {
  const put = (account: Account, query: string) =>
    program.client.put(`/imports/${account.records.open_import[0]}/upload${query}`, Buffer.from('Name\nAcme\n'), {
      'Content-Type': 'text/csv',
    });
  const [foreign, garbage] = [
    theirs.uploadQueries[0],
    ours.uploadQueries[0].replace(/signature=.*/, `signature=${'A'.repeat(43)}`),
  ];
  const answers = await Promise.all([put(ours, foreign), put(ours, garbage), put(theirs, ours.uploadQueries[0])]);
  expect(answers.map(({ status, error }) => [status, error.code, error.message])).toEqual(
    answers.map(() => [400, 'imports.invalid_request', answers[1].error.message]),
  );
});

describe('the same requests about own records are answered, so it is the account that the others were refused for', () => {
  it.each(inTurn(withIds))('$name', async (each) => {
    const request = each.request(ownIds(each, ours), ours);
    if (each.path.endsWith('.csv')) {
      const headers = { Authorization: `Bearer ${ours.tokens.owner}` };
      const { status, text } = await call(program.url, each.method, request.url, { headers });
      expect([status, leaksIn(text)]).toEqual([200, []]);
      expect(text).toContain(ours.canary);
      return;
    }
    const { status, body } = await send(each.isPublic ? program.client : ours.callers.owner, request);
    const text = JSON.stringify(body);
    expect([status, leaksIn(text)]).toEqual([200, []]);
    expect(text).not.toContain('"items":[]');
  });
});

describe('what another account has is still free', () => {
  const taken = (): readonly (readonly [string, object])[] => [
    ['/sources', { name: `Fair 0 ${theirs.canary}` }],
    ['/companies', { name: `Acme 0 ${theirs.canary}`, tags: [theirs.canary] }],
    ['/contacts', { first_name: `Grace 0 ${theirs.canary}`, email: `grace-0-${theirs.canary}@example.com` }],
    ['/projects', { name: `Launch 0 ${theirs.canary}` }],
    ['/custom-fields', { entity_type: 'contact', label: `Level 0 ${theirs.canary}`, field_type: 'text' }],
    ['/oauth-apps', { name: `App 0 ${theirs.canary}` }],
    ['/webhooks', { url: `${receiver.url}/free`, description: theirs.canary, events: ['project.deleted'] }],
  ];

  it('names, labels and addresses of records', async () => {
    for (const [path, body] of taken())
      expect([path, (await ours.callers.owner.post(path, body)).status]).toEqual([path, 200]);
  });

  it('but for the e-mail addresses of users who proved them, and the refusal is that for one of the own account', async () => {
    const hers = (await program.register()).user;
    await verifyEmail(program, hers.email);
    const answers = await Promise.all(
      [hers, ours].map(({ email }) => ours.callers.owner.post('/users/invite', { email, name: 'Somebody' })),
    );
    expect(answers.map(({ error }) => error.code)).toEqual(['auth.email_taken', 'auth.email_taken']);
    expect(answers[0]!.error.message).toBe(answers[1]!.error.message);
  });

  it('the address of a user who has not proved it', async () => {
    const { status } = await ours.callers.owner.post('/users/invite', { email: theirs.email, name: 'Somebody' });
    expect(status).toBe(200);
  });

  it('places: an account that is full leaves room in others', async () => {
    const full = await program.register();
    const copy = (table: string, values: Readonly<Record<string, string>>) => {
      const kept = `select column_name from information_schema.columns where table_schema = 'public' and table_name = '${table}' and is_generated = 'NEVER'`;
      return program.sql<{ column_name: string }>(kept).then((columns) => {
        const names = columns.map(({ column_name }) => column_name);
        const sources = names.map((name) => values[name] ?? `t."${name}"`);
        return program.sql(
          `insert into ${table} (${names.map((name) => `"${name}"`).join()})
           select ${sources.join()} from (select * from ${table} where account_id = $1 limit 1) t, generate_series(1, 200) n`,
          [theirs.id],
        );
      });
    };
    const moved = { id: 'gen_random_uuid()', account_id: `'${full.user.account_id}'`, created_by: 'null' };
    await copy('custom_fields', { ...moved, entity_type: `'contact'`, label: `'Field ' || n` });
    await copy('webhooks', { ...moved, is_active: 'false' });
    await copy('imports', {
      ...moved,
      app_id: 'null',
      status: `'pending_upload'`,
      upload_id: 'null',
      expires_at: `now() + interval '1 day'`,
    });
    const last = taken()
      .filter(([path]) => ['/custom-fields', '/webhooks'].includes(path))
      .concat([['/imports', { model_type: 'sources', file_name: 'a.csv' }]]);
    for (const [path, body] of last) {
      const more = 'label' in body ? { ...body, label: 'One more' } : body;
      expect([path, (await program.client.as(full).post(path, more)).status]).toEqual([path, 400]);
      expect([path, (await ours.callers.owner.post(path, more)).status]).toEqual([path, 200]);
    }
  });
});

describe('an import', () => {
  /** One that the database refuses is tried again and again for ever: the test does not wait for it. */
  const timeoutMs = 60_000;

  it(
    'finds companies, sources and duplicates in its own account',
    async () => {
      const importing = new Importing(program, ours.callers.owner);
      const { canary } = theirs;
      for (const [kind, name] of [
        ['companies', 'Acme 1'],
        ['sources', 'Fair 1'],
      ] as const) {
        const twin = await importing.run(kind, [['Name'], [`${name} ${canary}`]], { on_duplicate: 'update' });
        expect([twin.created_count, twin.updated_count]).toEqual([1, 0]);
      }
      const rows = [
        ['First name', 'E-mail', 'Company', 'Source'],
        ['Imported', `contact-1-${canary}@example.com`, `Acme 1 ${canary}`, `Fair 1 ${canary}`],
      ];
      const column_mapping = {
        'First name': 'first_name',
        'E-mail': 'email',
        Company: 'company_name',
        Source: 'source_name',
      };
      const job = await importing.run('contacts', rows, { column_mapping, on_duplicate: 'update' });
      expect([job.created_count, job.updated_count, job.skipped_count]).toEqual([1, 0, 0]);
      const [contact] = await importing.all(`/contacts?email=contact-1-${canary}@example.com`);
      expect(contact).toMatchObject({ company_name: `Acme 1 ${canary}`, source_name: `Fair 1 ${canary}` });
      expect([contact!.company_id, contact!.source_id].filter((id) => theirIds.has(String(id)))).toEqual([]);
    },
    timeoutMs,
  );

  it(
    'knows no ids of another account in its cells',
    async () => {
      const importing = new Importing(program, ours.callers.owner);
      const column_mapping = { Name: 'first_name', Company: 'company_id', Source: 'source_id' };
      const pairs = [
        [theirs.records.company[1], theirs.records.source[1]],
        [idOfNothing('company'), idOfNothing('source')],
      ] as const;
      const rows = [['Name', 'Company', 'Source'], ...pairs.map((ids) => ['Grace', ...ids])];
      const refused = await importing.run('contacts', rows, { column_mapping, on_invalid_cell: 'refuse_row' });
      expect([refused.created_count, refused.failed_count]).toEqual([0, 2]);
      const errors = await importing.errors(refused);
      const of = (row: number) =>
        errors.filter((error) => error.row === row).map(({ column, field, message }) => [column, field, message]);
      expect(of(1).length).toBeGreaterThan(0);
      expect(of(1)).toEqual(of(2));
      // Otherwise the cells are left out, and what is told of them differs in nothing but the ids.
      const job = await importing.run('contacts', rows, { column_mapping });
      expect([job.created_count, job.failed_count, job.warning_count]).toEqual([2, 0, 2]);
      const told = (await importing.rows(job)).map(({ messages }, row) =>
        messages.map((message) => pairs[row]!.reduce((text, id) => text.replaceAll(id, 'the id'), message)),
      );
      expect(told[0]!.length).toBeGreaterThan(0);
      expect(told[0]).toEqual(told[1]);
      const made = await importing.all('/contacts?search=Grace');
      expect(
        made.filter(({ company_id, source_id }) => [company_id, source_id].some((id) => theirIds.has(String(id)))),
      ).toEqual([]);
    },
    timeoutMs,
  );
});

it('webhooks were sent what happened in their own account', async () => {
  await program.deliver();
  const sentTo = ({ canary }: Account) => receiver.requests.filter(({ path }) => path.includes(canary));
  for (const account of [ours, theirs]) {
    expect(sentTo(account).length).toBeGreaterThan(4);
    const accounts = sentTo(account).map(({ body }) => (body as { account_id: string }).account_id);
    expect(new Set(accounts)).toEqual(new Set([account.id]));
  }
});

it('after all of this nothing of the other account has changed', async () => {
  // Two accounts were registered, and the owner of the other one has not proved the address: an invitation came there.
  const mails = { 'mails sent': String(Number((before.theirs as Record<string, string>)['mails sent']) + 3) };
  expect((await snapshots()).theirs).toEqual({ ...before.theirs, ...mails });
  measured('matrix', { operations: cases.length, 'of these with ids': withIds.length, leaks: 0 });
});

it('requests of two accounts at the same moment do not mix', async () => {
  const sessions = [await program.register(), await program.register()];
  const create = async (turn: number) => {
    const { user, access_token } = sessions[turn % 2]!;
    const client = program.client.as({ access_token });
    type Row = { readonly id: string; readonly account_id: string; readonly created_by: string };
    const made = (await client.post<Row>('/companies', { name: `Company ${turn}` })).result;
    const { items } = (await client.get<{ items: Row[] }>('/companies?limit=100')).result;
    expect([made.account_id, made.created_by]).toEqual([user.account_id, user.id]);
    expect(new Set(items.map(({ account_id }) => account_id))).toEqual(new Set([user.account_id]));
  };
  const atOnce = pLimit(16);
  await Promise.all(Array.from({ length: 64 }, (_, turn) => atOnce(() => create(turn))));
});
