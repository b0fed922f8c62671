import { uniqueValuesIn } from './unique-values';

it('values of unique fields are those that are no null', () => {
  const values = { code: 'a', size: 0, gone: null, plain: 'x' };
  expect(uniqueValuesIn(values, new Set(['code', 'size', 'gone']))).toEqual([
    { definition_id: 'code', value: 'a' },
    { definition_id: 'size', value: 0 },
  ]);
});
