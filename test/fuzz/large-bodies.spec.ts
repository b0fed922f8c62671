import { maxPieces } from '../../src/platform/server/read-body';
import { allocatedDuring } from '../support/allocated';
import { startApp, type TestApp } from '../support/app';
import type { Answer } from '../support/client';
import { allOperations, type Operation } from '../support/document';
import {
  fairRequest,
  type Fixtures,
  isUnreadable,
  makeFixtures,
  nameOf,
  type Place,
  placesOf,
  type Verdict,
  verdictOn,
} from '../support/inputs';
import { lumps, shapes } from '../support/large-bodies.cjs';
import { measured } from '../support/measured';
import { randomOf } from '../support/random';
import { call, outcomeOf } from '../support/raw';
import { digestsOf } from '../support/snapshot';

/**
 * Large values at every place of every operation: each answer is the documented one and small, nothing changes, and no work
 * grows faster than the request. Work is counted in bytes of memory that are allocated. `npm run bench -- bodies` measures times.
 *
 * LARGE_BODIES=all tries every value at every place, else a sample, of which LARGE_BODIES_SEED repeats an earlier one.
 */
const share = process.env.LARGE_BODIES === 'all' ? 1 : 1 / 60;
const random = randomOf('LARGE_BODIES_SEED');

/** The third is nearly as many as a body may have, the fourth are too many. */
const counts = [1_000, 10_000, 14_000, 100_000];
/** docs/contract.md, sections 1.8 and 1.9. */
const maxValuesOf = ({ path }: Operation) => (isBulk(path) ? 150_000 : 15_000);
const isBulk = (path: string) => /[/-]bulk$/.test(path);
/**
 * A key with its value takes about 200 bytes in V8, and is sent in ten; a list in a list takes 64, and is sent in two. The rest
 * is for the test's own client.
 */
const allowed = (bytes: number, path = '') => 40 * bytes + 3_000_000 + (isBulk(path) ? forItems : 0);
/** Each item of a bulk has a place in the answer, and an error if it is refused. */
const forItems = 1_000 * 4_000;

interface Trial {
  /** Null: beside the known fields of the body. */
  readonly place: Place | null;
  readonly name: string;
  readonly text: string;
}

const titleOf = ({ method, path }: Operation) => `${method} ${path}`;
const isMany = ({ schema: { type, properties, anyOf } }: Place) =>
  [type].flat().some((each) => each === 'array' || each === 'object') || Boolean(properties ?? anyOf);

/** Every fault that was known: one long key over many, very many keys, and as many that are unknown. */
const isAlways = (place: Place | null, name: string) =>
  place ? place.keys[0] === 'custom_fields' && /^45000 (keys|a long key over many)$/.test(name) : name === '10000 keys';

function trialsOf(operation: Operation, places: readonly Place[]): Trial[] {
  const whole = places.filter(({ where, keys }) => where === 'body' && keys.length === 1);
  const large = Object.entries(shapes).flatMap(([shape, make]) =>
    counts.flatMap((count) => {
      const name = `${count} ${shape}`;
      return [null, ...whole.filter(isMany)]
        .filter((place) => random.chance(share) || isAlways(place, name))
        .map((place) => ({ place, name, text: make(count) }));
    }),
  );
  const long = Object.entries(lumps).flatMap(([name, text]) =>
    [null, ...whole].filter(() => random.chance(share)).map((place) => ({ place, name, text })),
  );
  const isWritten = operation.method !== 'GET' && !operation.path.endsWith('/upload');
  return isWritten ? [...large, ...long] : [];
}

let program: TestApp;
let fixtures: Fixtures;
let places: Place[];
let headers: Record<string, string>;
let sent = 0;
let most = { work: 0, answer: 0 };

beforeAll(async () => {
  program = await startApp({ LOG_LEVEL: 'warn' });
  // However long it takes, the tokens stay good.
  program.clock.freeze();
  fixtures = await makeFixtures(program);
  places = allOperations.flatMap((operation) => placesOf(operation, fixtures));
  headers = { authorization: `Bearer ${fixtures.owner.access_token}` };
});
afterAll(async () => {
  const { work, answer } = most;
  process.stdout.write(
    `${sent} requests; at most ${work.toFixed(1)} × the body allocated, ${answer} bytes of answer\n`,
  );
  measured('large bodies', { seed: random.seed, requests: sent, work: Number(work.toFixed(1)), answer });
  await program.close();
});

/** The body with the value. Not every value survives JSON.stringify. */
function bodyOf(operation: Operation, { place, text }: Trial): string {
  const { body = {} } = fairRequest(operation, fixtures, place?.body);
  const mark = 'the value';
  const isObject = text.startsWith('{');
  if (place) return JSON.stringify({ ...body, [place.keys[0]]: mark }).replace(`"${mark}"`, () => text);
  const [whole, inner] = [
    JSON.stringify({ ...body, unknown: mark }),
    isObject ? text.slice(1, -1) : `"unknown":${text}`,
  ];
  return whole.replace(`"unknown":"${mark}"`, () => inner);
}

const partsOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, each) => sum + 1 + partsOf(each), 0)
    : 0;

function verdictOf(operation: Operation, { place }: Trial, body: string): Verdict {
  const whole = JSON.parse(body) as Record<string, unknown>;
  if (partsOf(whole) > maxValuesOf(operation) || isUnreadable(whole, 1)) return 'unreadable';
  return place ? verdictOn(place, whole[place.keys[0]], fixtures.ids) : 'bad';
}

/** @returns what is wrong with the answer, if anything is. */
function faultOf({ place }: Trial, verdict: Verdict, answer: Answer<unknown>): string | undefined {
  const { status } = answer;
  if (status === 200) return verdict === 'good' || verdict === 'open' ? undefined : '200';
  const { code, details = [] } = answer.error;
  const told = `${status} ${code} ${details[0]?.field.slice(0, 50)}`;
  const long = details.find(({ field, message }) => field.length > 130 || message.length > 400);
  if (long) return `${told}: a long detail: ${long.field.slice(0, 200)}`;
  if (details.length > 250) return `${told}: ${details.length} details`;
  if (verdict === 'good') return /^4(00|01|03)/.test(told) ? undefined : told;
  if (verdict === 'unreadable') return /^400 \w+\.invalid_request body$/.test(told) ? undefined : told;
  if (!place) return /^400 \w+\.invalid_request /.test(told) ? undefined : told;
  if (verdict === 'absent') return /^40[04] /.test(told) ? undefined : told;
  const codes = [...place.codes, ...(place.schema['x-error-codes'] ?? [])];
  const isRight = codes.includes(code) || /\.invalid_request$/.test(code) || (place.isId && /\.invalid_id$/.test(code));
  const isNamed = verdict === 'open' || details.some(({ field }) => field.startsWith(place.keys[0]));
  return status === 400 && isRight && isNamed ? undefined : told;
}

async function judged(operation: Operation, trial: Trial): Promise<string[]> {
  const { method, url } = fairRequest(operation, fixtures, trial.place?.body);
  const body = bodyOf(operation, trial);
  let answer: Answer<unknown> | undefined;
  const length = Buffer.byteLength(body);
  let allocated = Infinity;
  // What else the process does counts too, at times. Of three measurements the least tells what the request takes.
  for (let attempt = 1; attempt <= 3 && allocated > allowed(length, operation.path); attempt++) {
    let latest: Answer<unknown> | undefined;
    const measured = await allocatedDuring(async () => {
      latest = await fixtures.as.sendTo(method, url, body);
    });
    answer ??= latest;
    allocated = Math.min(allocated, measured);
  }
  sent++;
  const answerLength = JSON.stringify(answer!.body).length;
  most = {
    work: Math.max(most.work, length > 100_000 ? allocated / length : 0),
    answer: Math.max(most.answer, answerLength),
  };
  const fault = faultOf(trial, verdictOf(operation, trial, body), answer!);
  return [
    ...(fault ? [fault] : []),
    ...(allocated > allowed(length, operation.path) ? [`${(allocated / 1e6).toFixed(1)} MB are allocated`] : []),
    ...(answer!.status !== 200 && answerLength > 100_000 ? [`an answer of ${answerLength} bytes`] : []),
  ].map((each) => `${trial.place ? nameOf(trial.place) : 'the body'} = ${trial.name} (${length} bytes): ${each}`);
}

const withBodies = allOperations.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/upload'));

describe('the documented answer, small, for work in proportion, and nothing changes', () => {
  it.each(withBodies.map((operation) => [titleOf(operation), operation] as const))('%s', async (_, operation) => {
    const trials = trialsOf(
      operation,
      places.filter((place) => place.operation === operation),
    );
    const isOpen = (trial: Trial) => /good|open/.test(verdictOf(operation, trial, bodyOf(operation, trial)));
    const faults: string[] = [];
    const before = await digestsOf(program);
    for (const trial of trials.filter((each) => !isOpen(each))) faults.push(...(await judged(operation, trial)));
    expect(await digestsOf(program)).toEqual(before);
    for (const trial of trials.filter(isOpen)) faults.push(...(await judged(operation, trial)));
    expect(faults).toEqual([]);
  });
});

describe('heads of 15 KB', () => {
  const filled = (part: (index: number) => string) => {
    let text = '';
    for (let index = 0; text.length < 15_000; index++) text += part(index);
    return text;
  };
  const queries: Record<string, (name: string) => string> = {
    'one parameter again and again': (name) => filled(() => `&${name}=a`),
    'one long parameter': (name) => `&${name}=${'a'.repeat(15_000)}`,
    'many unknown parameters': () => filled((index) => `&k${index}`),
    'many parameters of nothing': () => '&'.repeat(15_000),
    'a parameter with many keys': (name) => filled((index) => `&${name}[k${index}]=1`),
    'broken escapes': (name) => `&${name}=${'%ED%A0%80'.repeat(1_600)}`,
    'many broken parameters': () => filled((index) => `&%ff${index}`),
    'escapes of letters': (name) => `&${name}=${'%61'.repeat(5_000)}`,
    brackets: (name) => `&${name}${'['.repeat(15_000)}`,
  };
  const lists = allOperations.filter(({ method, path }) => method === 'GET' && !/\{|errors$/.test(path));

  /** All of them are measured together, because a measurement takes a third of a second. */
  const expectBounded = async (asks: (() => ReturnType<typeof call>)[], outcomes: RegExp) => {
    const answers: Awaited<ReturnType<typeof call>>[] = [];
    const allocated = await allocatedDuring(async () => {
      for (const ask of asks) answers.push(await ask());
    });
    for (const answer of answers) {
      expect(answer.text.length).toBeLessThan(60_000);
      expect(outcomeOf(answer)).toMatch(outcomes);
    }
    expect(allocated / asks.length).toBeLessThan(allowed(16_000));
  };

  it.each(lists.map((operation) => [titleOf(operation), operation] as const))('%s', async (_, { path, parameters }) => {
    const names = ['unknown', ...parameters.map(({ name }) => name).filter(() => random.chance(1 / 2))];
    const urls = names.flatMap((name) => Object.values(queries).map((query) => `${path}?${query(name).slice(1)}`));
    const asks = urls.map((url) => () => call(program.url, 'GET', url, { headers }));
    await expectBounded(asks, /^(200|400 \w+\.invalid_\w+)$/);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a long token', { authorization: `Bearer ${'a'.repeat(15_000)}` }, /^401 auth\.invalid_token$/],
    ['a token of many parts', { authorization: `Bearer ${'a.'.repeat(7_500)}` }, /^401 auth\.invalid_token$/],
    ['many spaces', { authorization: `Bearer ${' '.repeat(15_000)}a b` }, /^401 auth\.invalid_token$/],
    ['a long type', { 'content-type': `application/json${';a=b'.repeat(3_700)}` }, /^(200|401 auth\.required)$/],
    ['many charsets', { 'content-type': `text/plain${'; charset '.repeat(1_500)}` }, /^(200|401 auth\.required)$/],
  ])('%s', (_, given, outcomes) =>
    expectBounded([() => call(program.url, 'GET', '/api/v1/contacts', { headers: given })], outcomes),
  );

  it('a long id and very many segments', async () => {
    const ids = [`/api/v1/contacts/${'x'.repeat(15_000)}`, `/api/v1/contacts/${'%61'.repeat(5_000)}`];
    for (const path of ids) {
      await expectBounded([() => call(program.url, 'GET', path, { headers })], /^400 contacts\.invalid_id$/);
    }
    await expectBounded([() => call(program.url, 'GET', `/api/v1${'/x'.repeat(7_500)}`, { headers })], /^404/);
  });
});

describe('a body in chunks of one byte', () => {
  const inChunks = (bytes: string) =>
    call(program.url, 'POST', '/api/v1/sources', {
      headers: { ...headers, 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
      chunks: bytes.split(''),
    });

  it('is read, up to a number of chunks', async () => {
    const name = `Fair${' '.repeat(maxPieces - '{"name":"Fair"}'.length)}`;
    expect(outcomeOf(await inChunks(`{"name":"${name}"}`))).toBe('200');
    expect(outcomeOf(await inChunks(`{"name":"${name} "}`))).toBe('400 sources.invalid_request');
  });
});

it('no failure of the program is in the log', () => {
  expect(program.log.filter((line) => /error|fatal/.test((JSON.parse(line) as { level: string }).level))).toEqual([]);
});
