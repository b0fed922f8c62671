import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { MicroBatcher } from './micro-batcher';

/** Doubles numbers, in batches that are noted and end when they are let go. */
function doubling(atOnce: number, fails: (numbers: readonly number[]) => boolean = () => false) {
  const batches: (readonly number[])[] = [];
  const held: (() => void)[] = [];
  const batched = new MicroBatcher<number, number>(atOnce, async (numbers) => {
    batches.push(numbers);
    await new Promise<void>((resolve) => held.push(resolve));
    if (fails(numbers)) throw new Error(`not ${numbers.join()}`);
    return numbers.map((number) => 2 * number);
  });
  const letGo = async () => {
    for (const release of held.splice(0)) release();
    await delay(1);
  };
  return { batches, letGo, add: (...numbers: number[]) => numbers.map((number) => batched.add(number)) };
}

it('what comes in the same moment goes together, and each gets its own result', async () => {
  const { batches, letGo, add } = doubling(10);
  const results = [...add(1), ...add(2, 3)];
  await delay(1);
  await letGo();
  expect(await Promise.all(results)).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1, 2, 3]]);
});

it('what comes while others are under way waits for them and goes together, in its order, so many at once', async () => {
  const { batches, letGo, add } = doubling(2);
  const first = add(1);
  await delay(1);
  const others = add(2, 3, 4);
  await delay(1);
  expect(batches).toEqual([[1]]);
  await letGo();
  expect(await Promise.all(first)).toEqual([2]);
  expect(batches).toEqual([[1], [2, 3]]);
  await letGo();
  await letGo();
  expect(await Promise.all(others)).toEqual([4, 6, 8]);
  expect(batches).toEqual([[1], [2, 3], [4]]);
});

it('goes on after a pause', async () => {
  const { batches, letGo, add } = doubling(2);
  for (const number of [1, 2]) {
    const result = add(number);
    await delay(1);
    await letGo();
    expect(await Promise.all(result)).toEqual([2 * number]);
  }
  expect(batches).toEqual([[1], [2]]);
});

it('what fails together is tried alone, and others do not wait for it', async () => {
  const { batches, letGo, add } = doubling(3, (numbers) => numbers.includes(2));
  const results = Promise.allSettled(add(1, 2, 3));
  await delay(1);
  const later = add(4);
  await letGo();
  expect(batches).toEqual([[1, 2, 3], [1], [2], [3], [4]]);
  await letGo();
  expect(await results).toEqual([
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: new Error('not 2') },
    { status: 'fulfilled', value: 6 },
  ]);
  expect(await Promise.all(later)).toEqual([8]);
});

it('works for nobody in particular: not in the transaction of whoever came first', async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const batched = new MicroBatcher<number, void>(2, async (numbers) =>
    numbers.map(() => void seen.push(storage.getStore())),
  );
  await storage.run('a transaction', () => batched.add(1));
  expect(seen).toEqual([undefined]);
});
