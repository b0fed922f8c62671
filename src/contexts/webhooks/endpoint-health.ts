import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Clock } from '../../kernel/clock';
import { ConnectionSlots } from '../../platform/database/connection-slots';
import { Transactions } from '../../platform/database/transactions';
import { MailOutbox } from '../../platform/mail/mail-outbox';
import { MicroBatcher } from '../../platform/micro-batcher';
import { UsersService } from '../users/users.service';
import type { Attempt, StartedAttempt } from './delivery';
import { DueDeliveriesRepository, type Success } from './due-deliveries.repository';
import { isQuick, nextAttemptAt } from './schedule';
import type { DeliveryResult } from './sender';
import type { Webhook } from './webhook.entity';
import { deliveryGivenUpMail, switchedOffMail } from './webhook-mails';
import { WebhooksRepository } from './webhooks.repository';

const minutes = 60_000;
const hours = 60 * minutes;
const days = 24 * hours;

/**
 * An endpoint is switched off if all of these hold. A count alone will not do: a busy endpoint fails twenty times
 * within a second.
 */
const unhealthyAfterMs = 5 * days;
const minFailedAttempts = 20;
const minFailingMs = 12 * hours;

/** Resolution of `healthy_at`. It limits the update to one a minute instead of one for each delivery. */
const healthPrecisionMs = 1 * minutes;
/** Maximum number of successes in one statement. */
const maxSuccessBatch = 50;
const mailLifetimeMs = 3 * days;

const gone = 410;

/** Records the result of an attempt, for the delivery and for its endpoint. */
@Injectable()
export class EndpointHealth {
  private readonly successes = new MicroBatcher<Success, void>(maxSuccessBatch, (some) => this.succeed(some));

  constructor(
    private readonly deliveries: DueDeliveriesRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly users: UsersService,
    private readonly mails: MailOutbox,
    private readonly transactions: Transactions,
    private readonly connections: ConnectionSlots,
    private readonly clock: Clock,
  ) {}

  async record(delivery: StartedAttempt, url: string, result: DeliveryResult, attempt: Attempt): Promise<void> {
    if (result.failure === null) {
      return this.successes.add({ delivery, attempt, isQuick: isQuick(attempt.duration_ms) });
    }
    const now = this.clock.now();
    const isGone = result.status === gone;
    const next = isGone ? null : nextAttemptAt(delivery.attempt_count + 1, result, now, Math.random());
    await this.transactions.run(async () => {
      const status = next === null ? 'failed' : 'pending';
      if (!(await this.deliveries.finish(delivery, status, attempt, next))) return;
      const webhook = await this.webhooks.findForUpdate(delivery.account_id, delivery.endpoint_id);
      // The result says nothing about an endpoint whose URL has changed, or that was switched off meanwhile.
      if (webhook?.is_active && webhook.url === url) await this.count(webhook, attempt, isGone, next === null, now);
    });
  }

  private async succeed(successes: readonly Success[]): Promise<void[]> {
    const now = this.clock.now();
    const healthySince = new Date(now.getTime() - healthPrecisionMs);
    // The batcher runs this outside the scopes of those whose results it records.
    await this.connections.takeEach('webhook-deliveries', 'background', () =>
      this.deliveries.succeed(successes, now, healthySince),
    );
    return [];
  }

  private async count(
    webhook: Webhook,
    { failure, duration_ms }: Attempt,
    isGone: boolean,
    isGivenUp: boolean,
    now: Date,
  ): Promise<void> {
    const { account_id, id, healthy_at } = webhook;
    const failing_since = webhook.failing_since ?? now;
    const failed_attempts = webhook.failed_attempts + 1;
    const reason = isGone
      ? 'The receiver answered 410 Gone: it wants no more events.'
      : failed_attempts >= minFailedAttempts &&
          since(failing_since, now) >= minFailingMs &&
          since(healthy_at, now) >= unhealthyAfterMs
        ? `No attempt has succeeded since ${healthy_at.toISOString()}; the last ${failed_attempts} failed.`
        : null;
    const tells = isGivenUp && !isGone && webhook.given_up_told_at === null;
    await this.webhooks.update(account_id, id, {
      failing_since,
      failed_attempts,
      timeouts: failure === 'timeout' ? (webhook.timeouts ?? 0) + 1 : null,
      is_quick: isQuick(duration_ms),
      ...(tells ? { given_up_told_at: now } : {}),
      ...(reason === null ? {} : { is_active: false, disabled_reason: reason, updated_at: now }),
    });
    if (reason !== null) await this.tellOwners(account_id, switchedOffMail(webhook, reason), now);
    else if (tells) await this.tellOwners(account_id, deliveryGivenUpMail(webhook), now);
  }

  private async tellOwners(accountId: AccountId, mail: { subject: string; text: string }, now: Date): Promise<void> {
    const posting = { expiresAt: new Date(now.getTime() + mailLifetimeMs), accountId };
    for (const to of await this.users.emailsOfOwners(accountId)) await this.mails.post({ to, ...mail }, posting);
  }
}

function since(moment: Date, now: Date): number {
  return now.getTime() - moment.getTime();
}
