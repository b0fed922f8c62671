import fc from 'fast-check';
import { InvalidInputError } from '../../kernel/domain-error';
import { parseJsonBody } from './json-body';

const parse = (text: string) => parseJsonBody(Buffer.from(text));
const nested = (levels: number) => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);

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

  it('lets 32 levels pass and not one more', () => {
    expect(() => parse(nested(32))).not.toThrow();
    expect(() => parse(nested(33))).toThrow(/deeper than 32/);
    expect(() => parse('{"a":' + '['.repeat(100_000) + ']'.repeat(100_000) + '}')).toThrow(InvalidInputError);
  });

  it.each([
    '{"__proto__":1}',
    '{"a":[{"__proto__":{}}]}',
    '{"\\u005f_proto__":1}',
    '{"constructor":1}',
    '{"a":{"constructor":{"prototype":1}}}',
    '{"c\\u006fnstructor":1}',
  ])('%s is refused', (text) => {
    expect(() => parse(text)).toThrow(/"__proto__" and "constructor"/);
  });

  it('both names are fine as values', () => {
    expect(parse('{"a":"__proto__","b":"constructor"}')).toEqual({ a: '__proto__', b: 'constructor' });
  });

  it.each([[[0xc3]], [[0xff, 0xfe]], [[0xc0, 0xaf]], [[0xed, 0xa0, 0x80]]])('the bytes %j are no UTF-8', (bytes) => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]);
    expect(() => parseJsonBody(body)).toThrow(/UTF-8/);
  });
});
