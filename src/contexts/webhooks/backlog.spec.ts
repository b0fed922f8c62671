import type { AccountId } from '../../kernel/account-id';
import { Backlog, BacklogLimits, type EndpointBacklog } from './backlog';

const limits = Object.assign(new BacklogLimits(), { account: 10, endpoint: 2 });
const endpoint = (id: string, waiting_at_most: number | null, is_active = true): EndpointBacklog => ({
  account_id: 'x' as AccountId,
  ...{ id, waiting_at_most, is_active, events: ['contact.created'], url_version: 0, after_position: null },
  ...{ count_again_at: null, missed_since: null, missed_position: null },
});
const roomOf = (endpoints: EndpointBacklog[], ...wanted: string[]) => new Backlog(endpoints, limits).roomFor(wanted);
const count = (rooms: boolean[]) => rooms.filter(Boolean).length;
const many = (id: string) => Array.from({ length: 20 }, () => id);

it('the only endpoint of an account may have all that the account may have', () => {
  const rooms = roomOf([endpoint('a', 0)], ...many('a'));
  expect([count(rooms), rooms.indexOf(false)]).toEqual([10, 10]);
  expect(count(roomOf([endpoint('a', 7)], ...many('a')))).toBe(3);
  expect(roomOf([endpoint('a', 10)], 'a')).toEqual([false]);
});

it('it leaves to each of the others what these are sure of', () => {
  const endpoints = [endpoint('a', 0), endpoint('b', 0), endpoint('c', 1)];
  expect(count(roomOf(endpoints, ...many('a')))).toBe(6);
  expect(roomOf(endpoints, ...many('a'), 'b', 'b', 'b', 'c', 'c').slice(20)).toEqual([true, true, false, true, false]);
});

it('what one that is switched off could have is left to nobody, but what waits for it counts', () => {
  expect(count(roomOf([endpoint('a', 0), endpoint('b', 0, false)], ...many('a')))).toBe(10);
  expect(count(roomOf([endpoint('a', 0), endpoint('b', 4, false)], ...many('a')))).toBe(6);
});

it('there is never room for more than the account may have, even of what each is sure of', () => {
  const endpoints = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => endpoint(id, 0));
  const wanted = endpoints.flatMap(({ id }) => [id, id]);
  expect(count(roomOf(endpoints, ...wanted))).toBe(10);
});

it('the mark of what was missed covers every event that was', () => {
  const a = endpoint('a', 10);
  const backlog = new Backlog([a], limits);
  const at = (second: number) => new Date(Date.UTC(2026, 0, 31, 9, 30, second));
  backlog.miss('a', { position: 5, created_at: at(2) });
  backlog.miss('a', { position: 6, created_at: at(1) });
  backlog.miss('a', { position: 7, created_at: at(3) });
  expect(a).toMatchObject({ missed_since: at(1), missed_position: 5 });
  expect(backlog.changed).toEqual([a]);
});
