import { differenceOf, previousOf } from './difference';

const before = {
  name: 'Ada',
  tags: ['a', 'b'],
  custom_fields: { x: 1 },
  company_id: null as string | null,
  updated_at: 'then',
  version: 1,
};

describe('differenceOf', () => {
  it('has only what was sent and differs', () => {
    expect(differenceOf(before, { name: 'Ada', company_id: 'c', tags: ['a', 'b'] })).toEqual({ company_id: 'c' });
    expect(differenceOf<typeof before>({ ...before, company_id: 'c' }, { company_id: null })).toEqual({
      company_id: null,
    });
    expect(differenceOf(before, {})).toEqual({});
  });

  it('compares by value, arrays in their order', () => {
    expect(differenceOf(before, { tags: ['b', 'a'], custom_fields: { x: 1 } })).toEqual({ tags: ['b', 'a'] });
    expect(differenceOf(before, { custom_fields: { x: 2 } })).toEqual({ custom_fields: { x: 2 } });
  });

  it('takes undefined for not sent', () => {
    expect(differenceOf<{ name?: string }>({ name: 'Ada' }, { name: undefined })).toEqual({});
  });
});

it('previousOf has the earlier values, without the time of the change', () => {
  const after = { ...before, name: 'Grace', company_id: 'c', updated_at: 'now', version: 2 };
  expect(previousOf(before, after)).toEqual({ name: 'Ada', company_id: null });
});
