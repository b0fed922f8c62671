import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { AccountId } from '../../kernel/account-id';
import { DomainEvents, type PositionRange } from './domain-events';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { ConnectionSlots } from '../database/connection-slots';
import { Transactions } from '../database/transactions';
import { accountsInTurn, beforeAllAccounts } from '../fairness/due-in-turn';
import { LOGGER } from '../logging/logger';
import { MicroBatcher } from '../micro-batcher';
import { Poller } from '../poller';

/** Milliseconds between searches for events that other processes recorded. */
const pollIntervalMs = 250;
/** Between rounds: under load a position costs a fraction then, and nobody notices that a webhook leaves a moment later. */
const restMs = 20;
/** Maximum number of events in a transaction. Everybody else who gives positions waits for its end. */
const batchSize = 500;
/** Maximum number of accounts that share a batch. */
const maxAccounts = 50;
/** A reader of the feed does not give positions to everything that a million rows of an import left behind. */
const maxCaughtUp = 10_000;
/** Key of the advisory lock. Any number will do, if all releases use the same one. */
const positionLock = 7_405_283_003;

interface Placed extends PositionRange {
  readonly count: number;
}

/**
 * Gives committed events their positions in the change feed, and tells those who hand them on. A position is given behind all that
 * were ever given, by one process at a time, in the order in which the events of each record were written while its row was
 * locked: so nothing ever appears behind a position that somebody has read up to, and each record's events keep their order.
 * Accounts share each batch, so that none waits for another one's import.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly poller: Poller;
  /** The account behind which the next search begins. */
  private searchedTo = beforeAllAccounts;
  /** Readers of a process share batches, so that together they wait for the lock with one connection. */
  private readonly readers = new MicroBatcher<AccountId, { readonly count: number; readonly isMore: boolean }>(
    maxAccounts,
    (accountIds) => this.placeFor(accountIds),
  );

  constructor(
    private readonly transactions: Transactions,
    private readonly domainEvents: DomainEvents,
    connections: ConnectionSlots,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) logger: Logger,
  ) {
    const round = () => connections.takeEach('relay', 'background', () => this.placeAll());
    this.poller = new Poller('events cannot be handed on', pollIntervalMs, round, logger, restMs);
  }

  onApplicationBootstrap(): void {
    if (this.config.workers) this.poller.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.poller.stop();
  }

  /** Gives positions soon to what was committed, if this process does background work. */
  wake(): void {
    this.poller.wake();
  }

  /**
   * Gives positions to the events of this account that are committed now, so that a reader finds them: all of them, unless more than
   * 10,000 wait. The reader waits for no events of accounts whose readers do not come at the same moment.
   */
  async catchUp(accountId: AccountId): Promise<void> {
    let isMore = await this.isBehind(accountId);
    for (let total = 0; isMore && total < maxCaughtUp;) {
      const placed = await this.readers.add(accountId);
      total += placed.count;
      isMore = placed.isMore;
    }
  }

  /** The last position that was given, in all accounts. What is committed from now on gets a later one. */
  async latestPosition(): Promise<number> {
    const [latest] = await this.transactions.rows<{ position: number | null }>(
      'events-latest-position',
      `select pg_sequence_last_value('events_position_seq') as position`,
      [],
    );
    return latest!.position ?? 0;
  }

  private async placeFor(accountIds: readonly AccountId[]): Promise<{ count: number; isMore: boolean }[]> {
    const distinct = [...new Set(accountIds)];
    const counts = new Map((await this.place(distinct)).map(({ account_id, count }) => [account_id, count]));
    return accountIds.map((accountId) => {
      const count = counts.get(accountId) ?? 0;
      return { count, isMore: count === shareOf(distinct) };
    });
  }

  private async placeAll(): Promise<void> {
    while (!this.poller.isStopping) {
      const accountIds = await this.findBehind();
      if (accountIds.length === 0) return;
      await this.place(accountIds);
    }
  }

  /** Finds accounts whose events wait for positions, and goes on behind them the next time. */
  private async findBehind(): Promise<AccountId[]> {
    const unplaced = { table: 'events', condition: 'position is null', order: 'seq' };
    const found = await this.transactions.rows<{ account_id: AccountId }>(
      'events-behind',
      `with recursive ${accountsInTurn(unplaced, '$1', '$2')} select account_id from in_turn order by place`,
      [this.searchedTo, maxAccounts],
    );
    const isFromStart = this.searchedTo === beforeAllAccounts;
    this.searchedTo = found.length === maxAccounts ? found.at(-1)!.account_id : beforeAllAccounts;
    return found.length > 0 || isFromStart ? found.map(({ account_id }) => account_id) : this.findBehind();
  }

  private async isBehind(accountId: AccountId): Promise<boolean> {
    const [found] = await this.transactions.rows<{ behind: boolean }>(
      'events-behind-of-account',
      'select exists (select from events where position is null and account_id = $1) as behind',
      [accountId],
    );
    return found!.behind;
  }

  /** Gives positions to the first events of each of these accounts, in equal shares. */
  private async place(accountIds: readonly AccountId[]): Promise<readonly Placed[]> {
    return this.transactions.run(async () => {
      // A statement of its own, so that the next one sees what the previous holder of the lock committed.
      await this.transactions.rows('events-lock', 'select pg_advisory_xact_lock($1)', [positionLock]);
      const ranges = await this.transactions.rows<Placed>(
        'events-place',
        `with placed as materialized (
           select id, nextval('events_position_seq') as position from (
             select waiting.id from unnest($1::uuid[]) as behind (account_id) cross join lateral (
               select id, seq from events where events.account_id = behind.account_id and position is null
               order by seq limit $2
             ) as waiting order by behind.account_id, waiting.seq
           ) as ordered
         ),
         updated as (
           update events set position = placed.position from placed where events.id = placed.id
           returning events.account_id, events.position
         )
         select account_id, min(position) as first_position, max(position) as last_position, count(*) as count
         from updated group by account_id`,
        [accountIds, shareOf(accountIds)],
      );
      if (ranges.length > 0) await this.domainEvents.emit('events.positioned', { ranges });
      return ranges;
    });
  }
}

/** How many events of each account go into a batch. */
function shareOf(accountIds: readonly AccountId[]): number {
  return Math.ceil(batchSize / accountIds.length);
}
