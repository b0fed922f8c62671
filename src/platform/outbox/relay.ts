import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { AccountId } from '../../kernel/account-id';
import { Announcements, type PlacedEvent } from './announcements';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { Transactions } from '../database/transactions';
import { Rounds } from '../rounds';
import { LOGGER } from '../logging/logger';

/** Milliseconds between searches for events that other processes recorded. */
const pollInterval = 250;
/** Milliseconds between rounds. Under load a round then covers many events; the delay of a webhook does not matter. */
const rest = 20;
const batch = 500;
/** Maximum number of batches that a reader of the feed waits for: an import of a million rows would take too long. */
const readersBatches = 20;
/** Key of the advisory lock. Any number will do, if all releases use the same one. */
const lock = 7_405_283_003;

/**
 * Gives committed events their positions in the change feed and announces them. One process at a time does so. A new
 * position is behind all earlier ones, so no event appears behind a cursor that was given out. Events of a record keep
 * the order in which they were written while its row was locked.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private catchingUp: Promise<void> = Promise.resolve();
  private nextCatchUp: Promise<void> | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly announcements: Announcements,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) logger: Logger,
  ) {
    const round = () => this.place(() => !this.rounds.isStopping);
    this.rounds = new Rounds('events cannot be handed on', pollInterval, round, logger, rest);
  }

  onApplicationBootstrap(): void {
    if (this.config.workers) this.rounds.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  /** Starts a round soon, if this process does background work. */
  wake(): void {
    this.rounds.wake();
  }

  /**
   * Positions all events that are committed now, so that a reader of this account finds them; not all if more than
   * 10,000 wait. Readers that come together share one round, which begins after they came.
   */
  async catchUp(accountId: AccountId): Promise<void> {
    if (!(await this.isBehind(accountId))) return;
    this.nextCatchUp ??= this.catchingUp.then(() => {
      this.nextCatchUp = undefined;
      let batches = 0;
      const round = this.place(() => batches++ < readersBatches);
      this.catchingUp = round.catch(() => undefined);
      return round;
    });
    await this.nextCatchUp;
  }

  private async place(goesOn: () => boolean): Promise<void> {
    for (let placed = batch; placed === batch && goesOn() && (await this.isBehind());) {
      placed = await this.transactions.run(() => this.placeBatch());
    }
  }

  /** @param accountId null: of any account. */
  private async isBehind(accountId: AccountId | null = null): Promise<boolean> {
    const [found] = await this.transactions.rows<{ behind: boolean }>(
      accountId === null ? 'events-behind' : 'events-behind-of-account',
      `select exists (
         select from events where position is null ${accountId === null ? '' : 'and account_id = $1'}
       ) as behind`,
      accountId === null ? [] : [accountId],
    );
    return found!.behind;
  }

  private async placeBatch(): Promise<number> {
    // A statement of its own, so that the next one sees what the previous holder of the lock committed.
    await this.transactions.rows('events-lock', 'select pg_advisory_xact_lock($1)', [lock]);
    const events = await this.transactions.rows<PlacedEvent>(
      'events-place',
      `with placed as materialized (
         select id, nextval('events_position_seq') as position
         from (select id from events where position is null order by seq limit $1) as waiting
       )
       update events set position = placed.position from placed where events.id = placed.id
       returning events.id, events.account_id, events.type`,
      [batch],
    );
    if (events.length > 0) await this.announcements.announce('events.placed', { events });
    return events.length;
  }
}
