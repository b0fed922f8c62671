import pLimit from 'p-limit';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Answer, Client, Headers, SignedIn } from '../support/client';
import { allOperations, type Operation, operationOf } from '../support/document';
import { hostileValues } from '../support/hostile-values';
import {
  fairRequest,
  type Fixtures,
  isCall,
  limitsOf,
  makeFixtures,
  type Place,
  placesOf,
  type Sent,
  type Trial,
  trialOf,
  type Values,
  withTrials,
} from '../support/inputs';
import { randomOf } from '../support/random';
import { measured } from '../support/measured';
import { digestsOf } from '../support/snapshot';

/**
 * Requests made up out of the document, by all kinds of callers, three of five with something wrong: whatever is sent, the
 * answer is one that the document has; what is wrong is never taken and changes nothing, what is right is not refused.
 *
 * FUZZ_REQUESTS: how many. FUZZ_SEED repeats an earlier run.
 */
const count = Number(process.env.FUZZ_REQUESTS ?? 1_000);
const random = randomOf('FUZZ_SEED');

type CallerName = 'owner' | 'member' | 'app' | 'nobody';
const callers: readonly CallerName[] = [
  'owner',
  'owner',
  'owner',
  'owner',
  'owner',
  'member',
  'member',
  'app',
  'app',
  'nobody',
];

interface Planned {
  readonly operation: Operation;
  readonly caller: CallerName;
  readonly sent: Sent;
  readonly headers: Headers;
  /** What is wrong with it; nothing: it is right. */
  readonly faults: readonly string[];
}

const { program } = useApi({ environment: { LOG_LEVEL: 'warn' }, keepClock: true });
let fixtures: Fixtures;
let clients: Record<CallerName, Client>;
/** Whose session may end, and whose password may change. */
let leaver: Client;
const places = new Map<Operation, readonly Place[]>();
/** Addresses of records that are gone, and how to ask for them by operation. */
const gone: { readonly context: string; readonly id: string }[] = [];

async function memberOf(owner: Client): Promise<Client> {
  const { result } = await owner.post<{ invite_token: string }>('/users/invite', {
    email: newEmail(),
    name: 'Charles',
  });
  const session = await program.client.post<SignedIn>('/auth/accept-invite', { token: result.invite_token, password });
  return program.client.as(session.result);
}

beforeAll(async () => {
  // However long it takes, the tokens stay good.
  program.clock.freeze();
  fixtures = await makeFixtures(program);
  const { as } = fixtures;
  const made = (await as.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', { name: 'Caller' }))
    .result;
  const credentials = { client_id: made.app.client_id, client_secret: made.client_secret };
  const body = { grant_type: 'client_credentials', ...credentials };
  const app = program.client.as((await program.client.post<SignedIn>('/oauth/token', body)).result);
  clients = { owner: as, member: await memberOf(as), app, nobody: program.client };
  leaver = await memberOf(as);
  for (const operation of allOperations) places.set(operation, placesOf(operation, fixtures));
});

const deletes = /^(?:\/api\/v1\/([\w-]+)\/\{id\}|\/api\/([\w-]+)-(?:delete|revoke))$/;
/** The context of whose records an operation makes an end. */
function endsOf({ method, path }: Operation): string | undefined {
  if (method !== 'DELETE' && isCall({ path } as Operation) === false) return undefined;
  const [, byRoute, byCall] = deletes.exec(path) ?? [];
  return byRoute ?? byCall;
}

/** One more record, to be deleted. */
async function doomed(context: string): Promise<string> {
  const create = allOperations.find(({ method, path }) => method === 'POST' && path === `/api/v1/${context}`)!;
  const { url, body } = fairRequest(create, fixtures);
  const { result } = await fixtures.as.sendTo<{ id: string; app?: { id: string } }>('POST', url, body);
  return result.app?.id ?? result.id;
}

/** A value for a place of these verdicts. */
function trialFor(place: Place, wanted: readonly Trial['verdict'][]): Trial | undefined {
  for (let attempt = 0; attempt < 20; attempt++) {
    const trial = trialOf(place, random.pick([...limitsOf(place), ...hostileValues]), fixtures.ids);
    if (trial && wanted.includes(trial.verdict)) return trial;
  }
  return undefined;
}

const unlike: Readonly<Record<string, readonly string[]>> = {
  GET: ['PUT', 'DELETE', 'PATCH'],
  POST: ['PUT', 'DELETE', 'PATCH'],
  PATCH: ['PUT', 'POST'],
  PUT: ['POST', 'PATCH'],
  DELETE: ['PUT', 'POST'],
};
const wrongTypes = ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/jsonx'];

async function plan(): Promise<Planned> {
  const operation = random.pick(allOperations);
  const caller = random.pick(callers);
  // What this one answers is no JSON.
  const isWrong = operation.path.endsWith('.csv') || random.chance(0.6);
  const body = random.pick(operation.bodies.length > 0 ? operation.bodies : [undefined]);
  let fair = fairRequest(operation, fixtures, body);
  const context = endsOf(operation);
  const isUpload = operation.path.endsWith('/upload');
  const own = (places.get(operation) ?? []).filter((place) => place.body === body || place.where !== 'body');

  const trials = new Map<string, Trial>();
  const add = (trial: Trial | undefined) => trial && trials.set(`${trial.place.where} ${trial.place.keys[0]}`, trial);
  for (const place of own) {
    const isOwn = place.keys.length === 1 || place.fieldType;
    // A field that every record must have would be missing in all requests after it.
    if (place.isId || !isOwn || place.keys[0] === 'required' || !random.chance(0.25)) continue;
    add(trialFor(place, ['good']));
  }
  const faults: string[] = [];
  if (context && !isWrong) {
    const id = await doomed(context);
    gone.push({ context, id });
    const name = Object.keys(fair.body ?? {})[0];
    fair = name ? { ...fair, body: { [name]: id } } : { ...fair, url: fair.url.replace(/[^/]+$/, id) };
  }
  let { method } = operation;
  let headers: Headers = {};
  let extra: Values = {};
  let suffix = '';
  let isCut = false;
  const attempts = isWrong ? 1 + random.below(3) : 0;
  for (let attempt = 0; faults.length < attempts && attempt < 20; attempt++) {
    const kind = random.pick(['value', 'value', 'value', 'missing', 'unknown', 'parameter', 'type', 'method', 'json']);
    if (kind === 'value' && own.length > 0) {
      const place = random.pick(own);
      const trial = trialFor(place, ['bad', 'unreadable', 'absent']);
      if (!trial) continue;
      add(trial);
      faults.push(`${place.where} ${place.keys.join('.')} = ${trial.text.slice(0, 60)} (${trial.verdict})`);
    }
    if (kind === 'missing' && body?.required?.length) {
      const name = random.pick(body.required);
      if (!fair.body || !(name in fair.body)) continue;
      const rest = Object.entries(fair.body).filter(([key]) => key !== name);
      fair = { ...fair, body: Object.fromEntries(rest) };
      for (const key of trials.keys()) if (key === `body ${name}`) trials.delete(key);
      faults.push(`no ${name}`);
    }
    if (kind === 'unknown' && fair.body) {
      extra = { [random.pick(['colour', 'Name', 'account_id', 'created_by'])]: random.pick([1, null, 'x', []]) };
      faults.push(`unknown ${Object.keys(extra).join()}`);
    }
    if (kind === 'parameter' && !isUpload) {
      suffix = random.pick(['colour=1', 'account_id=x', '__proto__=1', 'limit[]=5', '%00=1']);
      faults.push(`parameter ${suffix}`);
    }
    if (kind === 'type' && fair.body && !operation.path.endsWith('/oauth/token')) {
      headers = { 'Content-Type': random.pick(wrongTypes) };
      faults.push(headers['Content-Type']!);
    }
    if (kind === 'method') {
      const other = random.pick(unlike[method] ?? []);
      if (!other || operationOf(other, fair.url)) continue;
      method = other;
      faults.push(other);
    }
    if (kind === 'json' && fair.body && !isUpload) {
      isCut = true;
      faults.push('cut JSON');
    }
  }
  const kept = [...trials.values()];
  const sent = withTrials(
    { ...fair, method, ...(fair.body ? { body: { ...fair.body, ...extra } } : {}) },
    operation,
    kept,
  );
  const url = suffix ? `${sent.url}${sent.url.includes('?') ? '&' : '?'}${suffix}` : sent.url;
  // A head has 16 KiB at most, and what is larger never becomes a request of an operation.
  if (Buffer.byteLength(url) > 15_000) return plan();
  const text = isCut ? sent.body?.slice(0, -1) : sent.body;
  return { operation, caller, headers, faults, sent: { method, url, body: text } };
}

/** Of an answer that tells what only the program's files and its database know. */
const leak =
  /\bat \S+ \(|:\d+:\d+\)|node_modules|QueryFailed|TypeORM|\bpg\b|relation "|column "|violates|\.[tj]s\b|\/src\/|stack/i;

/** What may be against a request that is right by its schema: rules between fields, and the state of what it is about. */
const excuses: readonly [path: RegExp, outcome: RegExp, reason: string][] = [
  [/auth|oauth.token|password/, /^(40[013]|429)/, 'a password or token is wrong, unfit or used, an address is taken'],
  [/imports/, /^400 imports\.invalid_request$/, 'the import is in another state'],
  [
    /custom-fields/,
    /^400 custom_fields\.(invalid_request|options_required)$/,
    'options are for enums, a label is taken, there are enough',
  ],
  [/activities/, /^400 activities\.(invalid_metadata|entity_required)$/, 'metadata of another type, no link left'],
  [/projects/, /^400 projects\.invalid_request$/, 'it would end before it begins'],
  [/projects/, /^400 projects\.invalid_assigned_to$/, 'the user is deactivated by now'],
  [/projects/, /^404 projects\.not_found$/, 'the contact is no longer in the project'],
  [/upsert/, /^400 \w+\.ambiguous_match$/, 'other requests have made records with the value'],
  [/contacts/, /^400 contacts\.invalid_source_id$/, 'the source is archived by now'],
  [/-(update|delete)$|\}$/, /^400 \w+\.edit_conflict$/, 'the version is not the present one'],
  [/webhooks/, /^400 webhooks\.invalid_request$/, 'the delivery is in another state, there are enough endpoints'],
  [/oauth-apps/, /^400 oauth_apps\.invalid_request$/, 'the app is revoked'],
  [/replay$/, /^429/, 'replays wait for each other'],
  [/users/, /^400 users\.last_owner$/, 'there must be an owner'],
];

function outcomeOf({ status, body }: Answer<unknown>): string {
  const { error, code } = body as { error?: string | { code: string }; code?: string };
  return status === 200 ? '200' : `${status} ${typeof error === 'object' ? error.code : code}`;
}

/** @returns what is wrong with the answer, if anything is. */
function faultOf({ operation, caller, faults }: Planned, answer: Answer<unknown>): string | undefined {
  const outcome = outcomeOf(answer);
  if (answer.status !== 200) {
    const told = JSON.stringify((answer.body as { error: unknown }).error);
    if (leak.test(told)) return `tells too much: ${told}`;
  }
  const excused = excuses.some(([path, pattern]) => path.test(operation.path) && pattern.test(outcome));
  if (answer.status >= 500 || (answer.status === 429 && !excused)) return outcome;
  if (faults.length > 0) return answer.status === 200 ? outcome : undefined;
  if (caller === 'nobody' && !operation.isPublic) return outcome === '401 auth.required' ? undefined : outcome;
  if (caller === 'app' && !operation.isPublic && !operation.isForApps) {
    return outcome === '403 auth.forbidden' ? undefined : outcome;
  }
  if (caller === 'member' && outcome === '403 auth.forbidden') return undefined;
  return answer.status === 200 || excused ? undefined : outcome;
}

const limited = pLimit(8);
const results = { right: 0, taken: 0, wrong: 0 };
const ends = /\/auth\/(logout|change-password)|auth-logout|users-change-password/;

async function send(planned: Planned, failures: string[]): Promise<void> {
  const { operation, caller, sent, headers, faults } = planned;
  const client = ends.test(operation.path) && caller !== 'nobody' ? leaver : clients[caller];
  // The leaver is a member, and may have left.
  const seen: Planned = client === leaver ? { ...planned, caller: 'member' } : planned;
  const { method, url, body } = sent;
  const upload: Headers = operation.path.endsWith('/upload') ? { 'Content-Type': 'application/octet-stream' } : {};
  const answer = await client.sendTo(method, url, body, { ...upload, ...headers }).catch((error: Error) => error);
  const fault = answer instanceof Error ? answer.message : faultOf(seen, answer);
  if (fault)
    failures.push(`${caller} ${method} ${url.slice(0, 200)} ${body?.slice(0, 300)} [${faults.join('; ')}] → ${fault}`);
  if (faults.length > 0) results.wrong++;
  else results.right++;
  if (faults.length === 0 && !(answer instanceof Error) && answer.status === 200) results.taken++;
}

const timeoutMs = 120_000 + count * 200;
it(
  `${count} requests`,
  async () => {
    const failures: string[] = [];
    const start = process.hrtime.bigint();
    for (let sent = 0; sent < count; sent += 100) {
      const round: Planned[] = [];
      while (round.length < Math.min(100, count - sent)) round.push(await plan());
      const wrong = round.filter(({ faults }) => faults.length > 0);
      await Promise.all(
        round.filter((each) => !wrong.includes(each)).map((each) => limited(() => send(each, failures))),
      );
      const before = await digestsOf(program);
      await Promise.all(wrong.map((each) => limited(() => send(each, failures))));
      const after = await digestsOf(program);
      const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
      if (changed.length > 0) {
        failures.push(`Requests ${sent} to ${sent + round.length}: what was refused changed ${changed.join()}`);
      }
    }
    const seconds = Number((process.hrtime.bigint() - start) / 1_000_000n) / 1_000;
    process.stdout.write(`${JSON.stringify(results)}, ${Math.round(count / seconds)} a second\n`);
    expect(failures).toEqual([]);
    measured('requests', { seed: random.seed, requests: count, ...results, 'outside the contract': 0 });
    // Most of what is right is taken, or nothing of the rest would be shown.
    expect(results.taken).toBeGreaterThan(results.right / 2);
  },
  timeoutMs,
);

it('what was deleted is not found, by any door, and cannot be deleted again', async () => {
  expect(gone.length).toBeGreaterThan(0);
  const deleted = gone.filter(({ context }) => context !== 'oauth-apps');
  const failures: string[] = [];
  await Promise.all(
    deleted.map(({ context, id }) =>
      limited(async () => {
        const first = await fixtures.as.delete(`/${context}/${id}`);
        const again = await Promise.all([
          fixtures.as.get(`/${context}/${id}`),
          fixtures.as.patch(`/${context}/${id}`, {}),
          fixtures.as.delete(`/${context}/${id}`),
        ]);
        const told = [...again.map(outcomeOf), ...(first.status === 200 ? [] : [outcomeOf(first)])];
        if (told.some((each) => !/^404 \w+\.not_found$/.test(each)))
          failures.push(`${context} ${id}: ${told.join(', ')}`);
      }),
    ),
  );
  expect(failures).toEqual([]);
});

it('no failure of the program is in the log', () => {
  expect(program.log.filter((line) => /error|fatal/.test((JSON.parse(line) as { level: string }).level))).toEqual([]);
});
