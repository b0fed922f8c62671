import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../database/transactions';

/** Events of an account that have their positions in the change feed now: all of the account from the first to the last. */
export interface PositionRange {
  readonly account_id: AccountId;
  readonly first_position: number;
  readonly last_position: number;
}

/** What contexts tell each other, by name. */
export interface DomainEventPayloads {
  /**
   * Events got their positions in the change feed in this transaction, one range for each account. All other accounts
   * wait for its end, so a handler only notes what is to be done.
   */
  'events.positioned': { readonly ranges: readonly PositionRange[] };
  /** A contact, company or project was deleted in this transaction. Links to it are already null. */
  'record.deleted': { readonly account_id: AccountId };
  /** A user gets another role, is deactivated or activated again, or has proved the address. */
  'user.access_changes': { readonly account_id: AccountId; readonly user_id: string; readonly is_deactivated: boolean };
  /**
   * An owner proved the address by a reset, more than an hour after registering: whoever registered, and made what is in
   * the account, may be somebody else. The account is locked.
   */
  'owner.proved_late': { readonly account_id: AccountId; readonly user_id: string };
}

type Handler<Name extends keyof DomainEventPayloads> = (payload: DomainEventPayloads[Name]) => Promise<void>;

/**
 * An event bus inside a transaction: a context acts in the transaction of another context that must not import it. `emit` calls
 * the handlers one after the other and waits for them. An error of a handler rolls the transaction back. These events are not
 * stored; the outbox stores the events of records.
 */
@Injectable()
export class DomainEvents {
  private readonly handlers = new Map<string, Handler<never>[]>();

  constructor(private readonly transactions: Transactions) {}

  /** Call it in a constructor, so that nothing is emitted before. Handlers are called in the order in which they were added. */
  on<Name extends keyof DomainEventPayloads>(name: Name, handler: Handler<Name>): void {
    this.handlers.set(name, [...(this.handlers.get(name) ?? []), handler]);
  }

  async emit<Name extends keyof DomainEventPayloads>(name: Name, payload: DomainEventPayloads[Name]): Promise<void> {
    await this.transactions.join(async () => {
      for (const handler of this.handlers.get(name) ?? []) await (handler as Handler<Name>)(payload);
    });
  }
}
