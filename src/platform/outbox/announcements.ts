import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../database/transactions';

/** An event that has its position in the change feed. */
export interface PlacedEvent {
  readonly id: string;
  readonly account_id: AccountId;
  readonly type: string;
}

/** Payloads by name. A context announces what it does, for contexts above it that take part in its transaction. */
export interface AnnouncementPayloads {
  /** Events got their positions in this transaction. They are of all accounts, in no order. */
  'events.placed': { readonly events: readonly PlacedEvent[] };
  /** A contact, company or project was deleted in this transaction. Links to it are already null. */
  'record.deleted': { readonly account_id: AccountId };
  /** A user gets another role, is deactivated, or is activated again. */
  'user.access_changes': { readonly account_id: AccountId; readonly user_id: string; readonly is_deactivated: boolean };
}

type Handler<Name extends keyof AnnouncementPayloads> = (payload: AnnouncementPayloads[Name]) => Promise<void>;

/**
 * Events inside a transaction, for contexts that the announcing one may not import. A context listens, and the
 * announcer waits for its handler. An error of a handler ends the transaction.
 */
@Injectable()
export class Announcements {
  private readonly handlers = new Map<string, Handler<never>[]>();

  constructor(private readonly transactions: Transactions) {}

  /**
   * Must be called in a constructor, before anything is announced. Handlers are called in the order of registration.
   */
  on<Name extends keyof AnnouncementPayloads>(name: Name, handler: Handler<Name>): void {
    this.handlers.set(name, [...(this.handlers.get(name) ?? []), handler]);
  }

  async announce<Name extends keyof AnnouncementPayloads>(
    name: Name,
    payload: AnnouncementPayloads[Name],
  ): Promise<void> {
    await this.transactions.join(async () => {
      for (const handler of this.handlers.get(name) ?? []) await (handler as Handler<Name>)(payload);
    });
  }
}
