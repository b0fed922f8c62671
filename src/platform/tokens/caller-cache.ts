import { type Clock } from '../../kernel/clock';

/** How long an instance may go on believing what it read of a caller; what it changed itself it forgets at once. */
const lifetimeMs = 1_000;
const maxEntries = 10_000;

interface Entry<State> {
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
export class CallerCache<State> {
  private readonly entries = new Map<string, Entry<State>>();

  constructor(private readonly clock: Clock) {}

  /** @param owner whom the key must belong to; a key of somebody else's is read anew. */
  get(key: string, owner: string, read: () => Promise<State>): State | Promise<State> {
    const now = this.clock.now().getTime();
    const known = this.entries.get(key);
    if (known && known.owner === owner && Math.abs(now - known.read_at) < lifetimeMs) return known.state;
    const state = read();
    this.entries.delete(key);
    if (this.entries.size >= maxEntries) this.entries.delete(this.entries.keys().next().value!);
    const entry: Entry<State> = { read_at: now, owner, state };
    this.entries.set(key, entry);
    state.then(
      (read) => (entry.state = read),
      () => {
        if (this.entries.get(key) === entry) this.entries.delete(key);
      },
    );
    return state;
  }

  invalidate(key: string): void {
    this.entries.delete(key);
  }

  invalidateOwner(owner: string): void {
    for (const [key, known] of this.entries) if (known.owner === owner) this.entries.delete(key);
  }
}
