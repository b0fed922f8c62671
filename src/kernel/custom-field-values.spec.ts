import { mergeValues } from './custom-field-values';

describe('mergeValues', () => {
  const kept = { a: 1, b: 'two' };

  it('sets and keeps by key', () => {
    expect(mergeValues(kept, { b: 'three', c: true })).toEqual({ a: 1, b: 'three', c: true });
    expect(mergeValues(kept, {})).toEqual(kept);
    expect(mergeValues(kept, undefined)).toEqual(kept);
  });

  it('null removes a key, null for all empties', () => {
    expect(mergeValues(kept, { a: null, unknown: null })).toEqual({ b: 'two' });
    expect(mergeValues(kept, null)).toEqual({});
  });

  it('leaves what it was given as it was', () => {
    mergeValues(kept, { a: null });
    expect(kept).toEqual({ a: 1, b: 'two' });
  });
});
