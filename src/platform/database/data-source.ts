import { type ClientBase, defaults } from 'pg';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions';

// Else pg writes moments in the zone of the machine, whose offset was not always one of whole minutes.
defaults.parseInputDatesAsUTC = true;

export const poolSize = 20;
export const connectTimeoutMS = 2_000;

/**
 * No statement may hold a request up for long: 5 s a statement, 2 s a lock, 10 s a transaction in which nothing
 * happens, 2 s until a connection is there.
 */
export function connectionOptions(databaseUrl: string) {
  return {
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'tideline',
    connectTimeoutMS,
    extra: {
      max: poolSize,
      keepAlive: true,
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
