import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { AccountId } from '../../kernel/account-id';
import { DomainEvents, type PositionedEvent } from './domain-events';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { ConnectionSlots } from '../database/connection-slots';
import { Transactions } from '../database/transactions';
import { Poller } from '../poller';
import { LOGGER } from '../logging/logger';

/** Milliseconds between searches for events that other processes recorded. */
const pollIntervalMs = 250;
/** Between rounds: under load a position costs a fraction then, and nobody notices that a webhook leaves a moment later. */
const restMs = 20;
const batchSize = 500;
/** A reader of the feed does not give positions to everything that a million rows of an import left behind. */
const maxCatchUpBatches = 20;
/** Key of the advisory lock. Any number will do, if all releases use the same one. */
const positionLock = 7_405_283_003;

/**
 * Gives committed events their positions in the change feed, and tells those who hand them on. A position is given behind all that
 * were ever given, by one process at a time, in the order in which the events of each record were written while its row was
 * locked: so nothing ever appears behind a position that somebody has read up to, and each record's events keep their order.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly poller: Poller;
  private catchingUp: Promise<void> = Promise.resolve();
  private nextCatchUp: Promise<void> | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly domainEvents: DomainEvents,
    connections: ConnectionSlots,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) logger: Logger,
  ) {
    const round = () =>
      connections.takeEach('relay', 'background', () => this.assignPositions(() => !this.poller.isStopping));
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
   * Gives positions to what is committed now, so that a reader of this account finds it: all of it, unless more than 10,000 events wait.
   * Many readers at once wait for one and the same round, which begins after they came.
   */
  async catchUp(accountId: AccountId): Promise<void> {
    if (!(await this.isBehind(accountId))) return;
    this.nextCatchUp ??= this.catchingUp.then(() => {
      this.nextCatchUp = undefined;
      let batches = 0;
      const round = this.assignPositions(() => batches++ < maxCatchUpBatches);
      this.catchingUp = round.catch(() => undefined);
      return round;
    });
    await this.nextCatchUp;
  }

  private async assignPositions(goesOn: () => boolean): Promise<void> {
    for (let placed = batchSize; placed === batchSize && goesOn() && (await this.isBehind());) {
      placed = await this.transactions.run(() => this.assignBatch());
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

  private async assignBatch(): Promise<number> {
    // A statement of its own, so that the next one sees what the previous holder of the lock committed.
    await this.transactions.rows('events-lock', 'select pg_advisory_xact_lock($1)', [positionLock]);
    const events = await this.transactions.rows<PositionedEvent>(
      'events-place',
      `with placed as materialized (
         select id, nextval('events_position_seq') as position
         from (select id from events where position is null order by seq limit $1) as waiting
       )
       update events set position = placed.position from placed where events.id = placed.id
       returning events.id, events.account_id, events.type`,
      [batchSize],
    );
    if (events.length > 0) await this.domainEvents.emit('events.positioned', { events });
    return events.length;
  }
}
