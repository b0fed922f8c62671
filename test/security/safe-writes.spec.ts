import { randomBytes, randomUUID } from 'node:crypto';
import { newEmail, startApp, type TestApp } from '../support/app';
import type { Answer, Client } from '../support/client';
import { allOperations } from '../support/document';
import { type Receiver, startReceiver, trustTestCertificates } from '../support/receiver';
import { digestsOfAccount } from '../support/snapshot';
import { type Account, fillAccount } from './account';
import { callersOf, type Case, cases, inTurn, ownIds, type Request, send } from './requests';

/**
 * Every write of both doors: with a key it takes effect once, and where it can be tried out, nothing is left of that. Generated
 * from the documents, so that a route of a later day is among them.
 */
const environment = { WEBHOOK_ALLOWED_HOSTS: 'localhost' };
let receiver: Receiver;
let account: Account;
let program: TestApp;

beforeAll(async () => {
  trustTestCertificates();
  receiver = await startReceiver();
  // Workers make some of the records, and then nobody else changes anything.
  const filling = await startApp({ ...environment, WORKERS: 'on' });
  account = await fillAccount(filling, receiver.url, `safe${randomBytes(6).toString('hex')}`);
  await filling.deliver();
  await filling.close();
  program = await startApp(environment);
  program.clock.freeze();
});
afterAll(async () => {
  await program.close();
  await receiver.close();
});

const documented = ({ method, path }: Case) =>
  allOperations.find((each) => each.method === method && each.path === path)!;
const takesDryRun = (each: Case) => {
  const { parameters, bodies } = documented(each);
  return (
    parameters.some(({ name }) => name === 'dry_run') || bodies.some(({ properties = {} }) => 'dry_run' in properties)
  );
};
const writes = inTurn(cases.filter(({ isRead }) => !isRead));
const safe = writes.filter((each) => documented(each).takesKey);

function clientOf(each: Case): Client {
  const { access_token } = account.owner;
  expect(callersOf(each)).toContain('owner');
  return program.client.as({ access_token });
}

/** The other door has made one with the name that the table says. */
function unlikeOthers(request: Request): Request {
  const { email, label } = (request.body ?? {}) as { email?: string; label?: string };
  const own = { ...(email && { email: newEmail() }), ...(label && { label: randomUUID() }) };
  return Object.keys(own).length > 0 ? { ...request, body: { ...(request.body as object), ...own } } : request;
}

/** The same request as a dry run. */
function tried({ door, path }: Case, request: Request): Request {
  if (door === 1 || path.endsWith('/bulk')) return { ...request, body: { ...(request.body as object), dry_run: true } };
  return { ...request, url: `${request.url}?dry_run=true` };
}

/** An import has a field of this name, which means something else. */
const hasDryRun = (each: Case) => takesDryRun(each) && !/imports/.test(each.path);
const digests = () => digestsOfAccount(program, account.id);
const replayed = ({ headers }: Answer<unknown>) => headers['idempotency-replayed'];

it('writes that take no key are those that make or end sessions, and the file of an import', () => {
  const names = writes.filter((each) => !documented(each).takesKey).map(({ name }) => name);
  expect(names.filter((name) => !/\/auth|\/oauth[/-]token|\/users-(change|forgot|reset)-password/.test(name))).toEqual([
    'PUT /api/v1/imports/{id}/upload',
  ]);
});

it('all writes of records can be tried out, by both doors', () => {
  const records = /\/(v1\/)?(contacts|companies|projects|activities|sources|custom-fields)/;
  const expected = writes.filter(({ path }) => records.test(path)).map(({ name }) => name);
  expect(expected.length).toBeGreaterThan(40);
  expect(writes.filter(hasDryRun).map(({ name }) => name)).toEqual(expected);
});

interface Written {
  readonly outcome?: string;
  readonly record?: object;
  readonly results?: readonly Written[];
}

/** What a dry run answers: a record that was made has no id there. */
function asTriedOut({ name }: Case, result: Written): object {
  if (/create$|^POST \/api\/v1\/[\w-]+$/.test(name)) return { ...result, id: null };
  const withoutId = (written: Written) =>
    written.outcome === 'created' ? { ...written, record: { ...written.record, id: null } } : written;
  return result.results ? { ...result, results: result.results.map(withoutId) } : withoutId(result);
}

describe.each(safe)('$name', (each) => {
  it('takes effect once with a key, and leaves nothing when it is tried out', async () => {
    const client = clientOf(each);
    const request = unlikeOthers(each.request(ownIds(each, account), account));
    const before = await digests();
    let tryOut: Answer<object> | undefined;
    if (hasDryRun(each)) {
      tryOut = await send<object>(client, tried(each, request));
      expect([tryOut.status, tryOut.headers['dry-run']]).toEqual([200, 'true']);
      expect(await digests()).toEqual(before);
    }

    const key = randomUUID();
    const keyed = client.with({ 'Idempotency-Key': key });
    const first = await send<object>(keyed, request);
    expect([first.status, replayed(first), first.headers['dry-run']]).toEqual([200, undefined, undefined]);
    if (tryOut) expect(tryOut.result).toEqual(asTriedOut(each, first.result));

    const after = await digests();
    expect(after).not.toEqual(before);
    const second = await send<object>(keyed, request);
    expect([second.status, second.body, replayed(second)]).toEqual([200, first.body, 'true']);
    expect(second.headers.etag).toBe(first.headers.etag);
    expect(await digests()).toEqual(after);
  });
});
