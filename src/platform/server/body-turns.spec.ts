import { setImmediate as nextRound } from 'node:timers/promises';
import { BodyTurns } from './body-turns';
import type { ParsingSteps } from './json-body';

const [small, large] = [Buffer.alloc(64 * 1024 - 1), Buffer.alloc(64 * 1024)];
/** Microtasks end before the event loop goes on. */
const microtasks = () => new Promise(process.nextTick);

function parser() {
  const turns = new BodyTurns();
  const parsed: string[] = [];
  const parse = (address: string, name: string, bytes = large) => turns.parse(address, bytes, steps(name, 1));
  /** Work of so many steps. */
  function* steps(name: string, count: number): ParsingSteps {
    for (let step = 1; step < count; step++) {
      parsed.push(name);
      yield;
    }
    parsed.push(name);
    return { name };
  }
  const parseInSteps = (address: string, name: string, count: number) =>
    turns.parse(address, large, steps(name, count));
  return { parsed, parse, parseInSteps };
}

describe('a body', () => {
  it('of less than 64 KiB is parsed at once, whatever waits', () => {
    const { parse } = parser();
    void parse('ada', 'a1');
    void parse('ada', 'a2');
    expect(parse('ada', 'a3', small)).toEqual({ name: 'a3' });
  });

  it('of 64 KiB waits until the event loop did a round of other work, and addresses take turns', async () => {
    const { parsed, parse } = parser();
    const all = Promise.all([...['a1', 'a2', 'a3'].map((name) => parse('ada', name)), parse('bob', 'b1')]);
    const rounds: string[][] = [];
    for (let round = 0; round < 4; round++) {
      await microtasks();
      rounds.push([...parsed]);
      await nextRound();
    }
    expect(rounds).toEqual([['a1'], ['a1', 'b1'], ['a1', 'b1', 'a2'], ['a1', 'b1', 'a2', 'a3']]);
    expect(await all).toEqual(['a1', 'a2', 'a3', 'b1'].map((name) => ({ name })));
  });

  it('of several steps lets other addresses work between two of them', async () => {
    const { parsed, parse, parseInSteps } = parser();
    await Promise.all([parseInSteps('ada', 'a1', 4), parse('bob', 'b1'), parse('eve', 'e1')]);
    expect(parsed).toEqual(['a1', 'b1', 'e1', 'a1', 'a1', 'a1']);
  });

  it('that cannot be parsed gives its turn on', async () => {
    const turns = new BodyTurns();
    function* broken(): ParsingSteps {
      yield;
      throw new Error('not JSON');
    }
    function* fair(): ParsingSteps {
      return {};
    }
    const failures = Promise.allSettled([turns.parse('ada', large, broken()), turns.parse('ada', large, broken())]);
    expect(await turns.parse('ada', large, fair())).toEqual({});
    expect((await failures).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('is refused when 64 MiB of its address wait', async () => {
    const { parsed, parse } = parser();
    const many = Array.from({ length: 65 }, async (_, index) => parse('ada', String(index), Buffer.alloc(1024 * 1024)));
    await expect(parse('ada', 'beyond')).rejects.toMatchObject({ retryAfter: 1 });
    await parse('bob', 'b1');
    expect(parsed.length).toBeLessThan(65);
    await Promise.all(many);
  });
});
