import type { Logger } from 'pino';
import type { Config } from './platform/config/config';
import { openEmbeddedPostgres } from './platform/database/embedded-postgres';

export interface OpenDatabase {
  readonly url: string;
  /** How it is named on the terminal. */
  readonly description: string;
  /** The last step of stopping; ends an embedded database. */
  stop(): Promise<void>;
}

/** The database of the configuration: the given one, else the embedded one, which is started. */
export async function openDatabase(config: Config, logger: Logger, role: string): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined) {
    return { url: config.databaseUrl, description: new URL(config.databaseUrl).host, stop: async () => undefined };
  }
  logger.debug({ data_dir: config.dataDir }, 'opening the embedded database');
  const embedded = await openEmbeddedPostgres({ dataDir: config.dataDir, role });
  return {
    url: embedded.url,
    description: `embedded PostgreSQL in ${embedded.directory}`,
    stop: () => embedded.stop(),
  };
}
