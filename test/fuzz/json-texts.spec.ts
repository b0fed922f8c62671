import pLimit from 'p-limit';
import type { SourceView } from '../../src/contexts/sources/source.view';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import {
  badBytes,
  badJson,
  fair,
  mebibyte,
  nested,
  notObjects,
  oddBodies,
  padded,
  prototypeKeys,
  wrongTypes,
} from '../support/bad-json';
import { call, outcomeOf } from '../support/raw';
import { measured } from '../support/measured';
import { digestsOf } from '../support/snapshot';

/** The classes of the public suites of JSON texts, each text sent to routes with and without a token, and to an operation. */

const { program, ada, client } = useApi({ accountFor: 'all tests' });
let source: SourceView;
let numberField: string;
beforeAll(async () => {
  source = (await client.post<SourceView>('/sources', { name: 'Kept' })).result;
  const definition = { entity_type: 'company', label: 'Size', field_type: 'number' };
  numberField = (await client.post<{ id: string }>('/custom-fields', definition)).result.id;
});
afterAll(() => measured('JSON texts', { routes: targets().length, 'texts refused at each': texts.size }));

type Text = string | Buffer | undefined;
interface Target {
  readonly method: string;
  readonly path: string;
  readonly refusal: string;
  /** What becomes of a body that is not there, if it is not that. */
  readonly absent?: string;
  /** Makes a whole request of the text, so that whoever reads it would not refuse it for its fields. */
  readonly complete: (text: string) => string;
}
const targets = (): Target[] => [
  { method: 'POST', path: '/api/v1/sources', refusal: '400 sources.invalid_request', complete: (text) => text },
  {
    ...{ method: 'PATCH', path: `/api/v1/sources/${source.id}`, refusal: '400 sources.invalid_request' },
    complete: (text) => text,
  },
  {
    ...{ method: 'POST', path: '/api/v1/auth/register', refusal: '400 auth.invalid_request' },
    complete: (text) => text.replace('"name":', `"email":"${newEmail()}","password":"${password}","name":`),
  },
  {
    ...{ method: 'POST', path: '/api/v1/auth/login', refusal: '400 auth.invalid_request' },
    complete: (text) => text.replace('"name":', `"email":"${ada.user.email}","password":`),
  },
  {
    ...{ method: 'POST', path: '/api/contacts-create', refusal: '400 contacts.invalid_request' },
    absent: '400 contacts.first_name_required',
    complete: (text) => text.replace('"name":', '"first_name":'),
  },
];

/** What was to be refused so far. */
const texts = new Set<Text>();
const limited = pLimit(8);
const json = { 'Content-Type': 'application/json' };

/** Sends each text to each target, and tells which were not refused as they should be. */
async function expectRefused(given: readonly (readonly [string, Text])[], headers: Record<string, string> = json) {
  const before = await digestsOf(program);
  const wrong: string[] = [];
  for (const [, text] of given) texts.add(text);
  const sent = given.flatMap(([name, text]) =>
    targets().map((target) =>
      limited(async () => {
        const { method, path, refusal, absent = refusal, complete } = target;
        const body = typeof text === 'string' ? complete(text) : text;
        const authorization = `Bearer ${ada.access_token}`;
        const outcome = outcomeOf(
          await call(program.url, method, path, { headers: { authorization, ...headers }, body }),
        );
        if (outcome !== (text ? refusal : absent)) wrong.push(`${method} ${path} ${name.slice(0, 100)} → ${outcome}`);
      }),
    ),
  );
  await Promise.all(sent);
  expect(wrong).toEqual([]);
  expect(await digestsOf(program)).toEqual(before);
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Every beginning of a text that ends where a whole one does. */
const whole = '{"name":"F\\u0061ir","tags":["a",-1.5e+3,true,null,{}]}';
const beginnings = Array.from({ length: whole.length - 1 }, (_, index) => whole.slice(0, index + 1));
/** Control characters must be written as escapes. */
const controls = Array.from({ length: 32 }, (_, code) => `{"name":"Fa${String.fromCharCode(code)}ir"}`);
/** JSON knows four kinds of white space. */
const spaces = [
  '\v',
  '\f',
  '\u0000',
  '\u001f',
  '\u0085',
  '\u00a0',
  '\u1680',
  '\u2003',
  '\u2028',
  '\u202f',
  '\u205f',
  '\u3000',
];
const named = (texts: readonly string[]) => texts.map((text) => [JSON.stringify(text), text] as const);

const malformed: Record<string, readonly (readonly [string, string])[]> = {
  'structure, numbers, words, strings, escapes, comments, garbage': badJson,
  'beginnings of a text': named(beginnings),
  'raw control characters in a string': named(controls),
  'white space that JSON does not know': named(
    spaces.flatMap((space) => [`${space}${fair}`, `{"name":${space}"Fair"}`, `${fair}${space}`]),
  ),
};

describe('must be refused, and stores nothing', () => {
  it.each(Object.entries(malformed))('%s', async (_, texts) => {
    for (const [, text] of texts) expect([text, isJson(Buffer.from(text))]).toEqual([text, false]);
    await expectRefused(texts);
  });

  it('encodings that are not UTF-8', async () => {
    for (const [name, bytes] of badBytes) expect([name, isJson(bytes)]).toEqual([name, false]);
    await expectRefused(badBytes);
  });

  it('values that are no object', async () => {
    for (const text of notObjects) expect([text, isJson(Buffer.from(text))]).toEqual([text, true]);
    await expectRefused(named(notObjects));
  });

  it('keys that could reach a prototype', () => expectRefused(named(prototypeKeys)));
  it('too large, too deep, absent, NUL and lone surrogates, odd keys', () => expectRefused(oddBodies));
  it.each(wrongTypes)('the content type %j', (type) => expectRefused([['fair', fair]], { 'Content-Type': type }));
  it('no content type', () => expectRefused([['fair', fair]], {}));
});

const readable: readonly (readonly [text: string, name: string])[] = [
  [fair, 'Fair'],
  [` \t\r\n${fair}\n\r\t `, 'Fair'],
  ['{ "name" \n:\t"Fair"\r}', 'Fair'],
  ['\ufeff{"name":"Fair"}', 'Fair'],
  ['{"name":"a","name":"b"}', 'b'],
  ['{"name":{},"name":"b"}', 'b'],
  ['{"n\\u0061me":"Fair"}', 'Fair'],
  ['{"name":"\\u0060\\u012a\\u12AB"}', '`Īካ'],
  ['{"name":"\\ud801\\udc37"}', '𐐷'],
  ['{"name":"\\uD83D\\ude39\\ud83d\\uDC8D"}', '😹💍'],
  ['{"name":"\\"\\\\\\/\\b\\f\\n\\r\\tx"}', '"\\/\b\f\n\r\tx'],
  ['{"name":"a/*b*/c/*d//e"}', 'a/*b*/c/*d//e'],
  ['{"name":"\\\\a"}', '\\a'],
  ['{"name":"\\\\u0000"}', '\\u0000'],
  ['{"name":"\\uDBFF\\uDFFF"}', '\u{10ffff}'],
  ['{"name":"\u{10ffff}\uffff\ufdd0"}', '\u{10ffff}\uffff\ufdd0'],
  ['{"name":"\x7f"}', '\x7f'],
  ['{"name":"π⍂㈴€𝄞"}', 'π⍂㈴€𝄞'],
  ['{"name":"a\u2028b\u2029c"}', 'a\u2028b\u2029c'],
  ['{"name":"\\u002c\\u0022"}', ',"'],
  ['{"name":"\\u0001"}', '\u0001'],
  ['{"name":"\\u200B"}', '\u200b'],
  ['{"name":"[]{}:,"}', '[]{}:,'],
  ['{"name":"__proto__"}', '__proto__'],
  ['{"name":"constructor"}', 'constructor'],
  [padded(mebibyte), 'Fair'],
];

describe('must be read', () => {
  it.each(readable.map(([text, name]) => [JSON.stringify(text).slice(0, 60), text, name] as const))(
    '%s',
    async (_, text, name) => {
      const answers = await Promise.all([
        client.post<SourceView>('/sources', text),
        client.call<SourceView>('sources-create', text),
        client.patch<SourceView>(`/sources/${source.id}`, text),
        client.patch<SourceView>('/auth/me', text),
      ]);
      expect(answers.map(({ result }) => result.name)).toEqual([name, name, name, name]);
    },
  );

  it.each(
    '0 -0 1 -1 0.5 0e1 0e+1 1E22 1e22 1E+2 1E-2 1e2 1e-2 20e1 -123 123.456e78 123.456789 1e-400 1.7976931348623157e308 5e-324 -0.000000000000000000000000000000000000000000000000000000000000001 0.1000000000000000055511151231257827021181583404541015625 9007199254740993'.split(
      ' ',
    ),
  )('the number %s', async (text) => {
    const { result } = await client.post<{ custom_fields: Record<string, number> }>(
      '/companies',
      `{"name":"Acme","custom_fields":{"${numberField}":${text}}}`,
    );
    expect(result.custom_fields[numberField]).toBe(Number(text) + 0);
  });

  it('true, false, null, lists and objects', async () => {
    const { result } = await client.post<object>(
      '/projects',
      '{"name":"Launch","is_retainer":true,"company_id":null,"tags":["a" , "b"\n],"custom_fields":{ }}',
    );
    expect(result).toMatchObject({ is_retainer: true, company_id: null, tags: ['a', 'b'], custom_fields: {} });
  });

  it('32 levels, to be refused for their field only', async () => {
    const { error } = await client.post('/sources', nested(32));
    expect([error.code, error.details?.map(({ field }) => field)]).toEqual(['sources.invalid_request', ['name']]);
  });
});
