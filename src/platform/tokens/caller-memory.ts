import { type Clock } from '../../kernel/clock';

/** Milliseconds for which an instance believes what it read of a caller. It forgets its own changes at once. */
const lifetime = 1_000;
const kept = 10_000;

interface Remembered<State> {
  readonly read_at: number;
  readonly owner: string;
  /** The state, or the promise of it while it is being read. */
  state: State | Promise<State>;
}

/**
 * Caches the states of callers: one query a second for each caller instead of one for each request. An entry may be a
 * promise. If it is forgotten meanwhile, nobody can find the result of a read that began before the change.
 */
export class CallerMemory<State> {
  private readonly remembered = new Map<string, Remembered<State>>();

  constructor(private readonly clock: Clock) {}

  /** @param owner the owner of the key. An entry of another owner is read anew. */
  recall(key: string, owner: string, read: () => Promise<State>): State | Promise<State> {
    const now = this.clock.now().getTime();
    const known = this.remembered.get(key);
    if (known && known.owner === owner && Math.abs(now - known.read_at) < lifetime) return known.state;
    const state = read();
    this.remembered.delete(key);
    if (this.remembered.size >= kept) this.remembered.delete(this.remembered.keys().next().value!);
    const remembered: Remembered<State> = { read_at: now, owner, state };
    this.remembered.set(key, remembered);
    state.then(
      (read) => (remembered.state = read),
      () => {
        if (this.remembered.get(key) === remembered) this.remembered.delete(key);
      },
    );
    return state;
  }

  forget(key: string): void {
    this.remembered.delete(key);
  }

  forgetOwner(owner: string): void {
    for (const [key, known] of this.remembered) if (known.owner === owner) this.remembered.delete(key);
  }
}
