/** Numbers of a seed: the same seed, the same numbers. Without one it is made, and printed to repeat a run. */
export interface Random {
  readonly seed: number;
  /** @returns one from 0 up to 1. */
  next(): number;
  /** @returns an integer from 0 up to this. */
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** @returns true in this share of the calls. */
  chance(share: number): boolean;
}

/** @param variable the environment variable that repeats a run. */
export function randomOf(variable: string): Random {
  const seed = Number(process.env[variable] ?? Date.now() % 2 ** 31);
  process.stdout.write(`${variable}=${seed}\n`);
  let state = seed >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { seed, next, below, pick: (items) => items[below(items.length)]!, chance: (share) => next() < share };
}
