import { pino } from 'pino';
import { Clock } from '../../kernel/clock';
import { type FailedAttempt, FailureLog } from './failure-log';

class SetClock extends Clock {
  seconds = 0;
  override now(): Date {
    return new Date(this.seconds * 1_000);
  }
}

let clock: SetClock;
let lines: (FailedAttempt & { attempts: number })[];
let log: FailureLog;
beforeEach(() => {
  clock = new SetClock();
  lines = [];
  log = new FailureLog(clock, pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as never) }));
});

const fail = (endpoint_id: string, delivery_id: string) =>
  log.add({ endpoint_id, delivery_id, account_id: 'x', event: 'y', status: 500, failure: 'status', duration_ms: 1 });
const told = () => lines.map(({ endpoint_id, delivery_id, attempts }) => [endpoint_id, delivery_id, attempts]);

it('the first failure of an endpoint has a line at once, and those of a minute have one together', () => {
  for (const delivery of ['1', '2', '3']) fail('a', delivery);
  fail('b', '4');
  expect(told()).toEqual([
    ['a', '1', 1],
    ['b', '4', 1],
  ]);
  clock.seconds = 59;
  log.flush(clock.now().getTime());
  expect(told()).toHaveLength(2);
  clock.seconds = 60;
  log.flush(clock.now().getTime());
  expect(told().slice(2)).toEqual([['a', '3', 2]]);
});

it('a failure after the minute counts those before it', () => {
  for (const delivery of ['1', '2', '3']) fail('a', delivery);
  clock.seconds = 61;
  fail('a', '4');
  fail('a', '5');
  expect(told()).toEqual([
    ['a', '1', 1],
    ['a', '4', 3],
  ]);
});

it('a stop writes what was counted, and a minute without failures is forgotten', () => {
  fail('a', '1');
  fail('a', '2');
  log.onApplicationShutdown();
  expect(told().slice(1)).toEqual([['a', '2', 1]]);
  log.flush(Infinity);
  fail('a', '3');
  expect(told().slice(2)).toEqual([['a', '3', 1]]);
});
