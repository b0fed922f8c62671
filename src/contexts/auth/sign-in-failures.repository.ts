import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions';
import type { SignInFailures } from './sign-in-failures';

const columns = 'failed_at, locks, locked_until, forget_at';

/** The statements on `sign_in_failures`. The rows belong to addresses, known or not, and to no account. */
@Injectable()
export class SignInFailuresRepository {
  constructor(private readonly transactions: Transactions) {}

  async find(address: Buffer): Promise<SignInFailures | null> {
    const [failures] = await this.transactions.rows<SignInFailures>(
      'sign-in-failures-find',
      `select ${columns} from sign_in_failures where address_hash = $1`,
      [address],
    );
    return failures ?? null;
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(address: Buffer): Promise<SignInFailures | null> {
    const [failures] = await this.transactions.rows<SignInFailures>(
      'sign-in-failures-find-for-update',
      `select ${columns} from sign_in_failures where address_hash = $1 for update`,
      [address],
    );
    return failures ?? null;
  }

  /** Inserts the row if there is none, and locks it until the end of the transaction. */
  async findOrInsertForUpdate(address: Buffer, now: Date): Promise<SignInFailures> {
    const [failures] = await this.transactions.rows<SignInFailures>(
      'sign-in-failures-find-or-insert',
      `insert into sign_in_failures (address_hash, failed_at, locks, forget_at) values ($1, '{}', 0, $2)
       on conflict (address_hash) do update set address_hash = excluded.address_hash returning ${columns}`,
      [address, now],
    );
    return failures!;
  }

  async update(address: Buffer, { failed_at, locks, locked_until, forget_at }: SignInFailures): Promise<void> {
    await this.transactions.rows(
      'sign-in-failures-update',
      `update sign_in_failures set failed_at = $2, locks = $3, locked_until = $4, forget_at = $5 where address_hash = $1`,
      [address, failed_at, locks, locked_until, forget_at],
    );
  }

  async remove(address: Buffer): Promise<void> {
    await this.transactions.rows('sign-in-failures-remove', 'delete from sign_in_failures where address_hash = $1', [
      address,
    ]);
  }

  /** Removes at most `limit` rows, so that no lock is held for long. @returns the number of rows removed. */
  async removeForgotten(before: Date, limit: number): Promise<number> {
    const removed = await this.transactions.rows(
      'sign-in-failures-remove-forgotten',
      `delete from sign_in_failures where address_hash = any (array(
         select address_hash from sign_in_failures where forget_at < $1 order by forget_at limit $2
       ))
       returning locks`,
      [before, limit],
    );
    return removed.length;
  }
}
