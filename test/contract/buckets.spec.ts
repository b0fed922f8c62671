import fc from 'fast-check';
import type { Buckets } from '../../src/platform/rate-limits/buckets';
import { MemoryBuckets } from '../../src/platform/rate-limits/memory-buckets';
import { RedisBuckets } from '../../src/platform/rate-limits/redis-buckets';
import { MovableClock } from '../support/clock';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis';

const clock = new MovableClock();
beforeEach(() => clock.freeze());

let key = 0;
const newKey = () => `bucket-${key++}`;

function behavesAsABucket(make: () => Buckets): void {
  const limit = { rate: 3, burst: 5 };

  it('holds its burst, and is refilled continuously by its rate', async () => {
    const [buckets, name] = [make(), newKey()];
    const take = () => buckets.take(name, limit);
    for (const remaining of [4, 3, 2, 1, 0]) expect(await take()).toMatchObject({ allowed: true, remaining });
    expect(await take()).toEqual({ allowed: false, remaining: 0, reset: 2, retryAfter: 1 });
    clock.move(333);
    expect((await take()).allowed).toBe(false);
    clock.move(1);
    expect((await take()).allowed).toBe(true);
    clock.move(333 + 333 + 334);
    for (const allowed of [true, true, true, false]) expect((await take()).allowed).toBe(allowed);
    clock.move(60_000);
    expect(await take()).toEqual({ allowed: true, remaining: 4, reset: 1, retryAfter: 1 });
  });

  it('says how long it takes until there is one again', async () => {
    const [buckets, name, slow] = [make(), newKey(), { rate: 1, burst: 60 }];
    for (let count = 0; count < 60; count++) await buckets.take(name, slow);
    expect(await buckets.take(name, slow)).toEqual({ allowed: false, remaining: 0, reset: 60, retryAfter: 1 });
    clock.move(59_001);
    expect(await buckets.take(name, slow)).toEqual({ allowed: true, remaining: 58, reset: 2, retryAfter: 1 });
  });

  it('gains nothing by clocks that differ a little', async () => {
    const [buckets, name] = [make(), newKey()];
    for (let count = 0; count < 5; count++) await buckets.take(name, limit);
    for (const difference of [-9_000, 9_000, -9_000, 9_000]) {
      clock.move(difference);
      expect((await buckets.take(name, limit)).allowed).toBe(false);
    }
    clock.move(334);
    expect((await buckets.take(name, limit)).allowed).toBe(true);
  });

  it('goes on after the clock was set back', async () => {
    const [buckets, name] = [make(), newKey()];
    for (let count = 0; count < 5; count++) await buckets.take(name, limit);
    clock.move(-3_600_000);
    expect((await buckets.take(name, limit)).allowed).toBe(false);
    clock.move(334);
    expect((await buckets.take(name, limit)).allowed).toBe(true);
  });

  it('gives what is owed also when it has less, and is refilled from there', async () => {
    const [buckets, name] = [make(), newKey()];
    expect(await buckets.take(name, limit, 4)).toEqual({ allowed: true, remaining: 1, reset: 2, retryAfter: 1 });
    expect(await buckets.take(name, limit, 7)).toEqual({ allowed: true, remaining: 0, reset: 4, retryAfter: 3 });
    expect(await buckets.take(name, limit)).toEqual({ allowed: false, remaining: 0, reset: 4, retryAfter: 3 });
    clock.move(2_333);
    expect((await buckets.take(name, limit)).allowed).toBe(false);
    clock.move(1);
    expect(await buckets.take(name, limit)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('is its owner’s alone', async () => {
    const [buckets, name] = [make(), newKey()];
    for (let count = 0; count < 6; count++) await buckets.take(name, limit);
    expect((await buckets.take(newKey(), limit)).remaining).toBe(4);
  });

  it('never lets more through than its burst and what flowed in', async () => {
    const waits = fc.array(fc.nat({ max: 700 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.nat({ max: 9 }), waits, async (rate, more, pauses) => {
        const [buckets, name, any] = [make(), newKey(), { rate, burst: rate + more }];
        let allowed = 0;
        let elapsed = 0;
        for (const pause of pauses) {
          clock.move(pause);
          elapsed += pause;
          const taken = await buckets.take(name, any);
          if (taken.allowed) allowed++;
          expect(allowed).toBeLessThanOrEqual(any.burst + (elapsed / 1_000) * rate + 1e-3);
          expect(taken.allowed || (taken.remaining === 0 && taken.retryAfter >= 1)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
}

describe('a bucket in memory', () => {
  behavesAsABucket(() => new MemoryBuckets(clock));

  it('is forgotten once it is full again', () => {
    const memory = new MemoryBuckets(clock);
    const limit = { rate: 10, burst: 20 };
    for (let stranger = 0; stranger < 50_000; stranger++) {
      memory.take(`stranger-${stranger}`, limit);
      clock.move(1);
    }
    expect(memory.size).toBeLessThan(20_001);
  });
});

describe('a flood from very many addresses', () => {
  const limit = { rate: 3, burst: 5 };
  const flood = (memory: MemoryBuckets) => {
    for (let address = 0; address < 250_000; address++) memory.take(newKey(), limit);
  };

  it('takes a bounded memory', () => {
    const memory = new MemoryBuckets(clock);
    flood(memory);
    expect(memory.size).toBeLessThanOrEqual(100_000);
  });

  it('does not bring back what somebody has used up', () => {
    const memory = new MemoryBuckets(clock);
    for (let count = 0; count < 5; count++) memory.take('attacker', limit);
    for (let count = 0; count < 2; count++) memory.take('somebody', limit);
    flood(memory);
    expect(memory.take('attacker', limit)).toMatchObject({ allowed: false, remaining: 0 });
    expect(memory.take('somebody', limit)).toMatchObject({ allowed: true, remaining: 2 });
    clock.move(334);
    expect(memory.take('attacker', limit)).toMatchObject({ allowed: true, remaining: 0 });
  });
});

describeWithRedis('a bucket in Redis', () => {
  let redis: TestRedis;
  let shared: RedisBuckets;

  beforeAll(async () => {
    redis = await startRedis();
    // What is looked at is how it counts, also on a machine that has much else to do.
    shared = new RedisBuckets(redis.url, clock, 10_000);
  });
  afterAll(async () => {
    shared.disconnect();
    await redis.stop();
  });

  behavesAsABucket(() => shared);

  it('counts like one in memory', async () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: 2_000 }), fc.integer({ min: 1, max: 4 })), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.nat({ max: 9 }), steps, async (rate, more, moves) => {
        const [memory, name, limit] = [new MemoryBuckets(clock), newKey(), { rate, burst: rate + more }];
        for (const [pause, takes] of moves) {
          clock.move(pause);
          for (let count = 0; count < takes; count++) {
            expect(await shared.take(name, limit)).toEqual(memory.take(name, limit));
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
