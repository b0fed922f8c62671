import { DomainError } from '../../kernel/domain-error';
import { FairSlots, type FairSlotsOptions, type Slot } from './fair-slots';

const usual = {
  name: 'test slots',
  slots: 3,
  maxPerOwner: 2,
  classes: { any: {} },
  timeoutMs: 2_000,
  maxWaiting: 100,
  maxWaitingPerOwner: 50,
};

/** Every resource of the test. */
let resources: { readonly waiting: number }[];
beforeEach(() => {
  resources = [];
  jest.useFakeTimers();
});
afterEach(() => {
  // Whoever waits no longer leaves no timer.
  expect(jest.getTimerCount()).toBe(resources.reduce((sum, { waiting }) => sum + waiting, 0));
  jest.useRealTimers();
});

/** Work that ends when it is told to. `begun` has the names of those that got a slot, in order. */
class Works<Class extends string> {
  readonly begun: string[] = [];
  readonly refused: unknown[] = [];
  private readonly held = new Map<string, Slot>();

  constructor(readonly slots: FairSlots<Class>) {
    resources.push(slots);
  }

  /** @returns the works that began meanwhile. */
  async begin(owner: string, of: Class, ...names: string[]): Promise<string[]> {
    const before = this.begun.length;
    for (const name of names) this.wait(owner, of, name);
    await Promise.resolve();
    return this.begun.slice(before);
  }

  wait(owner: string, of: Class, name: string, weight = 0): { cancel(): void } {
    const waiting = this.slots.wait(owner, of, weight);
    waiting.slot.then(
      (slot) => {
        this.begun.push(name);
        this.held.set(name, slot);
      },
      (error: unknown) => this.refused.push(error),
    );
    return waiting;
  }

  /** @returns the works that began because of that. */
  async end(...names: string[]): Promise<string[]> {
    const before = this.begun.length;
    for (const name of names) {
      this.held.get(name)!.release();
      await Promise.resolve();
    }
    return this.begun.slice(before);
  }
}

const works = <Class extends string>(options: FairSlotsOptions<Class>) => new Works(new FairSlots(options));
const one = { ...usual, slots: 1, maxPerOwner: 1 };

describe('slots', () => {
  it('are given at once as long as there are some, to each owner up to its bound', async () => {
    const { begin } = bound(works(usual));
    expect(await begin('ada', 'any', 'a1', 'a2', 'a3')).toEqual(['a1', 'a2']);
    expect(await begin('bob', 'any', 'b1', 'b2')).toEqual(['b1']);
  });

  it('that come free go to the owner who holds the fewest, whoever came first', async () => {
    const { begin, end } = bound(works(usual));
    await begin('ada', 'any', 'a1', 'a2', 'a3', 'a4');
    await begin('bob', 'any', 'b1');
    await begin('cid', 'any', 'c1');
    // Ada holds one then and asked before; Cid holds none.
    expect(await end('a1')).toEqual(['c1']);
    expect(await end('a2')).toEqual(['a3']);
  });

  it('go to an owner who holds none before one who holds one and asked first', async () => {
    const { begin, end } = bound(works({ ...usual, slots: 2 }));
    await begin('ada', 'any', 'a1');
    await begin('bob', 'any', 'b1');
    await begin('ada', 'any', 'a2');
    await begin('cid', 'any', 'c1');
    expect(await end('b1')).toEqual(['c1']);
  });

  it('go to an owner whose turn it is, though he asks again', async () => {
    const { begin, end } = bound(works(one));
    await begin('ada', 'any', 'a1');
    await begin('bob', 'any', 'b1');
    await begin('cid', 'any', 'c1');
    await begin('bob', 'any', 'b2');
    expect(await end('a1')).toEqual(['b1']);
  });

  it('go round among owners who hold equally many, and within an owner in the order of asking', async () => {
    const { begin, end } = bound(works(one));
    await begin('ada', 'any', 'a1', 'a2', 'a3');
    await begin('bob', 'any', 'b1', 'b2');
    await begin('cid', 'any', 'c1');
    const order: string[] = ['a1'];
    while (order.length < 6) order.push(...(await end(order.at(-1)!)));
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('stay free for others when the only ones who wait have their share', async () => {
    const { begin, end, slots } = bound(works(usual));
    await begin('ada', 'any', 'a1', 'a2', 'a3');
    expect([slots.inUse, slots.waiting]).toEqual([2, 1]);
    expect(slots.tryTake('ada', 'any')).toBeUndefined();
    slots.tryTake('bob', 'any')!.release();
    expect(await end('a1')).toEqual(['a3']);
    await end('a2', 'a3');
  });

  it('released twice are released once', async () => {
    const { slots } = works(one);
    const slot = slots.tryTake('ada', 'any')!;
    slot.release();
    slots.tryTake('bob', 'any');
    slot.release();
    expect(slots.tryTake('cid', 'any')).toBeUndefined();
  });

  it('are released when the work ends, also when it fails', async () => {
    const slots = new FairSlots(one);
    await expect(slots.run('ada', 'any', async () => 'done')).resolves.toBe('done');
    await expect(slots.run('ada', 'any', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(slots.inUse).toBe(0);
    const held = slots.tryTake('ada', 'any')!;
    const waiting = slots.run('bob', 'any', async () => slots.inUse);
    held.release();
    await expect(waiting).resolves.toBe(1);
  });

  it('of owners who neither hold nor wait are not remembered', async () => {
    const { begin, end, wait, slots } = bound(works(one));
    await begin('ada', 'any', 'a1');
    await begin('bob', 'any', 'b1');
    wait('cid', 'any', 'c1').cancel();
    expect(remembered(slots)).toBe(2);
    await end('a1', 'b1');
    expect(slots.tryTake('dan', 'any')).toBeDefined();
    slots.tryTake('eve', 'any');
    expect(remembered(slots)).toBe(1);
  });
});

describe('whoever waits', () => {
  it('is refused after the time, and the next one gets the slot', async () => {
    const { begin, end, refused } = bound(works(one));
    await begin('ada', 'any', 'a1');
    await begin('bob', 'any', 'b1');
    jest.advanceTimersByTime(1_000);
    await begin('bob', 'any', 'b2');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toBeInstanceOf(DomainError);
    expect(refused[0]).toMatchObject({ definition: { code: 'rate_limit.exceeded' }, retryAfter: 1 });
    expect(String((refused[0] as DomainError).cause)).toContain('None of the test slots came free in time');
    expect(await end('a1')).toEqual(['b2']);
  });

  it('of a patient class waits for longer', async () => {
    const classes = { hasty: {}, patient: { timeoutMs: null } };
    const { begin, end, refused } = bound(works({ ...one, classes }));
    await begin('ada', 'hasty', 'a1');
    await begin('bob', 'patient', 'b1');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(refused).toEqual([]);
    expect(await end('a1')).toEqual(['b1']);
  });

  it('may give up: its place goes to the next one, and a slot that was given is kept', async () => {
    const { begin, wait, end, refused } = bound(works(one));
    await begin('ada', 'any', 'a1');
    const first = wait('bob', 'any', 'b1');
    const second = wait('bob', 'any', 'b2');
    first.cancel();
    await Promise.resolve();
    expect(refused).toHaveLength(1);
    // Nobody is there to be told why, so the log is not either.
    expect((refused[0] as DomainError).cause).toBeUndefined();
    expect(await end('a1')).toEqual(['b2']);
    second.cancel();
    expect(await begin('ada', 'any', 'a2')).toEqual([]);
    expect(await end('b2')).toEqual(['a2']);
  });

  it('is refused at once beyond the bounds: of the owner, and of all', async () => {
    const { begin, slots } = bound(works({ ...one, maxWaiting: 3, maxWaitingPerOwner: 2 }));
    await begin('ada', 'any', 'a1');
    await begin('bob', 'any', 'b1', 'b2');
    expect(() => slots.wait('bob', 'any')).toThrow(DomainError);
    await begin('cid', 'any', 'c1');
    expect(() => slots.wait('dan', 'any')).toThrow(expect.objectContaining({ retryAfter: 1 }) as Error);
    expect([slots.waiting, remembered(slots)]).toEqual([3, 3]);
    await jest.advanceTimersByTimeAsync(2_000);
    await begin('cid', 'any', 'c2');
    expect(slots.waiting).toBe(1);
    jest.runAllTimers();
  });

  it('is refused at once when what waits is too heavy: of the owner, and of all', async () => {
    const maxWaitingWeight = { inAll: 15, perOwner: 10 };
    const { begin, wait, slots, end } = bound(works({ ...one, maxWaitingWeight }));
    await begin('ada', 'any', 'a1');
    wait('bob', 'any', 'b1', 10);
    expect(() => slots.wait('bob', 'any', 1)).toThrow(DomainError);
    expect(() => slots.wait('cid', 'any', 6)).toThrow(DomainError);
    wait('cid', 'any', 'c1', 5);
    await end('a1');
    // What has a slot waits no longer.
    wait('bob', 'any', 'b2', 10);
    expect(() => slots.wait('dan', 'any', 1)).toThrow(DomainError);
    jest.runAllTimers();
  });
});

describe('classes', () => {
  it('leave each other what is reserved', async () => {
    const classes = { quick: { reserved: 1 }, slow: {} };
    const { begin, end } = bound(works({ ...usual, maxPerOwner: 3, classes }));
    expect(await begin('ada', 'slow', 's1', 's2', 's3')).toEqual(['s1', 's2']);
    expect(await begin('bob', 'quick', 'q1', 'q2')).toEqual(['q1']);
    expect(await end('q1')).toEqual(['q2']);
    expect(await end('q2')).toEqual([]);
    expect(await end('s1')).toEqual(['s3']);
  });

  it('may use what nobody has reserved, all of it', async () => {
    const classes = { quick: { reserved: 1 }, slow: {} };
    const { begin, end } = bound(works({ ...usual, maxPerOwner: 3, classes }));
    expect(await begin('bob', 'quick', 'q1', 'q2', 'q3')).toEqual(['q1', 'q2', 'q3']);
    await begin('ada', 'slow', 's1', 's2', 's3');
    expect(await end('q1', 'q2')).toEqual(['s1', 's2']);
    expect(await end('q3')).toEqual([]);
  });

  it('have bounds of their own for each owner, which do not stop its other classes', async () => {
    const classes = { quick: {}, slow: { maxPerOwner: 1 } };
    const { begin, end } = bound(works({ ...usual, maxPerOwner: 2, classes }));
    expect(await begin('ada', 'slow', 's1', 's2')).toEqual(['s1']);
    expect(await begin('ada', 'quick', 'q1', 'q2')).toEqual(['q1']);
    // Of all classes Ada has two now; the slow one that waits may not follow a quick one.
    expect(await end('q1')).toEqual(['q2']);
    expect(await end('s1')).toEqual(['s2']);
  });

  it('have bounds over all owners, which do not stop the other classes', async () => {
    const classes = { quick: {}, slow: { max: 2 } };
    const { begin, end } = bound(works({ ...usual, slots: 4, maxPerOwner: 2, classes }));
    expect(await begin('ada', 'slow', 'a1', 'a2')).toEqual(['a1', 'a2']);
    expect(await begin('bob', 'slow', 'b1')).toEqual([]);
    expect(await begin('cid', 'quick', 'c1', 'c2', 'c3')).toEqual(['c1', 'c2']);
    expect(await end('c1')).toEqual(['c3']);
    expect(await end('a1')).toEqual(['b1']);
  });

  it('go in turn: the one that holds the fewest is first', async () => {
    const classes = { quick: {}, slow: {} };
    const { begin, end } = bound(works({ ...usual, slots: 2, classes }));
    await begin('ada', 'quick', 'a1');
    await begin('bob', 'quick', 'b1', 'b2', 'b3');
    await begin('cid', 'slow', 'c1', 'c2', 'c3');
    expect(await end('a1')).toEqual(['c1']);
    expect(await end('c1')).toEqual(['c2']);
    expect(await end('b1')).toEqual(['b2']);
  });

  it('that hold equally many take turns', async () => {
    const { begin, end } = bound(works({ ...one, classes: { quick: {}, slow: {} } }));
    await begin('ada', 'quick', 'a1', 'a2', 'a3');
    await begin('bob', 'slow', 'b1', 'b2');
    const order: string[] = ['a1'];
    while (order.length < 5) order.push(...(await end(order.at(-1)!)));
    expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });
});

/** The methods as functions. */
function bound<Class extends string>(of: Works<Class>) {
  return {
    begin: of.begin.bind(of),
    end: of.end.bind(of),
    wait: of.wait.bind(of),
    slots: of.slots,
    refused: of.refused,
  };
}

function remembered(slots: object): number {
  return (slots as { owners: Map<string, unknown> }).owners.size;
}
