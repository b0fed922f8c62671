import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { ConnectionSlots } from '../../platform/database/connection-slots';
import { Encryption } from '../../platform/encryption/encryption';
import { eventBody } from '../../platform/outbox/event-body';
import { LOGGER } from '../../platform/logging/logger';
import { Metrics, type OutcomeCounter } from '../../platform/metrics/metrics';
import { MicroBatcher } from '../../platform/micro-batcher';
import type { Job } from '../../platform/queue/queue-engine';
import { type JobHandler, WorkQueues } from '../../platform/queue/work-queues';
import { type Attempt, type StartedAttempt, testType } from './delivery';
import { type ClaimLimits, DeliveryClaims } from './delivery-claims';
import { DueDeliveriesRepository } from './due-deliveries.repository';
import { EndpointHealth } from './endpoint-health';
import { FailureLog } from './failure-log';
import { timeoutAfter } from './schedule';
import { type DeliveryResult, type Failure, failures, Sender } from './sender';
import { secretPurpose, signedHeaders } from './signature';

/** How many deliveries a process has under way at once, whatever their endpoints are like. */
const slots = 32;
/** Maximum under way over all processes to one endpoint and of one account. */
export const maxPerEndpoint = 4;
export const maxPerAccount = 12;
/** Milliseconds for which no other worker takes a claimed delivery. */
const leaseMs = 60_000;
/** Milliseconds that must be left of the lease when an attempt begins. An attempt takes 15 s at most (sender.ts). */
const minRemainingLeaseMs = 25_000;
/** Milliseconds until a worker looks again at a delivery whose secret it cannot decrypt. */
const missingKeyRetryMs = 5 * 60_000;
/** The metric of waiting deliveries counts no further than this. */
const maxCountedWaiting = 10_000;
/** Milliseconds between tries to record the result of an attempt. */
const writeRetryDelaysMs = [250, 1_000, 3_000];

/** Sends due deliveries to their endpoints. */
@Injectable()
export class DeliveryWorker implements JobHandler {
  readonly queue = 'webhook-deliveries';
  readonly concurrency = slots;

  /** Attempts that the claim began in the same statement, by their jobs. */
  private readonly started = new WeakMap<Job, StartedAttempt>();
  private readonly startBatcher = new MicroBatcher<Job, StartedAttempt | undefined>(slots, (jobs) => this.start(jobs));
  private readonly attempts: OutcomeCounter<'succeeded' | Failure>;

  constructor(
    private readonly claims: DeliveryClaims,
    private readonly deliveries: DueDeliveriesRepository,
    private readonly health: EndpointHealth,
    private readonly sender: Sender,
    private readonly connections: ConnectionSlots,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
    private readonly failureLog: FailureLog,
    @Inject(LOGGER) private readonly logger: Logger,
    queues: WorkQueues,
    metrics: Metrics,
  ) {
    queues.register(this);
    this.attempts = metrics.counter(
      'webhook_deliveries_total',
      'Attempts to deliver events to webhook endpoints: succeeded, or why not.',
      ['succeeded', ...failures],
    );
    metrics.gauge(
      'oldest_undelivered_event_seconds',
      'How long the oldest event waits that could go on: to its place in the feed, or to its endpoint.',
      () => this.waitingSeconds(),
    );
  }

  async claim(limit: number, isLocal: boolean): Promise<Job[]> {
    const bounds = { perEndpoint: maxPerEndpoint, perAccount: maxPerAccount };
    return this.claimWithin({ limit, ...bounds, quickOnly: false }, isLocal);
  }

  async claimWithin(limits: ClaimLimits, isLocal: boolean): Promise<Job[]> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + leaseMs);
    if (!isLocal) return this.claims.claim(limits, now, until);
    const started = await this.claims.claimAndStart(limits, now, until);
    return started.map((delivery) => {
      const job = { id: delivery.id, attempt: delivery.attempt - 1 };
      this.started.set(job, delivery);
      return job;
    });
  }

  async countWaiting(): Promise<number> {
    return this.deliveries.countDue(this.clock.now(), maxCountedWaiting);
  }

  async release(jobs: readonly Job[]): Promise<void> {
    await this.claims.release(jobs);
  }

  async handle(job: Job, signal: AbortSignal): Promise<void> {
    const delivery = this.started.get(job) ?? (await this.startBatcher.add(job));
    if (!delivery) return;
    const now = this.clock.now();
    const body = bodyOf(delivery);
    // Only what uses the database, because sending takes up to 15 s.
    const inBackground = <Result>(work: () => Promise<Result>) =>
      this.connections.takeEach(delivery.account_id, 'background', work);
    if (delivery.url === null || body === null) {
      await inBackground(async () => {
        await this.deliveries.finish(delivery, 'cancelled', null, null);
        // The endpoint was deleted. A million deliveries may wait for it, so one statement cancels many of them.
        if (delivery.url === null) await this.deliveries.cancelDue(delivery, now);
      });
      return;
    }
    const secrets = this.secretsOf(delivery, now);
    if (secrets === null) {
      const next = new Date(now.getTime() + missingKeyRetryMs);
      await inBackground(() => this.deliveries.finish(delivery, 'pending', null, next));
      return;
    }
    const begin = performance.now();
    const headers = { ...signedHeaders(delivery.event_id, now, body, secrets), ...missedHeader(delivery) };
    const result = await this.sender.post(delivery.url, headers, body, timeoutAfter(delivery.timeouts), signal);
    const duration = Math.round(performance.now() - begin);
    this.log(delivery, result, duration);
    this.attempts.inc(result.failure ?? 'succeeded');
    const attempt = toAttempt(result, now, duration);
    const record = () => this.health.record(delivery, delivery.url!, result, attempt);
    await retry(() => inBackground(record), signal);
  }

  private async start(jobs: readonly Job[]): Promise<(StartedAttempt | undefined)[]> {
    const leaseUntil = new Date(this.clock.now().getTime() + minRemainingLeaseMs);
    const started = await this.connections.takeEach(this.queue, 'background', () =>
      this.claims.start(jobs, leaseUntil),
    );
    const byJob = new Map(started.map((delivery) => [`${delivery.id} ${delivery.attempt - 1}`, delivery]));
    return jobs.map(({ id, attempt }) => {
      const job = `${id} ${attempt}`;
      const delivery = byJob.get(job);
      // A queue may deliver a job twice. The second handler finds nothing, as it would in the database.
      byJob.delete(job);
      return delivery;
    });
  }

  private async waitingSeconds(): Promise<number> {
    const now = this.clock.now();
    const since = await this.deliveries.waitingSince(now);
    return since === null ? 0 : Math.max(0, now.getTime() - since.getTime()) / 1_000;
  }

  /** @returns null if the key is missing; the delivery then stays pending. */
  private secretsOf(
    { id, endpoint_id, secret, previous_secret, previous_secret_until }: StartedAttempt,
    now: Date,
  ): string[] | null {
    const signing = [secret];
    if (previous_secret && previous_secret_until && previous_secret_until > now) signing.push(previous_secret);
    try {
      return signing.map((encrypted) => this.encryption.decrypt(secretPurpose, endpoint_id, encrypted));
    } catch (error) {
      this.logger.error({ error, delivery_id: id, endpoint_id }, 'the secret of a webhook endpoint cannot be read');
      return null;
    }
  }

  private log(
    { id, account_id, endpoint_id, event }: StartedAttempt,
    { status, failure }: DeliveryResult,
    duration_ms: number,
  ): void {
    const line = { delivery_id: id, account_id, endpoint_id, event, status, failure, duration_ms };
    if (failure === null) this.logger.debug(line, 'a webhook was delivered');
    else this.failureLog.add(line);
  }
}

/** Tells the receiver that events are missing among what it gets, and since when. */
function missedHeader({ missed_since }: StartedAttempt): Readonly<Record<string, string>> {
  return missed_since === null ? {} : { 'webhook-missed-since': missed_since.toISOString() };
}

/** Records a result, with retries. If a result were lost, the receiver would get the delivery again. */
async function retry(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (const wait of writeRetryDelaysMs) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      await delay(wait);
    }
  }
  return work();
}

/** Makes the body, with the same bytes at each attempt. @returns null if the event is no longer kept. */
function bodyOf(delivery: StartedAttempt): string | null {
  const { event_id: id, account_id, event: type, endpoint_id, created_at } = delivery;
  if (type === testType) {
    const data = { endpoint_id };
    return JSON.stringify({ id, event: type, timestamp: created_at.toISOString(), account_id, data });
  }
  const { entity_id, data, previous, happened_at } = delivery;
  if (entity_id === null || happened_at === null) return null;
  return JSON.stringify(eventBody({ id, account_id, type, entity_id, data, previous, created_at: happened_at }));
}

function toAttempt({ status, failure, response_start }: DeliveryResult, now: Date, duration_ms: number): Attempt {
  return { at: now.toISOString(), status, failure, duration_ms, response_start };
}
