import { type ClientBase, defaults } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions';
import { rowTypes } from './column-types';
import { toDomainError } from './constraints';

// Else pg writes moments in the zone of the machine, whose offset was not always one of whole minutes.
defaults.parseInputDatesAsUTC = true;

export const poolSize = 20;
export const connectTimeoutMs = 2_000;

/**
 * No statement may hold a request up for long: 5 s a statement, 2 s a lock, 10 s a transaction in which nothing
 * happens, 2 s until a connection is there.
 */
export function connectionOptions(databaseUrl: string) {
  return {
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'tideline',
    connectTimeoutMS: connectTimeoutMs,
    extra: {
      max: poolSize,
      keepAlive: true,
      types: rowTypes,
      // Statements of a transaction that do not need each other's answers share a round trip.
      pipeline: true,
      // Between two statements nobody else listens; unheard, a database that ends would end the process.
      onConnect: (client: ClientBase) => void client.on('error', () => undefined),
      statement_timeout: 5_000,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 10_000,
      // Days and moments are read in this form, whatever the database is set to.
      options: '-c datestyle=ISO -c timezone=UTC',
    },
  } as const satisfies PostgresDataSourceOptions;
}

type Query = (...sent: readonly unknown[]) => Promise<unknown>;

/**
 * What TypeORM sends fails with the domain error that the fault stands for, as `Transactions.rows` does: a read outside a
 * transaction has nobody else who would translate it.
 */
export class TranslatingDataSource extends DataSource {
  override createQueryRunner(...mode: Parameters<DataSource['createQueryRunner']>): QueryRunner {
    const runner = super.createQueryRunner(...mode);
    const send = runner.query.bind(runner) as Query;
    const query: Query = async (...sent) => {
      try {
        return await send(...sent);
      } catch (error) {
        throw toDomainError(error);
      }
    };
    return Object.assign(runner, { query });
  }
}
