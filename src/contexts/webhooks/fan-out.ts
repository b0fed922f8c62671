import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { AccountId } from '../../kernel/account-id';
import { Clock } from '../../kernel/clock';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { ConnectionSlots } from '../../platform/database/connection-slots';
import { Transactions } from '../../platform/database/transactions';
import { beforeAllAccounts } from '../../platform/fairness/due-in-turn';
import { LOGGER } from '../../platform/logging/logger';
import { DomainEvents, type PositionRange } from '../../platform/outbox/domain-events';
import { Poller } from '../../platform/poller';
import { WorkQueues } from '../../platform/queue/work-queues';
import type { Backlog, EndpointBacklog } from './backlog';
import { Backlogs } from './backlogs';
import { DeliveriesRepository, type NewDelivery, type PlacedEvent } from './deliveries.repository';
import { FanOutsRepository, type FirstRange } from './fan-outs.repository';

/** Milliseconds between searches for events to which other processes gave positions. */
const pollIntervalMs = 250;
/** Maximum number of accounts in a round. */
const maxAccounts = 50;
/** How many deliveries are made in a round, in equal shares; an event with all its deliveries is the least. */
const roundSize = 5_000;
/** Maximum number of events of an account in a round. */
const maxEvents = 500;

/**
 * Makes the deliveries of events, behind the relay that gives the events their positions. The relay's transaction notes
 * which positions it gave; a round here is one transaction, which makes deliveries of some events of each account and
 * removes the notes. So nothing is lost or made twice, whenever the process is killed.
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
    connections: ConnectionSlots,
  ) {
    domainEvents.on('events.positioned', ({ ranges }) => this.note(ranges));
    const round = () => connections.takeEach('webhook-fan-out', 'background', () => this.runAll());
    this.poller = new Poller('deliveries are not made', pollIntervalMs, round, logger);
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
    return waiting.length === 0 ? 0 : this.deliver(waiting);
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

  /** If the accounts cannot have their turns together, each has one of its own: one that fails keeps no others back. */
  private async deliver(first: readonly FirstRange[]): Promise<number> {
    try {
      return await this.transactions.run(() => this.deliverTogether(first));
    } catch (error) {
      if (first.length === 1) throw error;
      let turns = 0;
      const failures: unknown[] = [];
      for (const one of first) {
        try {
          turns += await this.transactions.run(() => this.deliverTogether([one]));
        } catch (other) {
          failures.push(other);
        }
      }
      if (failures.length > 0) throw failures[0];
      return turns;
    }
  }

  private async deliverTogether(first: readonly FirstRange[]): Promise<number> {
    const [, accountIds] = await this.transactions.pipelined(
      this.transactions.commitWithoutWaiting(),
      this.ranges.lock(first),
    );
    if (accountIds.length === 0) return 0;
    const share = Math.ceil(roundSize / accountIds.length);
    const backlogs = await this.backlogs.lockMany(accountIds);
    const ranges = byAccount(await this.ranges.findFirst(accountIds, Math.min(maxEvents, share)));
    const turn = [...ranges].flatMap(([accountId, own]) =>
      firstEvents(own, eventsFor(share, backlogs.get(accountId)!)),
    );
    const made: NewDelivery[] = [];
    for (const [accountId, events] of byAccount(await this.ranges.findEvents(turn))) {
      made.push(...(await this.take(backlogs.get(accountId)!, events)));
    }
    await this.deliveries.insert(made, this.clock.now());
    await this.backlogs.save(backlogs.values());
    await this.ranges.finish(turn);
    if (made.length > 0) this.transactions.afterCommit(() => this.queues.wake('webhook-deliveries'));
    return accountIds.length;
  }

  /** @returns the deliveries for which there is room; the others are marked as missed. */
  private async take(backlog: Backlog, events: readonly PlacedEvent[]): Promise<NewDelivery[]> {
    const active = activeOf(backlog);
    const wanted = events.flatMap((event) =>
      active.filter((endpoint) => isFor(endpoint, event)).map((endpoint) => ({ event, endpoint })),
    );
    const rooms = await this.backlogs.take(
      backlog,
      wanted.map(({ endpoint }) => endpoint.id),
    );
    wanted.filter((_, index) => !rooms[index]).forEach(({ event, endpoint }) => backlog.miss(endpoint.id, event));
    return wanted
      .filter((_, index) => rooms[index])
      .map(({ event, endpoint: { id, url_version } }) => ({
        ...{ account_id: event.account_id, endpoint_id: id, url_version, event_id: event.id, event: event.type },
      }));
  }
}

function byAccount<Row extends { readonly account_id: AccountId }>(rows: readonly Row[]): Map<AccountId, Row[]> {
  const groups = new Map<AccountId, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.account_id);
    if (group) group.push(row);
    else groups.set(row.account_id, [row]);
  }
  return groups;
}

function activeOf({ endpoints }: Backlog): EndpointBacklog[] {
  return endpoints.filter(({ is_active }) => is_active);
}

/** How many events make at most this number of deliveries. */
function eventsFor(deliveries: number, backlog: Backlog): number {
  const perEvent = Math.max(1, activeOf(backlog).length);
  return Math.min(maxEvents, Math.max(1, Math.floor(deliveries / perEvent)));
}

/** The ranges of the first events. The positions in a range were given one after the other, so they count its events. */
function firstEvents(ranges: readonly PositionRange[], count: number): PositionRange[] {
  const first: PositionRange[] = [];
  let left = count;
  for (const range of ranges) {
    if (left <= 0) break;
    const last_position = Math.min(range.last_position, range.first_position + left - 1);
    first.push({ ...range, last_position });
    left -= last_position - range.first_position + 1;
  }
  return first;
}

function isFor({ events, after_position }: EndpointBacklog, { type, position }: PlacedEvent): boolean {
  return events.includes(type) && position > (after_position ?? 0);
}
