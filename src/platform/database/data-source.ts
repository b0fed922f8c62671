import { type ClientBase, defaults } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions';
import { rowTypes } from './column-types';
import { poolSize } from './connection-slots';
import { toDomainError } from './constraints';

// Without it pg writes times in the machine's zone, whose offset was not always whole minutes.
defaults.parseInputDatesAsUTC = true;

export const connectTimeoutMs = 2_000;

/**
 * Timeouts, so that no statement holds a request up for long: 5 s for a statement, 2 s for a lock, 10 s for an idle
 * transaction, 2 s for a free connection.
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
      // Between two statements pg has no listener of its own. Without one, the end of the database would end the
      // process.
      onConnect: (client: ClientBase) => void client.on('error', () => undefined),
      statement_timeout: 5_000,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 10_000,
      // The parsers expect this form of days and times, whatever the settings of the database.
      options: '-c datestyle=ISO -c timezone=UTC',
    },
  } as const satisfies PostgresDataSourceOptions;
}

type Query = (...sent: readonly unknown[]) => Promise<unknown>;

/**
 * Turns database errors of TypeORM into domain errors, as `Transactions.rows` does. Nobody else would do so for a read
 * outside a transaction.
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
