import { unknownKeyErrors } from './unknown-keys';

const known = ['first_name', 'last_name', 'email', 'company_id', 'limit'];
const messageFor = (key: string) => unknownKeyErrors({ [key]: 1 }, known, 'field')[0]?.message;

describe('unknownKeyErrors', () => {
  it('has nothing to say of known keys', () => {
    expect(unknownKeyErrors({ email: 1, limit: 2 }, known, 'field')).toEqual([]);
  });

  it.each([
    ['firstName', 'first_name'],
    ['FIRST-NAME', 'first_name'],
    ['fisrt_name', 'first_name'],
    ['emial', 'email'],
    ['Email', 'email'],
    ['companyid', 'company_id'],
    ['limt', 'limit'],
  ])('%s: did you mean %s?', (key, meant) => {
    expect(messageFor(key)).toBe(`unknown field "${key}": did you mean "${meant}"?`);
  });

  it.each(['colour', 'x', 'account', '__proto__', 'toString'])('%s resembles nothing', (key) => {
    expect(unknownKeyErrors(JSON.parse(`{"${key}":1}`) as object, known, 'parameter')[0]?.message).toBe(
      `unknown parameter "${key}"`,
    );
  });

  it('shows no more than 100 characters of a long key', () => {
    expect(unknownKeyErrors({ ['k'.repeat(10_000)]: 1 }, known, 'field')[0]?.field).toHaveLength(100);
  });

  it('describes twenty and counts the rest', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 1]));
    const details = unknownKeyErrors(many, known, 'field');
    expect(details).toHaveLength(21);
    expect(details.at(-1)?.message).toBe('and 99980 more unknown fields');
  });
});
