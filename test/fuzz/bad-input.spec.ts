import pLimit from 'p-limit';
import { useApi } from '../support/api';
import type { Answer, Client } from '../support/client';
import { allOperations, type Operation } from '../support/document';
import { hostileAddresses, hostileValues } from '../support/hostile-values';
import {
  fairRequest,
  type Fixtures,
  isSecret,
  limitsOf,
  makeFixtures,
  nameOf,
  type Place,
  placesOf,
  type Trial,
  trialOf,
  typesOf,
  type Verdict,
  withTrials,
} from '../support/inputs';
import { randomOf } from '../support/random';
import { measured } from '../support/measured';
import { digestsOf } from '../support/snapshot';

/**
 * Bad values at every place of every operation, one at a time: what is refused is refused with the documented code and by
 * name, and changes nothing; what is not is taken.
 *
 * BAD_INPUT=all tries every value at every place, else a sample, of which BAD_INPUT_SEED repeats an earlier one.
 */
const share = process.env.BAD_INPUT === 'all' ? 1 : 1 / 40;
const random = randomOf('BAD_INPUT_SEED');

const titleOf = ({ method, path }: Operation) => `${method} ${path}`;

const nothing = '"00000000-0000-0000-0000-000000000000"';
const always = ['"a\\u0000"', '{"a":[]}'];
/** Percent-encodings that are broken, or of what is no UTF-8. */
const brokenSpellings = ['%ED%A0%80', '%C0%80', '%ff', '%', '%zz', '%u0041', '%2', 'a%ED%A0%80b'];

function trialsAt(place: Place, { ids }: Fixtures): Trial[] {
  const { where, schema } = place;
  const all = schema.format === 'email' ? [...hostileValues, ...hostileAddresses] : hostileValues;
  const texts = [
    ...new Set([
      ...all.filter(() => random.chance(share)),
      ...limitsOf(place),
      ...always,
      ...(schema.format === 'uuid' ? [nothing] : []),
    ]),
  ];
  const trials = texts.flatMap((text) => trialOf(place, text, ids) ?? []);
  if (where === 'body') return trials;
  const broken = brokenSpellings.filter(() => random.chance(Math.max(share, 1 / 4)));
  return [...trials, ...broken.map((text): Trial => ({ place, text, spelling: [text], verdict: 'bad' }))];
}

/** A change that would be taken, beside one that must not be: neither may be kept. */
function companionOf({ place, verdict }: Trial, fixtures: Fixtures): Trial[] {
  const { operation, where, keys, body } = place;
  if (verdict === 'good' || verdict === 'open' || where !== 'body' || !/^PATCH|-update/.test(titleOf(operation)))
    return [];
  const others = places.filter((other) => other.body === body && other.keys.length === 1 && other.keys[0] !== keys[0]);
  const texts = others.filter(({ schema }) => typesOf(schema).includes('string') && !schema.format && !schema.enum);
  const trials = texts.flatMap((other) => trialOf(other, '"Changed"', fixtures.ids) ?? []);
  return trials.filter((trial) => trial.verdict === 'good').slice(0, 1);
}

function send(as: Client, trial: Trial, fixtures: Fixtures): Promise<Answer<unknown>> {
  const { operation, body, shape } = trial.place;
  const trials = [trial, ...companionOf(trial, fixtures)];
  return as.sendRequest(withTrials(fairRequest(operation, fixtures, body, shape), operation, trials));
}

/** The codes that the document has for this very place, and for all. */
function codesAt({ codes, schema, isId }: Place): RegExp {
  const common = isId ? '\\w+\\.invalid_id' : '\\w+\\.invalid_request';
  return new RegExp(`^(${[common, ...codes, ...(schema['x-error-codes'] ?? [])].join('|')})$`);
}

/** @returns what is wrong with the answer, if anything is. */
function faultOf({ place, verdict }: Trial, answer: Answer<unknown>, usual: string): string | undefined {
  const told = outcomeOf(answer);
  const names = answer.status === 200 ? [] : (answer.error.details ?? []).map(({ field }) => field);
  const isNamed = (name: string) =>
    names.some((each) => [name, `${name}.`, `${name}[`].includes(each.slice(0, name.length + 1)));
  const code = told.split(' ')[1] ?? '';
  const refusal = `${told} ${names.join().slice(0, 100)}`;
  // Of passwords that are tried at the same time some have to wait.
  if (answer.status === 500 || (answer.status === 429 && !isSecret(place.keys[0]))) return told;
  if (verdict === 'open' || (verdict === 'good' && (told === '200' || told === usual))) return undefined;
  // A secret may be fit and wrong.
  if (verdict === 'good' && isSecret(place.keys[0]) && /^4(01|03|29)/.test(told)) return undefined;
  // The same label but for its case, in a trial at the same moment.
  if (verdict === 'good' && place.keys[0] === 'label' && told === '400 custom_fields.invalid_request') return undefined;
  // Other trials change the record, or have deleted it.
  const overtaken = /^(400 \w+\.edit_conflict|404 \w+\.not_found)$/;
  if (verdict === 'good' && place.keys[0] === 'if_version' && overtaken.test(told)) return undefined;
  if (verdict === 'good') return refusal;
  if (verdict === 'unreadable')
    return /^400 \w+\.invalid_request$/.test(told) && names[0] === 'body' ? undefined : refusal;
  if (verdict === 'absent' && place.isId) {
    const isUpload = place.operation.path.endsWith('/upload');
    return /^404 \w+\.not_found$/.test(told) || (isUpload && told === '400 imports.invalid_request')
      ? undefined
      : refusal;
  }
  const isRight =
    answer.status === 400 && codesAt(place).test(code) && (isNamed(place.keys[0]) || isNamed(nameOf(place)));
  return isRight ? undefined : refusal;
}

function outcomeOf({ status, body }: Answer<unknown>): string {
  const { error } = body as { error?: string | { code: string } };
  return typeof error === 'object' ? `${status} ${error.code}` : String(status);
}

const { program } = useApi({ environment: { LOG_LEVEL: 'warn' }, keepClock: true });
let fixtures: Fixtures;
let places: Place[];

const limited = pLimit(8);
const cut = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…(${text.length})` : text);
let sent = 0;
let passwordHash: string;
const refusedAnyway = new Set<string>();

beforeAll(async () => {
  // However long it takes, the tokens stay good.
  program.clock.freeze();
  fixtures = await makeFixtures(program);
  places = allOperations.flatMap((operation) => placesOf(operation, fixtures));
  const [owner] = await program.sql<{ password_hash: string }>('select password_hash from users where id = $1', [
    fixtures.owner.user.id,
  ]);
  passwordHash = owner!.password_hash;
});
afterAll(async () => {
  process.stdout.write(`${sent} requests at ${places.length} places\n`);
  measured('bad input', { seed: random.seed, values: hostileValues.length, places: places.length, requests: sent });
});

/** Everything that one operation is to refuse, or to take. */
async function tryAll(operation: Operation, wanted: readonly Verdict[]): Promise<void> {
  const trials = places
    .filter((place) => place.operation === operation)
    .flatMap((place) => trialsAt(place, fixtures).filter(({ verdict }) => wanted.includes(verdict)));
  const usual = new Map<unknown, string>();
  if (wanted.includes('good')) {
    // Other operations have locked the address with wrong passwords, or changed the right one.
    await program.sql('delete from sign_in_failures');
    await program.sql('update users set password_hash = $1 where id = $2', [passwordHash, fixtures.owner.user.id]);
    for (const body of new Set(trials.map(({ place }) => place.body))) {
      const { method, url, body: fair } = fairRequest(operation, fixtures, body);
      const outcome = outcomeOf(await fixtures.as.sendTo(method, url, fair));
      usual.set(body, outcome);
      if (outcome !== '200') refusedAnyway.add(titleOf(operation));
    }
  }
  const faults: string[] = [];
  await Promise.all(
    trials.map((trial) =>
      limited(async () => {
        const { place, text, verdict } = trial;
        const answer = await send(fixtures.as, trial, fixtures).catch((error: Error) => error);
        sent++;
        const fault = answer instanceof Error ? answer.message : faultOf(trial, answer, usual.get(place.body) ?? '');
        if (fault) faults.push(`${place.where} ${nameOf(place)} = ${cut(text)} is ${verdict}: ${fault}`);
        if (!(answer instanceof Error) && answer.status === 200) await tidy(operation, answer);
      }),
    ),
  );
  expect(faults).toEqual([]);
}

/** Of some kinds of record an account has a limited number. */
async function tidy({ path }: Operation, { result }: Answer<unknown>): Promise<void> {
  const { id, job, job_id = job?.id } = result as { id?: string; job?: { id: string }; job_id?: string };
  const [, context] = /^\/api\/(?:v1\/)?(custom-fields|webhooks)(-create)?$/.exec(path) ?? [];
  if (context && id) await fixtures.as.delete(`/${context}/${id}`);
  if (/imports(-request-upload)?$/.test(path) && job_id) await fixtures.as.post(`/imports/${job_id}/cancel`);
}

const withInput = allOperations.filter(({ parameters, bodies }) => parameters.length + bodies.length > 0);

// Before anything is taken, so that there is little to compare.
describe('refused by name, and changes nothing', () => {
  it.each(withInput.map((operation) => [titleOf(operation), operation] as const))('%s', async (_, operation) => {
    const before = await digestsOf(program);
    await tryAll(operation, ['bad', 'unreadable', 'absent']);
    expect(await digestsOf(program)).toEqual(before);
  });
});

describe('names that nobody knows', () => {
  const names = hostileValues.filter((text) => text.startsWith('"') && random.chance(Math.max(share, 1 / 20)));
  it('are refused in queries and bodies, and change nothing', async () => {
    const before = await digestsOf(program);
    const faults: string[] = [];
    const attempts = allOperations.flatMap((operation) => {
      const { method, url, body } = fairRequest(operation, fixtures);
      const tell = (name: string, answer: Answer<unknown>) => {
        sent++;
        const field = answer.status === 400 ? answer.error.details?.[0]?.field : undefined;
        const code = answer.status === 400 ? answer.error.code : '';
        if (!/\.invalid_request$/.test(code) || !(field === name.slice(0, 100) || field === 'body'))
          faults.push(`${titleOf(operation)} ${JSON.stringify(name.slice(0, 100))} → ${outcomeOf(answer)} ${field}`);
      };
      const isUpload = operation.path.endsWith('/upload');
      return ['"colour"', ...names].flatMap((text) => {
        const name = JSON.parse(text) as string;
        const tasks: (() => Promise<void>)[] = [];
        if (!isUpload && operation.method !== 'GET') {
          const whole = JSON.stringify({ ...body, 'the name': 1 }).replace('"the name"', () => text);
          tasks.push(async () => tell(name, await fixtures.as.sendTo(method, url, whole)));
        }
        if (!isUpload && name.isWellFormed() && name.length < 1_000) {
          tasks.push(async () =>
            tell(name, await fixtures.as.sendTo(method, `${url}?${encodeURIComponent(name)}=1`, body)),
          );
        }
        return tasks;
      });
    });
    await Promise.all(attempts.map((attempt) => limited(attempt)));
    expect(faults).toEqual([]);
    expect(await digestsOf(program)).toEqual(before);
  });
});

describe('taken, unless a rule of the record is against it', () => {
  // What is deleted cannot be deleted again.
  const isDeletion = (operation: Operation) => /^DELETE |-(delete|remove|revoke)$/.test(titleOf(operation));
  const kept = withInput.filter((operation) => !isDeletion(operation));
  it.each(kept.map((operation) => [titleOf(operation), operation] as const))('%s', (_, operation) =>
    tryAll(operation, ['good', 'open']),
  );
});

it('no failure of the program is in the log', () => {
  expect(program.log.filter((line) => /error|fatal/.test((JSON.parse(line) as { level: string }).level))).toEqual([]);
});

it('the requests in which the values stand would be taken, but where a secret or a state is against it', () => {
  expect([...refusedAnyway].sort()).toEqual([
    ...['POST /api/auth-accept-invite', 'POST /api/auth-login', 'POST /api/auth-refresh-token'],
    ...['POST /api/imports-complete-upload', 'POST /api/imports-confirm', 'POST /api/oauth-token'],
    'POST /api/users-reset-password',
    ...['POST /api/v1/auth/accept-invite', 'POST /api/v1/auth/login', 'POST /api/v1/auth/refresh'],
    ...['POST /api/v1/auth/reset-password', 'POST /api/v1/auth/verify-email'],
    ...['POST /api/v1/imports/{id}/complete-upload', 'POST /api/v1/imports/{id}/confirm', 'POST /api/v1/oauth/token'],
    'PUT /api/v1/imports/{id}/upload',
  ]);
});
