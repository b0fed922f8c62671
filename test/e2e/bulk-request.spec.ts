import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import { bulk, type Bulkable, type Item, outcomesOf, told } from '../support/bulk';
import type { SignedIn } from '../support/client';
import { all } from '../support/outcome';

const { program, ada, client } = useApi({ accountFor: 'each test' });

const kinds = ['contacts', 'companies', 'projects', 'activities'] as const;
const create: Item = { action: 'create', data: { first_name: 'Grace' } };

/** Code and fields of a refusal of the whole request. */
async function refusal(body: unknown, kind: Bulkable = 'contacts'): Promise<unknown[]> {
  const { status, error } = await client.post(`/${kind}/bulk`, body as object);
  expect(status).toBe(400);
  return told(error);
}

describe.each(kinds)('the request, of %s', (kind) => {
  const refused = (field: string) => [`${kind}.invalid_request`, field];

  it('items that are none', async () => {
    for (const items of [undefined, null, [], {}, 'x', 5, { 0: create, length: 1 }])
      expect(await refusal({ items }, kind)).toEqual(refused('items'));
  });

  it('1,001 items', async () => {
    expect(await refusal({ items: Array(1_001).fill({ action: 'delete', id: randomUUID() }) }, kind)).toEqual(
      refused('items'),
    );
  });

  it('options that are none, and what is unknown', async () => {
    const items = [{ action: 'delete', id: randomUUID() }];
    const options = {
      atomic: ['true', 1, []],
      dry_run: ['true', 1, {}],
      return: ['all', '', 5, true, ['ids']],
    };
    for (const [name, values] of Object.entries(options))
      for (const value of values)
        expect([name, value, ...(await refusal({ items, [name]: value }, kind))]).toEqual([
          name,
          value,
          ...refused(name),
        ]);
    for (const name of ['atomicc', 'match_by', 'action', 'data'])
      expect(await refusal({ items, [name]: 'x' }, kind)).toEqual(refused(name));
    expect(await refusal({ items: [], atomic: 5, dry_run: 5, return: 5 }, kind)).toEqual([
      ...[`${kind}.invalid_request`, 'items', 'atomic', 'dry_run', 'return'],
    ]);
    const answers = [
      await client.post(`/${kind}/bulk?dry_run=true`, { items }),
      await client.post(`/${kind}/bulk`, { items }, { 'If-Match': '"1"' }),
    ];
    expect(answers.map(({ error }) => told(error))).toEqual([refused('dry_run'), refused('If-Match')]);
  });

  it('a body that cannot be read', async () => {
    for (const body of ['x', '[]', '{"items":[', '{"items":[{"__proto__":{}}]}', '']) {
      const { status, error } = await client.post(`/${kind}/bulk`, body);
      expect([body, status, error.code]).toEqual([body, 400, `${kind}.invalid_request`]);
    }
  });

  it('50 changes of action pass, 51 do not', async () => {
    const alternating = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        action: index % 2 ? 'delete' : 'update',
        id: randomUUID(),
        ...(index % 2 ? {} : { data: {} }),
      }));
    const { result } = await bulk(client, kind, alternating(51));
    expect([result.failed_count, new Set(outcomesOf(result))]).toEqual([51, new Set([`${kind}.not_found`])]);
    expect(await refusal({ items: alternating(52) }, kind)).toEqual(refused('items'));
    const { error } = await bulk(client, kind, alternating(52));
    expect(`${error.message} ${error.details![0]!.message}`).toMatch(/sort items by action/);
    const sorted = alternating(1_000).sort((one, other) => (one.action < other.action ? -1 : 1));
    expect((await bulk(client, kind, sorted)).result.failed_count).toBe(1_000);
  });
});

describe('callers', () => {
  it('members and apps may; nobody without a token', async () => {
    const invited = { email: newEmail(), name: 'Alan' };
    const { invite_token: token } = (await client.post<{ invite_token: string }>('/users/invite', invited)).result;
    const alan = (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result;
    const made = (
      await client.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', { name: 'Sync' })
    ).result;
    const grant = {
      client_id: made.app.client_id,
      client_secret: made.client_secret,
      grant_type: 'client_credentials',
    };
    const app = (await program.client.post<{ access_token: string }>('/oauth/token', grant)).result;
    for (const [session, created_by] of [
      [ada, ada.user.id],
      [alan, alan.user.id],
      [app, null],
    ] as const) {
      const { result } = await bulk(program.client.as(session), 'contacts', [create], { return: 'records' });
      expect(result.results[0]!.record).toMatchObject({ first_name: 'Grace', created_by });
    }
    const items = [{ action: 'delete', id: randomUUID() }];
    await all([401, 'auth.required'], ...kinds.map((kind) => program.client.post(`/${kind}/bulk`, { items })));
    await all([404, 'api.not_found'], client.post('/sources/bulk', { items }), client.call('contacts-bulk', { items }));
  });
});
