import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Clock } from '../../kernel/clock';
import { Transactions } from '../database/transactions';
import { Encryption } from '../encryption/encryption';
import { type IdempotencyKey, idsIn, type StoredAnswer } from './idempotency-key';

/** Milliseconds for which a key lives. */
const lifetimeMs = 24 * 60 * 60_000;
const purpose = 'idempotency answer';

interface Row {
  readonly request_hash: Buffer;
  readonly answer: Buffer | null;
  readonly ids: string;
}

/** The statements on `idempotency_keys`. */
@Injectable()
export class StoredAnswersRepository {
  constructor(
    private readonly transactions: Transactions,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
  ) {}

  /**
   * Locks the key until the end of the transaction, unless another transaction has it. It does not wait, because it holds a
   * connection. @returns whether it is locked.
   */
  async tryLock({ caller_id, key }: IdempotencyKey): Promise<boolean> {
    const [lock] = await this.transactions.rows<{ locked: boolean }>(
      'idempotency-lock',
      `select pg_try_advisory_xact_lock(hashtextextended('idempotency ' || $1::text || ' ' || $2::text, 0)) as locked`,
      [caller_id, key],
    );
    return lock!.locked;
  }

  async find({ account_id, caller_id, key }: IdempotencyKey): Promise<StoredAnswer | null> {
    const [row] = await this.transactions.rows<Row>(
      'idempotency-find',
      `select request_hash, answer, ids from idempotency_keys
       where account_id = $1 and caller_id = $2 and key = $3 and created_at > $4`,
      [account_id, caller_id, key, this.expiredAt],
    );
    if (!row) return null;
    const { request_hash, answer, ids } = row;
    const text = answer ? this.encryption.decrypt(purpose, rowIdOf(caller_id, key), answer) : ids;
    return { request_hash, result: JSON.parse(text) as object, isCut: answer === null };
  }

  /**
   * Writes the answer, over one that has expired.
   *
   * @param maxBytes of an answer that is kept whole. @returns the number of bytes that are kept.
   */
  async insert(
    { account_id, caller_id, key, request_hash }: IdempotencyKey,
    result: object,
    maxBytes: number,
  ): Promise<number> {
    const text = JSON.stringify(result);
    // Some answers have a secret. All are encrypted, so that no list of them can be wrong.
    const answer =
      Buffer.byteLength(text) <= maxBytes ? this.encryption.encrypt(purpose, rowIdOf(caller_id, key), text) : null;
    const bytes = answer?.length ?? 0;
    await this.transactions.rows(
      'idempotency-insert',
      `insert into idempotency_keys (account_id, caller_id, key, request_hash, answer, bytes, ids, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (account_id, caller_id, key) do update set request_hash = excluded.request_hash,
         answer = excluded.answer, bytes = excluded.bytes, ids = excluded.ids, created_at = excluded.created_at`,
      [
        ...[account_id, caller_id, key, request_hash, answer, bytes],
        ...[JSON.stringify(idsIn(result)), this.clock.now()],
      ],
    );
    return bytes;
  }

  /** Drops the oldest answers of an account that has more than `maxBytes` of them. Their ids stay. */
  async trim(accountId: AccountId, maxBytes: number): Promise<void> {
    await this.transactions.rows(
      'idempotency-trim',
      `with newest as (
         select created_at, sum(bytes) over (order by created_at desc) as total from idempotency_keys
         where account_id = $1 and answer is not null
       )
       update idempotency_keys set answer = null where account_id = $1 and answer is not null
         and created_at <= (select max(created_at) from newest where total > $2)`,
      [accountId, maxBytes],
    );
  }

  /** @returns the number of keys removed. */
  async removeExpired(batch: number): Promise<number> {
    const removed = await this.transactions.rows(
      'idempotency-remove-expired',
      `delete from idempotency_keys where ctid = any (array(
         select ctid from idempotency_keys where created_at <= $1 order by created_at limit $2
       ))
       returning 1 as removed`,
      [this.expiredAt, batch],
    );
    return removed.length;
  }

  /** Keys of this time and older ones live no more. */
  private get expiredAt(): Date {
    return new Date(this.clock.now().getTime() - lifetimeMs);
  }
}

function rowIdOf(callerId: string, key: string): string {
  return `${callerId} ${key}`;
}
