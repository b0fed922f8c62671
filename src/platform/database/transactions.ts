import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { DataSource, type EntityManager, type EntityTarget, type QueryRunner, type Repository } from 'typeorm';
import { answerTypes } from './column-types';
import { isTransactionAborted, isRetryable, toDomainError } from './constraints';

interface OpenTransaction {
  readonly runner: QueryRunner;
  readonly client: PoolClient;
  readonly afterCommit: (() => void)[];
  readonly isDryRun: boolean;
}

/** What would touch more rows than this is not written in a dry run: it would hold locks for seconds, to be rolled back. */
export const maxDryRunRows = 10_000;

const maxAttempts = 4;

/** Thrown out of a dry run's transaction to roll it back. */
class DryRunRollback<T> extends Error {
  constructor(readonly result: T) {
    super('A dry run was rolled back.');
  }
}

/**
 * The only way to the database. A service opens a transaction with `run`, and repositories that it calls take part
 * without a parameter. Each instance has its own storage, so that two programs in one process stay apart.
 */
@Injectable()
export class Transactions {
  private readonly storage = new AsyncLocalStorage<OpenTransaction>();
  private openCount = 0;

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs the work in the open transaction, or in a new one. A new one is run again, at most three times, if PostgreSQL
   * ended it for a deadlock, a serialisation failure, or a constraint about which the work looks again. So the work must have
   * no effects outside the database; `afterCommit` is for those.
   *
   * @throws DomainError for a violated constraint that means one.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    return this.storage.getStore() ? work() : this.runUntilDone(work, false);
  }

  /** Like `run`, but requires an open transaction. */
  async join<T>(work: () => Promise<T>): Promise<T> {
    if (!this.storage.getStore()) throw new Error('This must be called inside a transaction.');
    return work();
  }

  /**
   * Like `run`, but rolls back what the work did, drops its effects, and returns its result. For features that show
   * what a change would do.
   */
  async dryRun<T>(work: () => Promise<T>): Promise<T> {
    if (this.storage.getStore()) throw new Error('A dry run cannot roll back a transaction that somebody else opened.');
    try {
      return await this.runUntilDone(async () => {
        const result = await work();
        // Finds what otherwise only the commit would find: violated deferred constraints, and an earlier statement that
        // failed without notice.
        await this.rows('check-as-commit', 'set constraints all immediate', []);
        throw new DryRunRollback(result);
      }, true);
    } catch (error) {
      if (error instanceof DryRunRollback) return error.result as T;
      throw error;
    }
  }

  /**
   * Whether the open transaction will be rolled back. Work that may touch more than `maxDryRunRows` asks, and counts then
   * instead of writing.
   */
  get isDryRun(): boolean {
    return this.storage.getStore()?.isDryRun ?? false;
  }

  /**
   * Waits for work whose statements do not need each other's answers. They are sent one after the other without waiting, and
   * share a round trip; `Promise.all` would throw before all of them have ended. A statement that fails makes those behind it
   * fail too; what is thrown is what failed first.
   */
  async pipelined<Promises extends readonly unknown[]>(
    ...promises: Promises
  ): Promise<{ -readonly [Key in keyof Promises]: Awaited<Promises[Key]> }> {
    const settled = await Promise.allSettled(promises);
    const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    if (failures.length > 0) throw failures.find((failure) => !isTransactionAborted(failure)) ?? failures[0];
    return settled.map((each) => (each as PromiseFulfilledResult<unknown>).value) as never;
  }

  /**
   * Calls the effect after the commit of the open transaction, and never after a rollback. Outside a transaction, calls
   * it at once.
   */
  afterCommit(effect: () => void): void {
    const open = this.storage.getStore();
    if (open) open.afterCommit.push(effect);
    else effect();
  }

  /**
   * Sets the timeout of statements in the open transaction to two minutes, because a deletion may touch everything that
   * refers to a record.
   */
  async allowLongStatements(): Promise<void> {
    await this.join(() =>
      this.rows('allow-long-statements', `select set_config('statement_timeout', '120s', true)`, []),
    );
  }

  /** Sets the timeout of the statements that follow in the open transaction. */
  async setTimeout(milliseconds: number): Promise<void> {
    await this.join(() =>
      this.rows('set-timeout', `select set_config('statement_timeout', $1, true)`, [String(milliseconds)]),
    );
  }

  /**
   * The commit of the open transaction does not wait for the disk. A crash of the database may undo it then, so its work
   * must be of the kind that is found and done again.
   */
  async commitWithoutWaiting(): Promise<void> {
    await this.join(() =>
      this.rows('commit-without-waiting', `select set_config('synchronous_commit', 'off', true)`, []),
    );
  }

  /** Number of connections, of idle ones, and of callers that wait for one. */
  get connections(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /**
   * TypeORM's repository of an entity, on the connection of the open transaction, or else on one of the pool. For
   * writes of one row, and for reads of one row that few requests need (docs/decisions/0034-repositories.md).
   */
  repository<Row extends object>(entity: EntityTarget<Row>): Repository<Row> {
    return this.manager.getRepository(entity);
  }

  private get manager(): EntityManager {
    return this.storage.getStore()?.runner.manager ?? this.dataSource.manager;
  }

  /**
   * Runs a statement on the connection of the open transaction, or else on one of the pool. For reads that most
   * requests need, lists, locks, claims and writes of many rows. pg prepares it once for each connection under its
   * name; TypeORM cannot name statements, which costs about half of the throughput.
   *
   * @param name unique for each SQL text; undefined for a statement that must be planned for its values each time.
   */
  async rows<Row extends QueryResultRow>(
    name: string | undefined,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    return this.query({ ...(name === undefined ? {} : { name }), text, values: [...values] });
  }

  /** Like `rows`, with times as texts in the form of answers: RFC 3339 in UTC with milliseconds. */
  async answers<Row extends QueryResultRow>(
    name: string | undefined,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    return this.query({ ...(name === undefined ? {} : { name }), text, values: [...values], types: answerTypes });
  }

  private async query<Row extends QueryResultRow>(statement: QueryConfig): Promise<Row[]> {
    try {
      const client = this.storage.getStore()?.client;
      if (client) corkUntilNextTick(client);
      return (await (client ?? this.pool).query<Row>(statement)).rows;
    } catch (error) {
      throw isRetryable(error) ? error : toDomainError(error);
    }
  }

  private async runUntilDone<T>(work: () => Promise<T>, isDryRun: boolean): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.runOnce(work, isDryRun);
      } catch (error) {
        if (attempt < maxAttempts && isRetryable(error)) continue;
        throw toDomainError(error);
      }
    }
  }

  private async runOnce<T>(work: () => Promise<T>, isDryRun: boolean): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      const open: OpenTransaction = { runner, client, afterCommit: [], isDryRun };
      // Not awaited: the first statement follows at once. If `begin` fails, that statement fails too.
      corkUntilNextTick(client);
      const begun = client.query('begin');
      begun.catch(() => undefined);
      try {
        const result = await this.runInStorage(open, work);
        await begun;
        const { command } = await client.query('commit');
        // PostgreSQL answers ROLLBACK to the commit of a transaction in which a statement failed.
        if (command === 'ROLLBACK') throw new Error('A transaction went on behind a statement that had failed.');
        // Outside the storage, so that an effect that writes opens a transaction of its own.
        for (const effect of open.afterCommit) effect();
        return result;
      } catch (error) {
        // A broken connection cannot roll back, and PostgreSQL does it then. The first error is the one to report.
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    } finally {
      await runner.release();
    }
  }

  /** Keeps the storage in use only during a transaction, because it makes every promise of the process slower. */
  private async runInStorage<T>(open: OpenTransaction, work: () => Promise<T>): Promise<T> {
    this.openCount++;
    try {
      return await this.storage.run(open, work);
    } finally {
      if (--this.openCount === 0) this.storage.disable();
    }
  }

  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}

/**
 * Corks the socket until the end of this turn of the event loop, so that all statements go out in one write; pg makes
 * one write for each.
 */
function corkUntilNextTick(client: PoolClient): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}
