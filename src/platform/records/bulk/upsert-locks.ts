import { createHash } from 'node:crypto';
import type { AccountId } from '../../../kernel/account-id';
import type { RecordKind } from '../../../kernel/record-kinds';
import type { Transactions } from '../../database/transactions';

/** Values share this many locks of an account and a kind of record. */
const buckets = 64;
/** A transaction that would need more of them takes the lock of all. */
const maxBuckets = 16;

/**
 * Until the end of the transaction no other one upserts a record with one of these values. There are at most 17 locks, because
 * the lock table of PostgreSQL is shared by all: one lock for each value would fill it.
 */
export async function lockValues(
  transactions: Transactions,
  accountId: AccountId,
  kind: RecordKind,
  values: readonly string[],
): Promise<void> {
  const all = keyOf(`${accountId} ${kind}`);
  const some = new Set(values.map((value) => hash(value).readUInt32BE() % buckets));
  const isForAll = some.size > maxBuckets;
  // In ascending order, so that two transactions cannot wait for each other.
  const each = isForAll ? [] : [...some].sort((a, b) => a - b).map((bucket) => keyOf(`${accountId} ${kind} ${bucket}`));
  const take = isForAll ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await transactions.rows(
    isForAll ? 'upsert-lock-all' : 'upsert-lock-some',
    `select ${take}($1::bigint), (select count(pg_advisory_xact_lock(key)) from unnest($2::bigint[]) as key)`,
    [all, each],
  );
}

function keyOf(text: string): string {
  return hash(`upsert ${text}`).readBigInt64BE().toString();
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
