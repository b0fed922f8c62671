import { randomInt } from 'node:crypto';
import { Agent, request } from 'node:http';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { SignedIn } from '../support/client';
import { compareRanks, differs } from '../support/ranks';
import { measured } from '../support/measured';

/** Addresses of each kind, and how often each is tried: fewer times than lock it. */
const addresses = Number(process.env.TIMING_ADDRESSES ?? 60);
const rounds = 8;

const { program, client: owner } = useApi({ accountFor: 'all tests', keepClock: true });
// An answer says how many minutes a lock still lasts; on a busy machine a test takes more than one.
beforeAll(() => program.clock.freeze());
/** Serial, on one connection. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Makes an address that nobody tried yet. */
const kinds = {
  unknown: () => Promise.resolve(newEmail()),
  known: async () => (await join()).email,
  deactivated: async () => {
    const { id, email } = await join();
    await owner.post(`/users/${id}/deactivate`).then(({ result }) => result);
    return email;
  },
  invited: async () => {
    const email = newEmail();
    await invite(email);
    return email;
  },
};

const values: Record<string, string> = {};
afterAll(() => {
  measured('rank tests', values);
  agent.destroy();
});

async function invite(email: string): Promise<string> {
  return (await owner.post<{ invite_token: string }>('/users/invite', { email, name: 'Alan' })).result.invite_token;
}

async function join(): Promise<SignedIn['user']> {
  const token = await invite(newEmail());
  return (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result.user;
}

interface Timed {
  /** In milliseconds. */
  readonly time: number;
  readonly answer: string;
}

function call(path: string, body: object): Promise<Timed> {
  const sent = JSON.stringify(body);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(sent) };
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const call = request(`${program.url}/api/v1/auth/${path}`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const time = performance.now() - begun;
        resolve({ time, answer: `${response.statusCode} ${text.replace(/"request_id":"[^"]*"/, '')}` });
      });
    });
    call.on('error', reject).end(sent);
  });
}

const login = (email: string) => call('login', { email, password: 'not-the-password' });
const forgot = (email: string) => call('forgot-password', { email });

/** Tries addresses of both kinds in turn, the first of the two at random, and compares what was answered, and how fast. */
async function compare(
  what: string,
  [first, second]: readonly [keyof typeof kinds, keyof typeof kinds],
  attempt: (email: string) => Promise<Timed>,
  prepare: (email: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const make = async (kind: keyof typeof kinds) => {
    const emails: string[] = [];
    for (let count = 0; count < addresses; count++) {
      const email = await kinds[kind]();
      await prepare(email);
      emails.push(email);
    }
    return { emails, times: [] as number[] };
  };
  const samples = [await make(first), await make(second)];
  const answers = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < addresses; index++) {
      const order = randomInt(2) === 0 ? samples : [...samples].reverse();
      for (const { emails, times } of order) {
        const { time, answer } = await attempt(emails[index]!);
        times.push(time);
        answers.add(answer);
      }
    }
  }
  const [a, b] = samples.map(({ times }) => times) as [number[], number[]];
  const test = compareRanks(a, b);
  const median = (times: readonly number[]) => [...times].sort((x, y) => x - y)[times.length >> 1]!.toFixed(2);
  const told = `${what}: ${first} ${median(a)} ms, ${second} ${median(b)} ms (medians of ${a.length} each), p ${test.p.toPrecision(3)}, effect ${test.effect.toFixed(3)}`;
  process.stdout.write(`${told}\n`);
  values[`${what}, ${first} and ${second}`] = told.replace(/^.*?: /, '');
  expect([...answers]).toHaveLength(1);
  expect([told, differs(test)]).toEqual([told, false]);
}

const lock = async (email: string) => {
  for (let count = 0; count < 10; count++) await login(email);
};

const pairs = [
  ['known', 'unknown'],
  ['deactivated', 'unknown'],
  ['invited', 'unknown'],
] as const;

it.each(pairs)('a wrong password for an address that is %s answers as for one that is %s', async (...pair) => {
  await compare('login', pair, login);
});

it.each(pairs)('asking for a new password for an address that is %s answers as for one that is %s', async (...pair) => {
  await compare('forgot-password', pair, forgot);
});

it('a locked address that is known answers as one that is not', async () => {
  await compare('login when locked', ['known', 'unknown'], login, lock);
});
