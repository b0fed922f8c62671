import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../database/transactions';

/** An event that has its place in the change feed now. */
export interface PlacedEvent {
  readonly id: string;
  readonly account_id: AccountId;
  readonly type: string;
}

/** What a context does, for those above it that have a part in it. */
export interface AnnouncementPayloads {
  /** Events got their places in the change feed in this transaction: of all accounts, in no order. */
  'events.placed': { readonly events: readonly PlacedEvent[] };
  /** A contact, company or project was deleted in this transaction, and links to it are null now. */
  'record.deleted': { readonly account_id: AccountId };
  /** A user gets another role, or is deactivated, or activated again. */
  'user.access_changes': { readonly account_id: AccountId; readonly user_id: string; readonly is_deactivated: boolean };
}

type Handler<Name extends keyof AnnouncementPayloads> = (payload: AnnouncementPayloads[Name]) => Promise<void>;

/**
 * How a context that nobody below may import does its part in the same transaction: it listens, and the announcer waits for
 * it. What a handler throws ends the transaction.
 */
@Injectable()
export class Announcements {
  private readonly handlers = new Map<string, Handler<never>[]>();

  constructor(private readonly transactions: Transactions) {}

  /** Call it in a constructor, so that nothing is announced before. Handlers are called in the order of their coming. */
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
