import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import type { Job } from '../../platform/queue/queue-engine';
import { Import, type ImportEnd, workStatuses } from './import.entity';
import type { BatchCounts } from './rows/batch-changes';

/** Named one by one: a prepared `select *` fails on running instances after a migration adds a column. */
const columns = `id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, original_id,
  shape,
  column_mapping, on_duplicate, match_by, options, dry_run, total_rows, processed_rows, created_count, updated_count, skipped_count, failed_count,
  conflict_count, warning_count, undo_total, undo_left, error, attempt, failures, queued_at, lease_until, expires_at, undo_until, created_at,
  started_at, finished_at`;

const isWork = `status in ('${workStatuses.join("', '")}')`;

/** Key of the advisory lock. Any number will do, if all releases use the same one. */
const claimLock = 7_405_283_005;

/** Lets the trigger `imports_claim` (migration 0023) know that the program knows the options of a confirmation. */
const knowsOptions = `set_config('tideline.knows_import_options', 'on', true)`;

/** Names an attempt at a job. A newer attempt makes an older one void. */
export type Attempted = Pick<Import, 'account_id' | 'id' | 'attempt'>;

/** Another worker has the job, or a caller cancelled it. The transaction of this attempt is rolled back. */
export class Superseded extends Error {}

/** The only statements on `imports`. */
@Injectable()
export class ImportsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first. Returns one row more than the limit if there are more. */
  async list(accountId: AccountId, after: Position | null, limit: number): Promise<Import[]> {
    const where = Where.of(accountId).after(after);
    return this.transactions.rows<Import>(
      where.name('imports-list'),
      `select ${columns.replace(/\bshape,/, 'null as shape,')} from imports where ${where.text} order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find(accountId: AccountId, id: string): Promise<Import | null> {
    const [job] = await this.transactions.rows<Import>(
      'imports-by-id',
      `select ${columns} from imports where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return job ?? null;
  }

  /** Finds an import for a signed URL, which names no account. */
  async findSigned(id: string): Promise<Import | null> {
    const [job] = await this.transactions.rows<Import>(
      'imports-signed',
      `select ${columns} from imports where id = $1`,
      [id],
    );
    return job ?? null;
  }

  /** Locks the row until the end of the transaction. Rows of other tables that refer to it can still be written. */
  async findForUpdate(accountId: AccountId, id: string): Promise<Import | null> {
    const [job] = await this.transactions.rows<Import>(
      'imports-by-id-for-update',
      `select ${columns} from imports where account_id = $1 and id = $2 for no key update`,
      [accountId, id],
    );
    return job ?? null;
  }

  /** @returns how many imports of the account are under way, or have a file that waits for confirmation. */
  async countOpen(accountId: AccountId): Promise<number> {
    const [counted] = await this.transactions.rows<{ count: number }>(
      'imports-count-open',
      `select (select count(*) from imports where account_id = $1 and ${isWork})
         + (select count(*) from imports where account_id = $1 and expires_at is not null) as count`,
      [accountId],
    );
    return counted!.count;
  }

  /** @returns how many imports of all accounts wait for a worker; at most the limit. */
  async countWaiting(now: Date, limit: number): Promise<number> {
    const [counted] = await this.transactions.rows<{ count: number }>(
      'imports-count-waiting',
      `select count(*) as count from (
         select 1 from imports where ${isWork} and (lease_until is null or lease_until <= $1) limit $2
       ) as waiting`,
      [now, limit],
    );
    return counted!.count;
  }

  async insert(job: Import): Promise<void> {
    await this.transactions.repository(Import).insert(job);
  }

  async update(accountId: AccountId, id: string, changes: Partial<Import>): Promise<void> {
    await this.transactions.repository(Import).update({ account_id: accountId, id }, changes);
  }

  /** Leases imports of all accounts: of each account the oldest one, if no worker has it. */
  async claim(limit: number, now: Date, leaseUntil: Date): Promise<Job[]> {
    // A statement of its own, so that the next one sees what the previous holder of the lock committed.
    await this.transactions.rows('imports-claim-lock', `select pg_advisory_xact_lock($1), ${knowsOptions}`, [
      claimLock,
    ]);
    return this.transactions.rows<Job>(
      'imports-claim',
      `update imports set lease_until = $3
       where id = any (array(
         select id from imports
         where id = any (array(
           select id from (
             select distinct on (account_id) id, queued_at, lease_until from imports
             where ${isWork} order by account_id, status = 'processing' desc, queued_at, id
           ) as first
           where lease_until is null or lease_until <= $1 order by queued_at limit $2
         )) and ${isWork}
         for no key update skip locked
       ))
       returning id, attempt`,
      [now, limit, leaseUntil],
    );
  }

  /** Ends the leases of jobs that were claimed and not begun. */
  async release(jobs: readonly Job[]): Promise<void> {
    await this.transactions.rows(
      'imports-release',
      `update imports set lease_until = null from unnest($1::uuid[], $2::bigint[]) as released (id, attempt)
       where imports.id = released.id and imports.attempt = released.attempt and ${isWork}`,
      [jobs.map(({ id }) => id), jobs.map(({ attempt }) => attempt)],
    );
  }

  /** Begins an attempt if the job is still valid. @returns null if it is not. */
  async start({ id, attempt }: Job, now: Date, leaseUntil: Date): Promise<Import | null> {
    const [begun] = await this.transactions.rows<Import>(
      'imports-begin',
      `update imports set status = 'processing', attempt = attempt + 1, failures = failures + 1, lease_until = $4,
         started_at = case when task = 'undo' then started_at else coalesce(started_at, $3) end
       where id = $1 and attempt = $2 and ${isWork} and lease_until > $3
       returning ${columns}`,
      [id, attempt, now, leaseUntil],
    );
    return begun ?? null;
  }

  async extendLease({ account_id, id, attempt }: Attempted, leaseUntil: Date): Promise<void> {
    await this.transactions.rows(
      'imports-extend-lease',
      `update imports set lease_until = $4 from (select ${knowsOptions}) as told
       where account_id = $1 and id = $2 and attempt = $3 and status = 'processing'`,
      [account_id, id, attempt, leaseUntil],
    );
  }

  /** Ends the lease, so that another worker may take the job. The attempt does not count as a failure. */
  async endLease({ account_id, id, attempt }: Attempted): Promise<void> {
    await this.transactions.rows(
      'imports-end-lease',
      `update imports set lease_until = null, failures = failures - 1
       where account_id = $1 and id = $2 and attempt = $3 and status = 'processing' and failures > 0`,
      [account_id, id, attempt],
    );
  }

  /**
   * Moves the checkpoint, in the transaction of the batch.
   *
   * @param from where the batch began. @throws Superseded
   */
  async advance(
    { account_id, id, attempt }: Attempted,
    from: number,
    rows: number,
    counts: BatchCounts,
  ): Promise<void> {
    const advanced = await this.transactions.rows(
      'imports-advance',
      `update imports set processed_rows = processed_rows + $5, created_count = created_count + $6,
         updated_count = updated_count + $7, skipped_count = skipped_count + $8, failed_count = failed_count + $9,
         warning_count = warning_count + $10, failures = 0
       where account_id = $1 and id = $2 and attempt = $3 and status = 'processing' and processed_rows = $4
       returning 1 as advanced`,
      [
        ...[account_id, id, attempt, from, rows],
        ...[counts.created, counts.updated, counts.skipped, counts.failed, counts.warned],
      ],
    );
    if (advanced.length === 0) throw new Superseded();
  }

  /** Counts one more batch as undone, in its transaction. @throws Superseded */
  async advanceUndo({ account_id, id, attempt }: Attempted, conflicts: number): Promise<void> {
    const advanced = await this.transactions.rows(
      'imports-advance-undo',
      `update imports set undo_left = undo_left - 1, conflict_count = conflict_count + $4, failures = 0
       where account_id = $1 and id = $2 and attempt = $3 and status = 'processing' and task = 'undo'
       returning 1 as advanced`,
      [account_id, id, attempt, conflicts],
    );
    if (advanced.length === 0) throw new Superseded();
  }

  /** @throws Superseded */
  async finish(
    { account_id, id, attempt }: Attempted,
    { status, error, finished_at, expires_at, undo_until }: ImportEnd,
  ): Promise<void> {
    const finished = await this.transactions.rows(
      'imports-finish',
      `update imports set status = $4, error = $5, finished_at = $6, expires_at = $7, undo_until = $8, lease_until = null
       where account_id = $1 and id = $2 and attempt = $3 and status = 'processing'
       returning 1 as finished`,
      [account_id, id, attempt, status, error, finished_at, expires_at, undo_until],
    );
    if (finished.length === 0) throw new Superseded();
  }

  /** Finds imports whose file was not confirmed in time, or was used for a dry run only. */
  async findExpired(now: Date, limit: number): Promise<Pick<Import, 'account_id' | 'id' | 'status'>[]> {
    return this.transactions.rows(
      'imports-expired',
      `select account_id, id, status from imports where expires_at <= $1 order by expires_at limit $2 for update skip locked`,
      [now, limit],
    );
  }
}
