import fc from 'fast-check';
import { InvalidInputError } from '../../kernel/domain-error';
import { usualBody } from '../http/large-body';
import { parseJsonBody } from './json-body';

const maxValues = usualBody.values;

function parseBytes(bytes: Buffer): object | undefined {
  const { done, value } = parseJsonBody(bytes).next();
  if (!done) throw new Error('A small body is read in one step.');
  return value;
}
const parse = (text: string) => parseBytes(Buffer.from(text));
const nested = (levels: number) => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);
const forbidden = ['__proto__', 'constructor'];

describe('parseJsonBody', () => {
  it('reads every JSON object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (value) => {
        const text = JSON.stringify(value);
        if (/__proto__|constructor/.test(text)) return;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes an empty body as none', () => {
    expect(parse('')).toBeUndefined();
  });

  it('takes one byte order mark', () => {
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
    expect(() => parse('\ufeff\ufeff{"a":1}')).toThrow(/not valid JSON/);
  });

  it('lets 32 levels pass and not one more', () => {
    expect(() => parse(nested(32))).not.toThrow();
    expect(() => parse(nested(33))).toThrow(/deeper than 32/);
    expect(() => parse('{"a":' + '['.repeat(100_000) + ']'.repeat(100_000) + '}')).toThrow(InvalidInputError);
    expect(() => parse(`{"a":${JSON.stringify('{['.repeat(100))}}`)).not.toThrow();
  });

  it('lets 15,000 values pass and not one more, in lists, objects and both', () => {
    const list = (count: number) =>
      `{"a":[${Array(count - 1)
        .fill('"x,[{"')
        .join()}]}`;
    const object = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join()}}`;
    const lists = (count: number) =>
      `{"a":[${Array((count - 1) / 2)
        .fill('[1]')
        .join()}]}`;
    for (const make of [list, object]) {
      expect(() => parse(make(maxValues))).not.toThrow();
      expect(() => parse(make(maxValues + 1))).toThrow(/more than 15,000 values/);
    }
    expect(() => parse(lists(maxValues - 1))).not.toThrow();
    expect(() => parse(lists(maxValues + 1))).toThrow(/more than 15,000 values/);
  });

  it.each([
    '{"__proto__":1}',
    '{"a":[{"__proto__":{}}]}',
    '{"\\u005f_proto__":1}',
    '{"constructor":1}',
    '{"constructor" \t\r\n :1}',
    '{"a":{"constructor":{"prototype":1}}}',
    '{"c\\u006fnstructor":1}',
    '{"\\u0063\\u006f\\u006e\\u0073\\u0074\\u0072\\u0075\\u0063\\u0074\\u006f\\u0072":1}',
  ])('%s is refused', (text) => {
    expect(() => parse(text)).toThrow(/"__proto__" and "constructor"/);
  });

  it('both names are fine as values', () => {
    expect(parse('{"a":"__proto__","b":"constructor"}')).toEqual({ a: '__proto__', b: 'constructor' });
  });

  it('finds a forbidden key at every place and in every spelling, and nothing else', () => {
    const key = fc.constantFrom(...forbidden, 'constructor"', '\\constructor', '"__proto__":', 'constructors', 'a', '');
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(key, fc.integer()),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
      ),
    }));
    const spelled = (text: string, escapes: readonly boolean[]) => {
      const letters = [...text].map((letter, index) =>
        escapes[index % escapes.length] ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter,
      );
      return letters.map((letter) => (letter === '"' || letter === '\\' ? `\\${letter}` : letter)).join('');
    };
    const written = (each: unknown, escapes: readonly boolean[], blank: string): string => {
      if (typeof each === 'string') return `"${spelled(each, escapes)}"`;
      if (Array.isArray(each)) return `[${each.map((item) => written(item, escapes, blank)).join(`${blank},`)}]`;
      if (!(each instanceof Map)) return String(each);
      const members = [...(each as Map<string, unknown>)].map(
        ([name, of]) => `"${spelled(name, escapes)}"${blank}:${blank}${written(of, escapes, blank)}`,
      );
      return `{${members.join(',')}}`;
    };
    const isForbidden = (each: unknown): boolean =>
      Array.isArray(each)
        ? each.some(isForbidden)
        : each instanceof Map &&
          [...(each as Map<string, unknown>)].some(([name, of]) => forbidden.includes(name) || isForbidden(of));
    const escapes = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(value, escapes, fc.constantFrom('', ' ', '\n\t'), (each, spelling, blank) => {
        const text = `{"value":${written(each, spelling, blank)}}`;
        if (isForbidden(each)) expect(() => parse(text)).toThrow(/"__proto__" and "constructor"/);
        else expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each([[[0xc3]], [[0xff, 0xfe]], [[0xc0, 0xaf]], [[0xed, 0xa0, 0x80]]])('the bytes %j are no UTF-8', (bytes) => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]);
    expect(() => parseBytes(body)).toThrow(/UTF-8/);
  });
});
