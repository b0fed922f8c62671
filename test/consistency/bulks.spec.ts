import { useApi } from '../support/api';
import { randomOf } from '../support/random';
import type { Row } from '../support/bulk';
import { type Kind, type Planned, Twin } from './bulk-twin';

/**
 * The same items by single calls and in bulks, in accounts of their own: what becomes of each item, of the records, and what the
 * feed tells is the same, however the items are grouped. Values are so few that items meet each other's records all the time.
 *
 * BULK_ROUNDS: how many times 50 items. BULK_SEED repeats an earlier run.
 */
const rounds = Number(process.env.BULK_ROUNDS ?? 12);
const perRound = 50;
const { seed, below, chance, pick } = randomOf('BULK_SEED');

const { program } = useApi({ keepClock: true });

/** Of each field: values that are good, and others. */
type Values = Readonly<Record<string, readonly [good: readonly unknown[], bad: readonly unknown[]]>>;
const values: Readonly<Record<Kind, Values>> = {
  contacts: {
    first_name: [
      ['Grace', 'Ada', ' Grace '],
      ['', null],
    ],
    email: [
      ['a@x.example', 'A@X.example', 'b@x.example', 'c@x.example', 'd@x.example', 'D@x.example'],
      ['', null, 'none'],
    ],
    last_name: [['Hopper', 'Murray', '', null], [5]],
    tags: [[[], ['a'], ['b', 'a'], null], ['a']],
    company_id: [
      [0, 1, 2, 3, null],
      [4, 5, 6, 'x'],
    ],
    custom_fields: [[{ field: 1 }, { field: 2 }, { field: null }, null], [{ field: 'x' }]],
  },
  companies: {
    name: [
      ['Acme', 'ACME', ' acme  ag', 'Acme AG', 'Globex', 'Initech'],
      [null, ''],
    ],
    domain: [
      ['acme.example', 'https://www.ACME.example/', 'globex.example', 'globex.example.', 'b.example'],
      ['', 'none'],
    ],
    industry: [['Rockets', 'Banking', null], ['x'.repeat(501)]],
    employee_count: [[0, 5, null], [1.5]],
    nmae: [[], ['x']],
  },
};
const identities = {
  contacts: ['email', 'email', 'email', 'phone'],
  companies: ['domain', 'name', 'domain', 'name', 'email'],
};
const required = { contacts: 'first_name', companies: 'name' } as const;

/** Some fields; what is refused is rarer. */
function dataOf(kind: Kind, share: number, always: readonly string[]): Record<string, unknown> {
  const names = Object.keys(values[kind]).filter(
    (name) => always.includes(name) || chance(name === 'nmae' ? 0.02 : share),
  );
  return Object.fromEntries(
    names.map((name) => {
      const [good, bad] = values[kind][name]!;
      return [name, pick(good.length > 0 && chance(0.94) ? good : bad)];
    }),
  );
}

/** @param versions of the records that there are, by their numbers. */
function planned(kind: Kind, versions: ReadonlyMap<number, number>, count: number): Planned {
  const action = pick([
    'create',
    'update',
    'update',
    'update',
    'upsert',
    'upsert',
    'upsert',
    'delete',
    'delete',
  ] as const);
  if (action === 'create') return { action, data: dataOf(kind, 0.4, chance(0.95) ? [required[kind]] : []) };
  if (action === 'upsert') {
    const match_by = chance(0.95) ? pick(identities[kind].slice(0, 3)) : pick(identities[kind]);
    return {
      action,
      match_by,
      data: dataOf(kind, 0.3, [...(chance(0.9) ? [match_by] : []), ...(chance(0.8) ? [required[kind]] : [])]),
    };
  }
  const known = [...versions.keys()];
  const target = chance(0.9) && known.length > 0 ? pick(known) : chance(0.5) && count > 0 ? below(count) : null;
  const version = versions.get(target ?? -1) ?? 1;
  const if_version = chance(0.35) ? { if_version: Math.max(1, version + below(5) - 2) } : {};
  return { action, target, ...if_version, ...(action === 'update' ? { data: dataOf(kind, 0.3, []) } : {}) };
}

async function newTwin(): Promise<Twin> {
  const session = await program.register({ name: 'Ada' });
  const client = program.client.as(session);
  const definition = { entity_type: 'contact', label: 'Size', field_type: 'number' };
  const field = (await client.post<Row>('/custom-fields', definition)).result.id;
  return new Twin(client, { owner: session.user.id, account: session.user.account_id, field });
}

interface State {
  readonly contacts: Readonly<Record<string, Row>>;
  readonly companies: Readonly<Record<string, Row>>;
  readonly events: readonly unknown[];
}

it(`single calls and bulks of 1, 3 and 50 items do the same (BULK_SEED=${seed})`, async () => {
  program.clock.freeze();
  const twins = [await newTwin(), await newTwin(), await newTwin(), await newTwin()] as const;
  const [single, ...bulked] = twins;
  const sizes = [1, 3, perRound] as const;
  const seen = new Map<string, number>();
  let state = (await single.state()) as State;
  for (const each of bulked) await each.state();
  for (let round = 0; round < rounds; round++) {
    program.clock.move(1_000);
    const kind: Kind = chance(0.65) ? 'contacts' : 'companies';
    const versions = new Map(
      Object.entries(state[kind]).map(([name, { version }]) => [Number(name.split(' ')[1]), version]),
    );
    const plan = Array.from({ length: perRound }, () => planned(kind, versions, single.count(kind)));
    const whereAmI = `round ${round}, ${kind}: ${JSON.stringify(plan)}`;

    const fates = await single.single(kind, plan);
    const firstFailing = fates.findIndex(({ outcome }) => outcome.includes('.'));
    const refused = await bulked[2].atomically(kind, plan);
    for (const [index, twin] of bulked.entries()) {
      const got = await twin.inBulks(kind, plan, sizes[index]!, sizes[index] === 3);
      expect({ whereAmI, size: sizes[index], fates: got }).toEqual({ whereAmI, size: sizes[index], fates });
    }
    if (firstFailing >= 0) {
      const about = (fates[firstFailing]!.about as [string, ...unknown[]][]).map(([field, ...rest]) => [
        `items[${firstFailing}].${field}`,
        ...rest,
      ]);
      if (about.length > 0) expect({ whereAmI, refused }).toEqual({ whereAmI, refused: about });
      expect(refused).toBeDefined();
    } else expect(refused).toBeUndefined();

    state = (await single.state()) as State;
    for (const [index, twin] of bulked.entries()) {
      const got = await twin.state();
      expect({ whereAmI, size: sizes[index], state: got }).toEqual({ whereAmI, size: sizes[index], state });
    }
    for (const { outcome } of fates) seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
  }
  // Or all of it would be easy to be right about.
  if (rounds < 12) return;
  const often = [
    'created',
    'updated',
    'unchanged',
    'deleted',
    'contacts.ambiguous_match',
    'contacts.edit_conflict',
    'contacts.not_found',
  ];
  for (const outcome of often)
    expect({ outcome, isSeen: (seen.get(outcome) ?? 0) > rounds / 4 }).toEqual({ outcome, isSeen: true });
});
