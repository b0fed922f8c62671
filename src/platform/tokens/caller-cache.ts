import { type Clock } from '../../kernel/clock';

/** Milliseconds for which an instance believes what it read of a caller. It forgets its own changes at once. */
const lifetimeMs = 1_000;
const maxEntries = 10_000;

interface Entry<State> {
  readonly read_at: number;
  readonly owner: string;
  /** The state, or the promise of it while it is being read. */
  state: State | Promise<State>;
}

/**
 * Caches the states of callers: one query a second for each caller instead of one for each request. An entry may be a
 * promise. If it is forgotten meanwhile, nobody can find the result of a read that began before the change.
 */
export class CallerCache<State> {
  private readonly entries = new Map<string, Entry<State>>();

  constructor(private readonly clock: Clock) {}

  /** @param owner the owner of the key. An entry of another owner is read anew. */
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
