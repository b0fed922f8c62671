import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { Encryption } from '../../platform/encryption/encryption';
import { eventBody } from '../../platform/events/event-body';
import { LOGGER } from '../../platform/logging/logger';
import type { Job } from '../../platform/queue/queue-engine';
import { type Work, WorkQueues } from '../../platform/queue/work-queues';
import { type Begun, DeliveriesRepository } from './deliveries.repository';
import { type Attempt, testType } from './delivery';
import { EndpointHealth } from './endpoint-health';
import { type Exchange, Sender } from './sender';
import { secretPurpose, signedHeaders } from './signature';

/** How many are under way at the same time: in a process; to one endpoint and of one account, in all of them. */
const concurrency = 24;
const perEndpoint = 4;
const perAccount = 12;
/** So long nobody else takes it. */
const lease = 60_000;
/** Of which so much must be left at the beginning of an attempt: longer than one takes. */
const enough = 25_000;

/** Sends what is due to the endpoints. */
@Injectable()
export class Deliverer implements Work {
  readonly queue = 'webhook-deliveries';
  readonly concurrency = concurrency;

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly health: EndpointHealth,
    private readonly sender: Sender,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    queues: WorkQueues,
  ) {
    queues.register(this);
  }

  async claim(limit: number): Promise<Job[]> {
    const now = this.clock.now();
    return this.deliveries.claim({ limit, perEndpoint, perAccount }, now, new Date(now.getTime() + lease));
  }

  async release(jobs: readonly Job[]): Promise<void> {
    await this.deliveries.release(jobs);
  }

  async handle(job: Job, signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    const delivery = await this.deliveries.begin(job, new Date(now.getTime() + enough));
    if (!delivery) return;
    const body = bodyOf(delivery);
    if (delivery.url === null || body === null) {
      await this.deliveries.finish(delivery, 'cancelled', null, null);
      // A million may wait for an endpoint that was deleted: not one by one.
      if (delivery.url === null) await this.deliveries.cancelDue(delivery, now);
      return;
    }
    const begin = performance.now();
    const headers = signedHeaders(delivery.event_id, now, body, this.secretsOf(delivery, now));
    const exchange = await this.sender.post(delivery.url, headers, body, signal);
    const duration = Math.round(performance.now() - begin);
    this.log(delivery, exchange, duration);
    await this.health.record(delivery, delivery.url, exchange, attemptOf(exchange, now, duration));
  }

  private secretsOf({ secret, previous_secret, previous_secret_until }: Begun, now: Date): string[] {
    const signing = [secret];
    if (previous_secret && previous_secret_until && previous_secret_until > now) signing.push(previous_secret);
    return signing.map((encrypted) => this.encryption.decrypt(secretPurpose, encrypted));
  }

  private log({ id, endpoint_id, event }: Begun, { status, failure }: Exchange, duration_ms: number): void {
    const line = { delivery_id: id, endpoint_id, event, status, failure, duration_ms };
    if (failure === null) this.logger.debug(line, 'a webhook was delivered');
    else this.logger.info(line, 'a webhook could not be delivered');
  }
}

/** The same bytes at every attempt. @returns null when the event is no longer kept. */
function bodyOf(delivery: Begun): string | null {
  const { event_id: id, account_id, event: type, endpoint_id, created_at } = delivery;
  if (type === testType) {
    const data = { endpoint_id };
    return JSON.stringify({ id, event: type, timestamp: created_at.toISOString(), account_id, data });
  }
  const { entity_id, data, previous, happened_at } = delivery;
  if (entity_id === null || happened_at === null) return null;
  return JSON.stringify(eventBody({ id, account_id, type, entity_id, data, previous, created_at: happened_at }));
}

function attemptOf({ status, failure, response_start }: Exchange, now: Date, duration_ms: number): Attempt {
  return { at: now.toISOString(), status, failure, duration_ms, response_start };
}
