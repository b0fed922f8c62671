import fc from 'fast-check';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { type Input, Model, type Row } from './model';

/**
 * What conflicts is what the model says, for any sequence of PATCHes by several callers. Fields take so few values that they
 * come back to earlier ones all the time.
 *
 * PROPERTY_RUNS: the number of sequences. PROPERTY_SEED repeats an earlier run.
 */
const runs = Number(process.env.PROPERTY_RUNS ?? 60);
const seed = process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {};

const { program, ada, client } = useApi({ accountFor: 'all tests', keepClock: true });

const fields = {
  last_name: ['', 'Hopper', ' Hopper ', null],
  city: ['Bern', 'Basel'],
  tags: [[], ['a'], ['b', 'a'], ['b', 'a', 'b'], null],
  source_id: ['fair', null],
} as const;
const values = { text: ['x', 'y', null], number: [0, 1.5, null], flag: [true, false, null] } as const;

/** Some of these, in any order. */
const someOf = (of: Readonly<Record<string, readonly unknown[]>>) =>
  fc.record(Object.fromEntries(Object.entries(of).map(([name, from]) => [name, fc.constantFrom(...from)])), {
    requiredKeys: [],
  });

const change = fc.record({
  caller: fc.nat(2),
  isOperation: fc.boolean(),
  input: someOf(fields),
  custom: fc.oneof({ weight: 8, arbitrary: someOf(values) }, fc.constant(null), fc.constant(undefined)),
  /** How far the caller is behind; below 0: ahead. Null: nothing is said of a version. */
  behind: fc.oneof({ weight: 6, arbitrary: fc.nat(6) }, fc.constant(0), fc.constant(-1), fc.constant(null)),
});

let callers: Client[];
let model: Model;
const ids: Record<string, string> = {};
const count = { patches: 0, conflicts: 0, merges: 0 };

beforeAll(async () => {
  program.clock.freeze();
  const invited = { email: newEmail(), name: 'Alan Turing' };
  const { invite_token: token } = (await client.post<{ invite_token: string }>('/users/invite', invited)).result;
  const alan = (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result;
  const { app, client_secret } = (
    await client.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', { name: 'Sync' })
  ).result;
  const asked = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
  const token2 = (await program.client.post<{ access_token: string }>('/oauth/token', asked)).result;
  callers = [client, program.client.as(alan), program.client.as(token2)];
  model = new Model(ada.user.account_id);
  ids.fair = (await client.post<Row>('/sources', { name: 'Fair' })).result.id;
  model.sources.set(ids.fair, 'Fair');
  for (const [name, field_type] of [
    ['text', 'text'],
    ['number', 'number'],
    ['flag', 'boolean'],
  ] as const) {
    const definition = { entity_type: 'contact', label: name, field_type };
    ids[name] = (await client.post<Row>('/custom-fields', definition)).result.id;
    model.definitions.set(ids[name], { id: ids[name], kind: 'contacts', field_type, options: [] });
  }
});

/** With ids instead of names. */
function bodyOf(input: Input, custom: Input | null | undefined): Input {
  const body = { ...input, ...('source_id' in input ? { source_id: input.source_id && ids.fair } : {}) };
  if (custom === undefined) return body;
  const keyed = custom && Object.fromEntries(Object.entries(custom).map(([name, value]) => [ids[name]!, value]));
  return { ...body, custom_fields: keyed };
}

it('what conflicts is exactly what was changed after that version, and has another value now', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 30, size: 'max' }), async (changes) => {
      const made = (await client.post<Row>('/contacts', { first_name: 'Grace' })).result;
      const now = program.clock.now().toISOString();
      expect(made).toEqual(model.create('contacts', made.id, { first_name: 'Grace' }, ada.user.id, now));
      for (const { caller, isOperation, input, custom, behind } of changes) {
        const body = bodyOf(input, custom);
        const meant = isOperation ? model.hosted('contacts', body) : body;
        const present = model.view('contacts', made.id);
        const version = behind === null ? undefined : Math.max(present.version - behind, 1);
        const basis = version === undefined ? {} : { if_version: version };
        const header: Record<string, string> = version === undefined ? {} : { 'If-Match': `"${version}"` };
        const { status, body: told } = isOperation
          ? await callers[caller]!.call<Row>('contacts-update', { contact_id: made.id, ...body, ...basis })
          : await callers[caller]!.patch<Row>(`/contacts/${made.id}`, body, header);
        const conflicts = version === undefined ? [] : model.conflicts('contacts', made.id, meant, version);
        const { error, result } = told as { error?: Refused; result?: Row };
        count.patches++;
        if (conflicts.length > 0) {
          count.conflicts++;
          expect([status, error?.code]).toEqual([400, 'contacts.edit_conflict']);
          expect(new Map(error!.details.map(({ field, current }) => [field, current]))).toEqual(new Map(conflicts));
          continue;
        }
        expect([status, error]).toEqual([200, undefined]);
        expect(result).toEqual(model.update('contacts', made.id, meant, now));
        if (version !== undefined && version < present.version && result!.version > present.version) count.merges++;
      }
      expect((await client.get<Row>(`/contacts/${made.id}`)).result).toEqual(model.view('contacts', made.id));
    }),
    { ...seed, numRuns: runs },
  );
  // Or all of it would be easy to be right about.
  expect(count.conflicts).toBeGreaterThan(runs / 2);
  expect(count.merges).toBeGreaterThan(runs / 20);
});

interface Refused {
  readonly code: string;
  readonly details: readonly { readonly field: string; readonly current?: unknown }[];
}
