import fc from 'fast-check';
import { FairSlots, type Slot } from './fair-slots';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

type Step =
  | { readonly do: 'ask'; readonly owner: string; readonly of: 'quick' | 'slow' | 'lone' }
  | { readonly do: 'end'; readonly which: number }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'wait'; readonly milliseconds: number };

it('whatever happens: no bound is exceeded, nobody waits who could go on, and equals go in order', async () => {
  const classes = { quick: { reserved: 2 }, slow: { max: 2, maxPerOwner: 1 }, lone: { reserved: 1, maxPerOwner: 1 } };
  const limits = {
    ...{ name: 'test slots', slots: 6, maxPerOwner: 3, classes },
    ...{ timeoutMs: 2_000, maxWaitingPerOwner: 5, maxWaiting: 12 },
  };
  type Class = keyof typeof classes;
  interface Asked {
    readonly owner: string;
    readonly of: Class;
    readonly at: number;
    slot?: Slot;
  }
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        owner: fc.constantFrom('a', 'b', 'c', 'd'),
        of: fc.constantFrom<Class>('quick', 'slow', 'lone'),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), milliseconds: fc.nat(1_500) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const slots = new FairSlots(limits);
      const waiting = new Map<Asked, { cancel(): void }>();
      const holding: Asked[] = [];
      const count = (list: readonly Asked[], owner?: string, of?: Class) =>
        list.filter((each) => (owner ?? each.owner) === each.owner && (of ?? each.of) === each.of).length;
      const couldGoOn = ({ owner, of }: Asked) => {
        const others = Object.entries(classes).filter(([name]) => name !== of) as [Class, { reserved?: number }][];
        const kept = others.map(([name, { reserved = 0 }]) => Math.max(0, reserved - count(holding, undefined, name)));
        const { max = 99, maxPerOwner = 99 } = classes[of] as { max?: number; maxPerOwner?: number };
        return (
          limits.slots - holding.length > kept.reduce((a, b) => a + b, 0) &&
          count(holding, undefined, of) < max &&
          count(holding, owner) < limits.maxPerOwner &&
          count(holding, owner, of) < maxPerOwner
        );
      };
      let now = 0;
      for (const each of steps) {
        if (each.do === 'ask') {
          const asked: Asked = { ...each, at: now++ };
          let place: ReturnType<typeof slots.wait>;
          try {
            place = slots.wait(each.owner, each.of);
          } catch {
            expect(count([...waiting.keys()], each.owner) === 5 || waiting.size === 12).toBe(true);
            continue;
          }
          waiting.set(asked, place);
          place.slot.then(
            (slot) => {
              waiting.delete(asked);
              // Nobody of the same owner and class was asked for earlier and waits still.
              expect(
                [...waiting.keys()].filter(
                  ({ owner, of, at }) => owner === asked.owner && of === asked.of && at < asked.at,
                ),
              ).toEqual([]);
              holding.push(Object.assign(asked, { slot }));
            },
            () => waiting.delete(asked),
          );
        } else if (each.do === 'end') holding.splice(each.which % Math.max(1, holding.length), 1)[0]?.slot!.release();
        else if (each.do === 'cancel') [...waiting.values()][each.which % Math.max(1, waiting.size)]?.cancel();
        else jest.advanceTimersByTime(each.milliseconds);
        await Promise.resolve();
        await Promise.resolve();

        expect([slots.inUse, slots.waiting]).toEqual([holding.length, waiting.size]);
        expect(holding.length).toBeLessThanOrEqual(limits.slots);
        expect(count(holding, undefined, 'slow')).toBeLessThanOrEqual(2);
        for (const owner of ['a', 'b', 'c', 'd']) {
          expect(count(holding, owner)).toBeLessThanOrEqual(3);
          expect(count(holding, owner, 'slow')).toBeLessThanOrEqual(1);
          expect(count(holding, owner, 'lone')).toBeLessThanOrEqual(1);
        }
        expect([...waiting.keys()].filter(couldGoOn)).toEqual([]);
      }
      for (const { cancel } of waiting.values()) cancel();
      await Promise.resolve();
    }),
    { numRuns: 300 },
  );
});
