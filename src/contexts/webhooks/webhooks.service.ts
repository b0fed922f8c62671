import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { authorOf, type Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { differenceOf } from '../../kernel/difference';
import { DomainError } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Relay } from '../../platform/outbox/relay';
import { Encryption } from '../../platform/encryption/encryption';
import { newSecret, rotationWindowMs, secretPrefixOf, secretPurpose } from './signature';
import type { Webhook } from './webhook.entity';
import { webhookView, type WebhookView, type WebhookWithSecretView } from './webhook.view';
import type { CreateWebhookInput, ListWebhooksInput, UpdateWebhookInput } from './webhooks.dto';
import { webhooksErrors } from './webhooks.errors';
import { WebhooksRepository } from './webhooks.repository';

/**
 * Maximum number of endpoints of an account; each event may become this many deliveries. Requests at the same moment
 * may exceed it by one or two.
 */
const maxEndpoints = 100;

const suspendedReason =
  'It was made before the owner of the account had confirmed the e-mail address. Confirm it with POST ' +
  '/account/confirm-before, or switch it on.';

/** The health of an endpoint to which nothing has been sent. */
const resetHealth = {
  failing_since: null,
  failed_attempts: 0,
  given_up_told_at: null,
  is_quick: null,
  timeouts: null,
};

export type SuspendedWebhook = Pick<Webhook, 'id' | 'url'>;

/** Creates and changes endpoints and rotates their secrets. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly repository: WebhooksRepository,
    private readonly relay: Relay,
    private readonly transactions: Transactions,
    private readonly encryption: Encryption,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  async list(
    { account_id }: Caller,
    { limit = defaultPageLimit, cursor }: ListWebhooksInput,
  ): Promise<Page<WebhookView>> {
    const list = new PagedList(this.cursors, 'webhooks', account_id);
    const rows = await this.repository.list(account_id, list.after(cursor), limit);
    return list.page(rows, limit, webhookView);
  }

  async get({ account_id }: Caller, id: string): Promise<WebhookView> {
    return webhookView(orNotFound(await this.repository.find(account_id, id)));
  }

  async create(caller: Caller, input: CreateWebhookInput): Promise<WebhookWithSecretView> {
    const now = this.clock.now();
    const id = newId();
    const { secret, kept } = this.makeSecret(id);
    const webhook: Webhook = {
      id,
      account_id: caller.account_id,
      created_by: authorOf(caller),
      url: input.url,
      url_version: 0,
      description: input.description ?? '',
      events: input.events,
      is_active: input.is_active ?? true,
      disabled_reason: null,
      suspended_at: null,
      ...kept,
      previous_secret: null,
      previous_secret_until: null,
      healthy_at: now,
      ...resetHealth,
      after_position: await this.relay.latestPosition(),
      waiting_at_most: null,
      count_again_at: null,
      missed_since: null,
      missed_position: null,
      created_at: now,
      updated_at: now,
    };
    await this.transactions.run(async () => {
      if ((await this.repository.count(caller.account_id)) >= maxEndpoints) {
        const message = `An account has at most ${maxEndpoints} endpoints. Delete one that is not needed any more.`;
        throw new DomainError(webhooksErrors.invalid_request, { message });
      }
      await this.repository.insert(webhook);
    });
    return { ...webhookView(webhook), secret };
  }

  /**
   * After a change of the URL, pending deliveries for the old URL are cancelled. A new URL, and switching on, reset the
   * endpoint's health.
   */
  async update(caller: Caller, id: string, input: UpdateWebhookInput): Promise<WebhookView> {
    const after_position = input.is_active ? await this.relay.latestPosition() : null;
    return this.change(caller, id, (webhook, now) => {
      const difference = differenceOf<Webhook>(webhook, input);
      const isOther = 'url' in difference;
      return {
        ...difference,
        ...(isOther ? { url_version: webhook.url_version + 1 } : {}),
        ...(difference.is_active ? { disabled_reason: null, suspended_at: null, after_position } : {}),
        ...(isOther || difference.is_active ? { ...resetHealth, healthy_at: now } : {}),
      };
    });
  }

  /**
   * Nothing more is sent to the endpoint. Workers cancel pending deliveries as they come due, because there may be very
   * many.
   */
  async delete({ account_id }: Caller, id: string): Promise<void> {
    await this.transactions.run(async () => {
      orNotFound(await this.repository.findForUpdate(account_id, id));
      await this.repository.delete(account_id, id);
    });
  }

  /** For 24 hours the previous secret also signs. */
  async rotateSecret(caller: Caller, id: string): Promise<WebhookWithSecretView> {
    const { secret, kept } = this.makeSecret(id);
    const view = await this.change(caller, id, (webhook, now) => ({
      ...kept,
      previous_secret: webhook.secret,
      previous_secret_until: new Date(now.getTime() + rotationWindowMs),
    }));
    return { ...view, secret };
  }

  /** @returns at most `limit` endpoints that wait for the confirmation of an owner, oldest first. */
  async listSuspended(accountId: AccountId, limit: number): Promise<SuspendedWebhook[]> {
    return this.repository.listSuspended(accountId, limit);
  }

  /** Switches all endpoints of the account off, until they are confirmed. */
  async suspendAll(accountId: AccountId): Promise<void> {
    await this.transactions.join(() => this.repository.suspendAll(accountId, suspendedReason, this.clock.now()));
  }

  async confirmSuspended(accountId: AccountId): Promise<void> {
    await this.transactions.join(() => this.repository.confirmSuspended(accountId, this.clock.now()));
  }

  /** Writes only differences, so that `updated_at` tells of real changes only. */
  private async change(
    { account_id }: Caller,
    id: string,
    differ: (webhook: Webhook, now: Date) => Partial<Webhook>,
  ): Promise<WebhookView> {
    return this.transactions.run(async () => {
      const webhook = orNotFound(await this.repository.findForUpdate(account_id, id));
      const now = this.clock.now();
      const difference = differ(webhook, now);
      if (Object.keys(difference).length === 0) return webhookView(webhook);
      const changes = { ...difference, updated_at: now };
      await this.repository.update(account_id, id, changes);
      return webhookView({ ...webhook, ...changes });
    });
  }

  private makeSecret(webhookId: string) {
    const secret = newSecret();
    const encrypted = this.encryption.encrypt(secretPurpose, webhookId, secret);
    return { secret, kept: { secret: encrypted, secret_prefix: secretPrefixOf(secret) } };
  }
}

function orNotFound(webhook: Webhook | null): Webhook {
  if (!webhook) throw new DomainError(webhooksErrors.not_found);
  return webhook;
}
