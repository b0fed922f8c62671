import type { ReadValues, ValuesValidator } from '../../kernel/custom-field-values';
import type { LookedUpValue } from './unique-values';
import { ValueHolders } from './value-holders';

const validate: ValuesValidator = Object.assign((sent: unknown) => ({ values: sent as ReadValues, refused: [] }), {
  unique: new Set(['code', 'other']),
});

const held = (value: string | number, form: string | null, holder: string | null = null): LookedUpValue => ({
  definition_id: 'code',
  ...{ value, form, holder },
});

describe('who has a value', () => {
  const holderOf = (holders: ValueHolders, value: string) => holders.holderOf({ definition_id: 'code', value });

  it('is the record that has the same form', () => {
    const holders = new ValueHolders(validate, [
      held('A', 'a', 'ada'),
      held('a', 'a', 'ada'),
      held('b', 'b'),
      held('', null),
    ]);
    expect(['A', 'a', 'b', '', 'unknown'].map((value) => holderOf(holders, value))).toEqual([
      ...['ada', 'ada', undefined, undefined, undefined],
    ]);
  });

  it('is the last that took it, and nobody once that record has another value or none', () => {
    const holders = new ValueHolders(validate, [held('a', 'a', 'ada'), held('b', 'b'), held('', null)]);
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
    const holders = new ValueHolders(validate, [held('a', 'a', 'ada')]);
    holders.take('ada', { other: 'b' });
    expect(holderOf(holders, 'a')).toBe('ada');
  });

  it('refuses it for others, and frees all values of a record that gives up all', () => {
    const holders = new ValueHolders(validate, [held('a', 'a', 'ada'), held('b', 'b')]);
    const takenFor = (id: string | undefined, value: string) =>
      holders.judge({ code: value }, id).taken.map(({ field, id: holder }) => [field, holder]);
    expect([takenFor(undefined, 'a'), takenFor('grace', 'a')]).toEqual(Array(2).fill([['custom_fields.code', 'ada']]));
    expect([takenFor('ada', 'a'), takenFor('grace', 'b')]).toEqual([[], []]);
    holders.take('ada', null);
    expect(takenFor('grace', 'a')).toEqual([]);
  });
});
