import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { AccountId } from '../../kernel/account-id';
import { Clock } from '../../kernel/clock';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { Transactions } from '../../platform/database/transactions';
import { beforeAllAccounts } from '../../platform/fairness/due-in-turn';
import { LOGGER } from '../../platform/logging/logger';
import { DomainEvents, type PositionRange } from '../../platform/outbox/domain-events';
import { Poller } from '../../platform/poller';
import { WorkQueues } from '../../platform/queue/work-queues';
import type { EndpointBacklog } from './backlog';
import { Backlogs } from './backlogs';
import { DeliveriesRepository, type PlacedEvent } from './deliveries.repository';
import { FanOutsRepository } from './fan-outs.repository';

/** Milliseconds between searches for events to which other processes gave positions. */
const pollIntervalMs = 250;
/** Maximum number of accounts in a round. */
const maxAccounts = 50;
/** How many deliveries are made in a round, in equal shares; an event with all its deliveries is the least. */
const roundSize = 5_000;
/** Maximum number of events in a transaction. */
const maxEvents = 500;

/**
 * Makes the deliveries of events, behind the relay that gives the events their positions. The relay's transaction notes
 * which positions it gave; here each account has one small transaction in each round, which makes deliveries and moves
 * on what was noted. So nothing is lost or made twice, whenever the process is killed.
 */
@Injectable()
export class FanOut implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly poller: Poller;
  /** The account behind which the next round begins. */
  private searchedTo = beforeAllAccounts;

  constructor(
    private readonly ranges: FanOutsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly backlogs: Backlogs,
    private readonly transactions: Transactions,
    private readonly queues: WorkQueues,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) logger: Logger,
    domainEvents: DomainEvents,
  ) {
    domainEvents.on('events.positioned', ({ ranges }) => this.note(ranges));
    this.poller = new Poller('deliveries are not made', pollIntervalMs, () => this.runAll(), logger);
  }

  onApplicationBootstrap(): void {
    if (this.config.workers) this.poller.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.poller.stop();
  }

  wake(): void {
    this.poller.wake();
  }

  /**
   * Gives each account that has events without deliveries one turn, at most fifty accounts.
   *
   * @returns how many accounts had their turn. Those that another process has are not among them.
   */
  async run(): Promise<number> {
    const waiting = await this.ranges.findInTurn(this.searchedTo, maxAccounts);
    const isFromStart = this.searchedTo === beforeAllAccounts;
    this.searchedTo = waiting.length === maxAccounts ? waiting.at(-1)!.account_id : beforeAllAccounts;
    if (waiting.length === 0 && !isFromStart) return this.run();
    const share = Math.ceil(roundSize / waiting.length);
    let turns = 0;
    const failures: unknown[] = [];
    for (const { account_id, first_position } of waiting) {
      try {
        if (await this.transactions.run(() => this.deliver(account_id, first_position, share))) turns++;
      } catch (error) {
        // The others have their turns all the same.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return turns;
  }

  /** Until all accounts were looked at and none of them had a turn. */
  private async runAll(): Promise<void> {
    let isMore = true;
    while (isMore && !this.poller.isStopping) isMore = (await this.run()) > 0 || this.searchedTo !== beforeAllAccounts;
  }

  private async note(ranges: readonly PositionRange[]): Promise<void> {
    const noted = await this.ranges.insert(ranges, this.clock.now());
    if (noted > 0) this.transactions.afterCommit(() => this.wake());
  }

  /** @returns false if another process is at it, or was. */
  private async deliver(accountId: AccountId, firstPosition: number, share: number): Promise<boolean> {
    const [, range] = await this.transactions.pipelined(
      this.transactions.commitWithoutWaiting(),
      this.ranges.lock(accountId, firstPosition),
    );
    if (range === null) return false;
    const backlog = await this.backlogs.lock(accountId);
    const active = backlog.endpoints.filter(({ is_active }) => is_active);
    const limit = Math.min(maxEvents, Math.max(1, Math.floor(share / Math.max(1, active.length))));
    const types = [...new Set(active.flatMap(({ events }) => events))];
    const events = await this.ranges.findEvents(range, types, limit);
    const wanted = events.flatMap((event) =>
      active.filter((endpoint) => isFor(endpoint, event)).map((endpoint) => ({ event, endpoint })),
    );
    const rooms = await this.backlogs.take(
      backlog,
      wanted.map(({ endpoint }) => endpoint.id),
    );
    wanted.filter((_, index) => !rooms[index]).forEach(({ event, endpoint }) => backlog.miss(endpoint.id, event));
    const made = wanted
      .filter((_, index) => rooms[index])
      .map(({ event, endpoint: { id, url_version } }) => ({
        ...{ account_id: accountId, endpoint_id: id, url_version, event_id: event.id, event: event.type },
      }));
    await this.deliveries.insert(made, this.clock.now());
    await this.backlogs.save(accountId, backlog);
    const last = events.at(-1)?.position;
    if (events.length < limit || last === range.last_position) await this.ranges.remove(range);
    else await this.ranges.advance(range, last! + 1);
    if (made.length > 0) this.transactions.afterCommit(() => this.queues.wake('webhook-deliveries'));
    return true;
  }
}

function isFor({ events, after_position }: EndpointBacklog, { type, position }: PlacedEvent): boolean {
  return events.includes(type) && position > (after_position ?? 0);
}
