import fc from 'fast-check';
import { parseJsonBody } from './json-body';

const limits = { bytes: 8 * 1024 * 1024, values: 150_000, list: 'items' };

function read(text: string): { readonly value: object | undefined; readonly steps: number } {
  const parsing = parseJsonBody(Buffer.from(text), limits);
  for (let steps = 1; ; steps++) {
    const { done, value } = parsing.next();
    if (done) return { value, steps };
  }
}

/** As text, because the order of the keys counts too. */
function outcomeOf(text: string): string {
  try {
    return JSON.stringify(read(text).value);
  } catch (error) {
    return (error as Error).message;
  }
}

function expectedOf(text: string): string {
  if (text === '') return JSON.stringify(undefined);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'The body is not valid JSON.';
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? JSON.stringify(value) : 'The body must be a JSON object.';
}

function expectAsParsed(given: string): void {
  // Halves of characters do not survive.
  const text = Buffer.from(given).toString();
  expect([text, outcomeOf(text)]).toEqual([text, expectedOf(text)]);
}

/** More values than are parsed in one step. */
const big = `[${'0,'.repeat(5_000)}"🌊"]`;
const small = String.raw` {"a" : [1,"items"], "\u0069tems" :[ {"items":[2,{}]} , "x,]\"" ,[] ] , "items" : [ 1 , {},~,~, 3 ], "z":{"items":[3]}} `;
/** Two of them, because a body may have so many values beside its list. */
const filled = (text: string) =>
  text
    .replace('~', () => big)
    .replace('~', () => big)
    .replaceAll('~', '0');

describe('a body with a list that is read in steps is read as JSON.parse reads it', () => {
  it('cut off at every byte, without any byte, and with any byte replaced', () => {
    expectAsParsed(filled(small));
    for (const [at, letter] of [...small].entries()) {
      const [before, after] = [small.slice(0, at), small.slice(at + 1)];
      expectAsParsed(filled(before));
      expectAsParsed(filled(before + after));
      for (const other of '"[]{},: \\~0') if (other !== letter) expectAsParsed(filled(before + other + after));
    }
  });

  const blank = fc.constantFrom('', '', ' ', '\n\t', '\r');
  const spaced = (text: string) => fc.tuple(blank, blank).map(([before, after]) => `${before}${text}${after}`);
  const key = fc.constantFrom('"items"', '"items"', '"it\\u0065ms"', '"Items"', '"items "', '"a"', '""');
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc
      .oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom('1', '-0.5e3', 'null', '"items"', '"a,]}\\"["', '"\\ud800"', '"é🌊"', '[]', '{ }', '~'),
        fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join()}]`),
        fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map(objectOf),
      )
      .chain(spaced),
  }));
  function objectOf(pairs: readonly (readonly [string, string])[]): string {
    return `{${pairs.map(([name, of]) => `${name}:${of}`).join()}}`;
  }
  const list = fc.array(value, { maxLength: 6 }).chain((items) => spaced(`[${items.join()}]`));
  const body = fc
    .array(fc.tuple(key.chain(spaced), fc.oneof(list, value)), { minLength: 1, maxLength: 4 })
    .map(objectOf)
    .chain(spaced);

  it('whatever it has', () => {
    fc.assert(
      fc.property(body, (text) => expectAsParsed(filled(text))),
      { numRuns: 1_000 },
    );
  });

  it('however it is broken', () => {
    const splice = fc.tuple(
      fc.nat(),
      fc.nat(2),
      fc.constantFrom('', '', ',', '[', ']', '{', '}', '"', ':', '\\', ' ', '[]'),
    );
    const broken = fc.tuple(body, fc.array(splice, { minLength: 1, maxLength: 2 })).map(([text, splices]) =>
      splices.reduce((left, [place, removed, added]) => {
        const at = place % (left.length + 1);
        return left.slice(0, at) + added + left.slice(at + removed);
      }, text),
    );
    fc.assert(
      fc.property(broken, (text) => expectAsParsed(filled(text))),
      { numRuns: 3_000 },
    );
  });

  it('with one byte order mark at the beginning, and none elsewhere', () => {
    expect(outcomeOf('\ufeff{"items":[1]}')).toBe('{"items":[1]}');
    for (const text of ['{"items":[\ufeff1]}', '{"items":[1,\ufeff2]}', '{"items":\ufeff[1]}']) expectAsParsed(text);
  });
});

describe('a body of 8 MiB', () => {
  const item = (bytes: number) => `{"text":"${'x'.repeat(bytes - 11)}"}`;
  const bodyOf = (items: readonly string[]) => `{"items":[${items.join()}]}`;

  it('is judged 256 KiB at a time, and then parsed as much at a time', () => {
    const text = bodyOf(Array<string>(1_000).fill(item(8_300)));
    const { value, steps } = read(text);
    expect(value).toEqual(JSON.parse(text));
    expect(steps).toBeGreaterThan((2 * text.length) / (280 * 1_024));
  });

  it('of many values is parsed some thousands at a time', () => {
    const text = bodyOf(Array<string>(30_000).fill('{"a":1,"b":[]}'));
    expect(read(text).steps).toBeGreaterThan(90_000 / 5_010);
  });

  it('has 150,000 values, of which 15,000 are beside the list, and 15,000 in an item', () => {
    const full = `[${'0,'.repeat(14_998)}0]`;
    const beside = (count: number) => `"beside":[${'0,'.repeat(count - 1)}0]`;
    const most = (more: string) => `{"items":[${Array<string>(9).fill(full).join()}],${more}}`;
    expect(outcomeOf(most(beside(14_998)))).toBe(JSON.stringify(JSON.parse(most(beside(14_998)))));
    expect(outcomeOf(most(`${beside(14_998)},"more":0`))).toBe('The body has more than 150,000 values.');
    expect(outcomeOf(`{"items":[${full.replace('0', '0,0')}]}`)).toBe(
      'An item of the body has more than 15,000 values.',
    );
    expect(outcomeOf(`{"items":[[0]],${beside(14_999)}}`)).toBe('The body has more than 15,000 values beside "items".');
    expect(outcomeOf(`{"others":${full.replace('0', '0,0')}}`)).toBe(
      'The body has more than 15,000 values beside "items".',
    );
  });

  it.each([
    '{"items":[{"__proto__":1}]}',
    '{"items":[],"constructor":1}',
    '{"items":[{"a":[{"c\\u006fnstructor":1}]}]}',
  ])('the keys of %s are refused', (text) =>
    expect(outcomeOf(text)).toBe('The keys "__proto__" and "constructor" are not allowed.'),
  );
});
