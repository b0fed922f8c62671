import type { AccountId } from '../../kernel/account-id';
import { Where } from './where';

const account = 'a' as AccountId;

const list = (filter: { name?: string; since?: Date | null }) =>
  Where.of(account)
    .andIf(filter.name, 'name = ?', filter.name)
    .andIf(filter.since, '(created_at, id) < (?, ?::uuid)', filter.since, 'i');

describe('Where', () => {
  it('has the conditions whose values are there, with their parameters in order', () => {
    const since = new Date(0);
    const where = list({ since });
    expect(`${where.text} limit ${where.value(26)}`).toBe(
      'account_id = $1 and (created_at, id) < ($2, $3::uuid) limit $4',
    );
    expect(where.values).toEqual(['a', since, 'i', 26]);
  });

  it('names each combination differently', () => {
    const combinations = [{}, { name: 'x' }, { since: new Date(0) }, { name: 'x', since: new Date(0) }];
    expect(new Set(combinations.map((filter) => list(filter).name('list'))).size).toBe(4);
    expect(list({ name: 'x' }).name('list')).toBe(list({ name: 'y', since: null }).name('list'));
  });

  it('gives no name to what must be planned for its values', () => {
    const where = (tag?: string) => Where.of(account).andSelective(tag, 'tags @> ?', tag);
    expect(where().name('list')).toBeDefined();
    expect(where('vip').name('list')).toBeUndefined();
    expect(where('vip').text).toBe('account_id = $1 and tags @> $2');
  });

  it('begins with an account, and nothing else compiles', () => {
    // @ts-expect-error the id of something is not the id of an account
    expect(Where.of('an id').text).toBe('account_id = $1');
  });
});
