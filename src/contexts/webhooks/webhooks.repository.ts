import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import { DomainError } from '../../kernel/domain-error';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { Webhook } from './webhook.entity';
import { webhooksErrors } from './webhooks.errors';

/** Named one by one: a prepared `select *` fails on running instances after a migration adds a column. */
const columns = `id, account_id, created_by, url, url_version, description, events, is_active, disabled_reason,
  suspended_at, secret, secret_prefix, previous_secret, previous_secret_until, healthy_at, failing_since, failed_attempts,
  given_up_told_at, is_quick, timeouts, after_position, waiting_at_most, count_again_at, missed_since, missed_position,
  created_at, updated_at`;

/**
 * The statements on `webhooks`, besides those about what waits (`backlogs.ts`) and those of the worker
 * (`delivery-claims.ts`, `due-deliveries.repository.ts`).
 */
@Injectable()
export class WebhooksRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first. Returns one row more than the limit if there are more. */
  async list(accountId: AccountId, after: Position | null, limit: number): Promise<Webhook[]> {
    const where = Where.of(accountId).after(after);
    return this.transactions.rows<Webhook>(
      where.name('webhooks-list'),
      `select ${columns} from webhooks where ${where.text} order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find(accountId: AccountId, id: string): Promise<Webhook | null> {
    return this.webhooks.findOneBy({ account_id: accountId, id });
  }

  /** @throws DomainError `webhooks.not_found`. */
  async get(accountId: AccountId, id: string): Promise<Webhook> {
    const webhook = await this.find(accountId, id);
    if (!webhook) throw new DomainError(webhooksErrors.not_found);
    return webhook;
  }

  /** @throws DomainError `webhooks.not_found`, or `webhooks.invalid_request` if the endpoint is switched off. */
  async getActive(accountId: AccountId, id: string): Promise<Webhook> {
    const webhook = await this.get(accountId, id);
    if (webhook.is_active) return webhook;
    const message = 'The endpoint is switched off, so nothing is sent to it. PATCH is_active to true first.';
    throw new DomainError(webhooksErrors.invalid_request, { message });
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(accountId: AccountId, id: string): Promise<Webhook | null> {
    const [webhook] = await this.transactions.rows<Webhook>(
      'webhooks-by-id-for-update',
      `select ${columns} from webhooks where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return webhook ?? null;
  }

  async count(accountId: AccountId): Promise<number> {
    const [counted] = await this.transactions.rows<{ count: number }>(
      'webhooks-count',
      'select count(*) from webhooks where account_id = $1',
      [accountId],
    );
    return counted!.count;
  }

  async insert(webhook: Webhook): Promise<void> {
    await this.webhooks.insert(webhook);
  }

  async update(accountId: AccountId, id: string, changes: Partial<Webhook>): Promise<void> {
    await this.webhooks.update({ account_id: accountId, id }, changes);
  }

  /** Locks in the order of ids, as those who record results of deliveries do. */
  async suspendAll(accountId: AccountId, reason: string, now: Date): Promise<void> {
    await this.transactions.rows(
      'webhooks-suspend',
      `update webhooks set is_active = false, disabled_reason = $2, suspended_at = $3, updated_at = $3
       where account_id = $1 and id = any (array(
         select id from webhooks where account_id = $1 and is_active order by id for update
       ))`,
      [accountId, reason, now],
    );
  }

  /** Oldest first. */
  async listSuspended(accountId: AccountId, limit: number): Promise<Pick<Webhook, 'id' | 'url'>[]> {
    return this.transactions.rows<Pick<Webhook, 'id' | 'url'>>(
      'webhooks-suspended',
      `select id, url from webhooks where account_id = $1 and suspended_at is not null and not is_active
       order by created_at, id limit $2`,
      [accountId, limit],
    );
  }

  async confirmSuspended(accountId: AccountId, now: Date): Promise<void> {
    await this.transactions.rows(
      'webhooks-confirm',
      `update webhooks set is_active = true, disabled_reason = null, suspended_at = null, healthy_at = $2,
         failing_since = null, failed_attempts = 0, given_up_told_at = null, updated_at = $2
       where account_id = $1 and suspended_at is not null and not is_active`,
      [accountId, now],
    );
  }

  async delete(accountId: AccountId, id: string): Promise<void> {
    await this.webhooks.delete({ account_id: accountId, id });
  }

  /** Across accounts: locks endpoints whose secrets were not encrypted with the key and in the form of this mark. */
  async findForeignSecrets(mark: Buffer, limit: number): Promise<Webhook[]> {
    return this.transactions.rows<Webhook>(
      'webhooks-foreign-secrets',
      `select ${columns} from webhooks
       where substr(secret, 1, length($1::bytea)) <> $1 or substr(previous_secret, 1, length($1::bytea)) <> $1
       limit $2 for update skip locked`,
      [mark, limit],
    );
  }

  /** Across accounts. @returns the number of endpoints changed. */
  async forgetPreviousSecrets(now: Date, limit: number): Promise<number> {
    const forgotten = await this.transactions.rows(
      'webhooks-forget-previous-secrets',
      `update webhooks set previous_secret = null, previous_secret_until = null
       where id = any (array(select id from webhooks where previous_secret_until <= $1 limit $2 for update skip locked))
       returning 1 as forgotten`,
      [now, limit],
    );
    return forgotten.length;
  }

  private get webhooks(): Repository<Webhook> {
    return this.transactions.repository(Webhook);
  }
}
