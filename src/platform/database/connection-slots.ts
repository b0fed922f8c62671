import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { FairSlots, type Slot } from '../fairness/fair-slots';

/** Connections in the pool of a process. */
export const poolSize = 20;
/** For what takes no slot, because it must always get through: probes, metrics, the look at who calls. */
const withoutSlot = 2;

/**
 * What a connection is for. `slow` is what may take seconds, such as deletions and searches. `dry_run` is what is rolled
 * back, one at a time for each account (docs/contract.md, section 7). `public` is what needs no token. `background` is what
 * no answer within two seconds depends on, such as webhooks and imports.
 */
export type ConnectionClass = 'quick' | 'slow' | 'dry_run' | 'public' | 'background';

interface Scope {
  owner: string;
  readonly of: ConnectionClass;
  isOver: boolean;
}

/**
 * The connections to the database, by account in turn (docs/decisions/0038-shared-capacity.md). A request holds a slot while
 * its handler runs; `ConnectionGuard` takes it. What waits for other things than the database takes a slot for each connection
 * with `takeEach`, and so does background work.
 */
@Injectable()
export class ConnectionSlots {
  readonly slots = new FairSlots<ConnectionClass>({
    name: 'database connections',
    slots: poolSize - withoutSlot,
    maxPerOwner: 8,
    classes: {
      quick: { reserved: 4 },
      // Beside more of them, what is quick would wait for a processor of the database.
      slow: { max: 3, maxPerOwner: 2 },
      dry_run: { max: 2, maxPerOwner: 1 },
      public: { reserved: 2, maxPerOwner: 4 },
      background: { reserved: 2, maxPerOwner: 2, timeoutMs: null },
    },
    timeoutMs: 2_000,
    // As many as the largest burst of an app (RATE_LIMIT_APP).
    maxWaitingPerOwner: 1_000,
    maxWaiting: 4_000,
  });

  private readonly scopes = new AsyncLocalStorage<Scope>();
  private openCount = 0;

  /**
   * Runs the work so that it holds a slot for each connection that it uses, as long as it uses it. The storage is only in use
   * meanwhile, because it makes every promise of the process slower: by 8 % of a GET's processor time on Node 20.
   *
   * @param owner an account, or a name for work that is not of one.
   */
  async takeEach<Result>(owner: string, of: ConnectionClass, work: () => Promise<Result>): Promise<Result> {
    const scope: Scope = { owner, of, isOver: false };
    this.openCount++;
    try {
      return await this.scopes.run(scope, work);
    } finally {
      // What the work began and did not wait for goes on in the scope, as if it were in none.
      scope.isOver = true;
      if (--this.openCount === 0) this.scopes.disable();
    }
  }

  /** Says whose work it is, if this is known only after the first statement. Does nothing outside `takeEach`. */
  setOwner(owner: string): void {
    const scope = this.scopes.getStore();
    if (scope) scope.owner = owner;
  }

  /** @returns a slot for a connection that is asked for here; undefined where none is needed. */
  take(): Promise<Slot> | undefined {
    const scope = this.scopes.getStore();
    return scope && !scope.isOver ? this.takeFor(scope) : undefined;
  }

  private async takeFor({ owner, of }: Scope): Promise<Slot> {
    return this.slots.tryTake(owner, of) ?? this.slots.wait(owner, of).slot;
  }
}
