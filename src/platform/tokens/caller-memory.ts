import { type Clock } from '../../kernel/clock';

/** How long an instance may go on believing what it read of a caller; what it changed itself it forgets at once. */
const lifetimeMs = 1_000;
const maxEntries = 10_000;

interface Remembered<State> {
  readonly read_at: number;
  readonly owner: string;
  /** Once it is read; the promise until then. */
  state: State | Promise<State>;
}

/**
 * What an instance believes about its callers: one query a second and caller instead of one a request. A state that is being
 * read is there as a promise: when it is forgotten meanwhile, the reading that began before the change can no longer be found by
 * anybody.
 */
export class CallerMemory<State> {
  private readonly remembered = new Map<string, Remembered<State>>();

  constructor(private readonly clock: Clock) {}

  /** @param owner whom the key must belong to; a key of somebody else's is read anew. */
  recall(key: string, owner: string, read: () => Promise<State>): State | Promise<State> {
    const now = this.clock.now().getTime();
    const known = this.remembered.get(key);
    if (known && known.owner === owner && Math.abs(now - known.read_at) < lifetimeMs) return known.state;
    const state = read();
    this.remembered.delete(key);
    if (this.remembered.size >= maxEntries) this.remembered.delete(this.remembered.keys().next().value!);
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
