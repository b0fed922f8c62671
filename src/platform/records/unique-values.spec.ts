import { type LookedUpValue, uniqueValuesIn, ValueHolders } from './unique-values';

const held = (value: string | number, form: string | null, holder: string | null = null): LookedUpValue => ({
  definition_id: 'code',
  ...{ value, form, holder },
});

describe('who has a value', () => {
  const holderOf = (holders: ValueHolders, value: string) => holders.holderOf({ definition_id: 'code', value });

  it('is the record that has the same form', () => {
    const holders = new ValueHolders([held('A', 'a', 'ada'), held('a', 'a', 'ada'), held('b', 'b'), held('', null)]);
    expect(['A', 'a', 'b', '', 'unknown'].map((value) => holderOf(holders, value))).toEqual([
      ...['ada', 'ada', undefined, undefined, undefined],
    ]);
  });

  it('is the last that took it, and nobody once that record has another value or none', () => {
    const holders = new ValueHolders([held('a', 'a', 'ada'), held('b', 'b'), held('', null)]);
    holders.take('grace', { code: 'b', other: 1 });
    expect(holderOf(holders, 'b')).toBe('grace');
    holders.take('ada', { code: '' });
    expect(holderOf(holders, 'a')).toBeUndefined();
    holders.take('grace', { code: 'a' });
    expect([holderOf(holders, 'a'), holderOf(holders, 'b')]).toEqual(['grace', undefined]);
    holders.take('grace', { code: null });
    expect(holderOf(holders, 'a')).toBeUndefined();
  });

  it('stays when a record changes another field', () => {
    const holders = new ValueHolders([held('a', 'a', 'ada')]);
    holders.take('ada', { other: 'b' });
    expect(holderOf(holders, 'a')).toBe('ada');
  });
});

it('values of unique fields are those that are no null', () => {
  const values = { code: 'a', size: 0, gone: null, plain: 'x' };
  expect(uniqueValuesIn(values, new Set(['code', 'size', 'gone']))).toEqual([
    { definition_id: 'code', value: 'a' },
    { definition_id: 'size', value: 0 },
  ]);
});
