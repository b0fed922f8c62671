import { mergeValues } from '../../kernel/custom-field-values';
import { conditionsOf, type FieldDefinition, type FieldType, readValues } from './field-values';

const id = '0190a6c0-5b22-7d7e-8f85-6cae5071b9c4';
const other = '0190a6c0-5b22-7d7e-8f85-6cae5071b9c5';
const definition = (field_type: FieldType, more: Partial<FieldDefinition> = {}): FieldDefinition => ({
  ...{ id, field_type, options: field_type === 'enum' ? ['gold', 'silver'] : null, required: false },
  ...more,
});

describe('readValues', () => {
  const read = (field: FieldDefinition, value: unknown, isNew = false) => readValues([field], { [id]: value }, isNew);

  it.each<[FieldType, unknown[]]>([
    ['text', ['', 'Größe', 'x'.repeat(500), '🌊'.repeat(500), '2026-02-30', '__proto__']],
    ['number', [0, -1.5, 5e-324, Number.MAX_VALUE, 2 ** 53 - 1]],
    ['date', ['0001-01-01', '2024-02-29', '9999-12-31']],
    ['boolean', [true, false]],
    ['enum', ['gold', 'silver']],
  ])('%s takes %j', (type, values) => {
    for (const value of values) expect(read(definition(type), value)).toEqual({ values: { [id]: value }, refused: [] });
  });

  it.each<[FieldType, unknown[]]>([
    ['text', [0, true, ['x'], {}, 'a\0', '\ud800', 'x'.repeat(501), '🌊'.repeat(501)]],
    ['number', ['1', true, Infinity, -Infinity, NaN, [1], {}]],
    ['date', ['2025-02-29', '0000-01-01', '2026-1-1', '2026-01-01 ', '2026-01-01T00:00:00Z', '10000-01-01', 20260101]],
    ['boolean', [0, 1, 'true', '', []]],
    ['enum', ['Gold', '', 'gold,silver', 0, ['gold'], 'toString']],
  ])('%s takes none of %j', (type, values) => {
    for (const value of values) {
      const { refused } = read(definition(type), value);
      expect([value, refused.map(({ field }) => field)]).toEqual([value, [`custom_fields.${id}`]]);
    }
  });

  it('trims texts and options, and has no -0', () => {
    expect(read(definition('text'), ' a b\n').values).toEqual({ [id]: 'a b' });
    expect(read(definition('enum'), ' gold ').values).toEqual({ [id]: 'gold' });
    expect(Object.is((read(definition('number'), -0).values as Record<string, unknown>)[id], 0)).toBe(true);
  });

  it('takes ids in any case, each once', () => {
    const { values, refused } = readValues([definition('text')], { [id.toUpperCase()]: 'a', [id]: 'b' }, false);
    expect([values, refused.map(({ field }) => field)]).toEqual([{ [id]: 'a' }, [`custom_fields.${id}`]]);
  });

  it('refuses keys that are not defined, to be removed too, each as it was sent', () => {
    const { refused } = readValues([], { x: 1, toString: null, [other]: null }, false);
    expect(refused.map(({ field }) => field)).toEqual(['x', 'toString', other].map((key) => `custom_fields.${key}`));
  });

  describe('what is required', () => {
    const required = [definition('text', { required: true }), definition('number', { id: other, required: true })];
    const fields = (sent: Parameters<typeof readValues>[1], isNew: boolean) =>
      readValues(required, sent, isNew).refused.map(({ field }) => field.slice('custom_fields.'.length));

    it('must come with a new record, and need not come with a change', () => {
      expect([fields({}, true), fields({}, false)]).toEqual([[id, other], []]);
      expect(fields({ [other]: 1 }, true)).toEqual([id]);
    });

    it('can be removed neither by null nor by a blank text nor with everything', () => {
      expect(fields({ [other]: null, [id]: ' ' }, false)).toEqual([other, id]);
      expect(fields(null, false)).toEqual([id, other]);
    });
  });
});

describe('mergeValues', () => {
  const kept = { a: 1, b: 'two' };

  it('sets and keeps by key; null removes a key, null for all empties', () => {
    expect(mergeValues(kept, { b: 'three', c: true })).toEqual({ a: 1, b: 'three', c: true });
    expect(mergeValues(kept, {})).toEqual(kept);
    expect(mergeValues(kept, { a: null })).toEqual({ b: 'two' });
    expect(mergeValues(kept, null)).toEqual({});
  });

  it('leaves what it was given as it was', () => {
    mergeValues(kept, { a: null });
    expect(kept).toEqual({ a: 1, b: 'two' });
  });
});

describe('conditionsOf', () => {
  const sent = (value: string, operator: 'eq' | 'gte' | 'lte' = 'eq') => ({
    ...{ definition_id: id, operator, value, key: operator === 'eq' ? `[${id}]` : `[${id}][${operator}]` },
  });

  it.each<[FieldType, string, unknown]>([
    ['text', '5', '5'],
    ['number', '5', 5],
    ['number', '-0.5e1', -5],
    ['date', '2026-01-31', '2026-01-31'],
    ['boolean', 'false', false],
    ['enum', 'gold', 'gold'],
  ])('%s: %s', (type, value, eq) => {
    expect(conditionsOf([definition(type, { required: true })], [sent(value)])).toEqual({
      conditions: [{ definition_id: id, eq }],
      refused: [],
    });
  });

  it.each<[FieldType, string[]]>([
    ['number', ['', 'x', '0x10', '1e400', 'Infinity', '1,5', '.5', '+1', '٣']],
    ['date', ['2026-02-30', 'today', '2026-01-31T00:00:00Z']],
    ['boolean', ['1', 'TRUE', 'toString']],
    ['enum', ['bronze']],
  ])('%s refuses %j', (type, values) => {
    for (const value of values) expect(conditionsOf([definition(type)], [sent(value)]).refused).toHaveLength(1);
  });

  it('puts the bounds of a field together, and refuses one given twice', () => {
    const bounds = [sent('1', 'gte'), sent('2', 'lte')];
    expect(conditionsOf([definition('number')], bounds)).toEqual({
      conditions: [{ definition_id: id, gte: 1, lte: 2 }],
      refused: [],
    });
    expect(conditionsOf([definition('number')], [...bounds, sent('3', 'gte')]).refused).toHaveLength(1);
  });

  it.each<[FieldType, string, object]>([
    ['number', '5', { gte: 5, lte: Number.MAX_VALUE }],
    ['date', '2026-01-31', { gte: '2026-01-31', lte: '9999-12-31' }],
  ])('%s with one bound gets the other one too', (type, value, bounds) => {
    expect(conditionsOf([definition(type)], [sent(value, 'gte')]).conditions).toEqual([
      { definition_id: id, ...bounds },
    ]);
  });

  it.each<FieldType>(['text', 'boolean', 'enum'])('%s has no bounds', (type) => {
    const { refused } = conditionsOf([definition(type)], [sent('gold', 'gte')]);
    expect(refused.map(({ field }) => field)).toEqual([`custom_fields[${id}][gte]`]);
  });

  it('leaves out what is no field', () => {
    expect(conditionsOf([], [sent('x')])).toEqual({ conditions: [], refused: [] });
  });
});
