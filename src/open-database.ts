import type { Logger } from 'pino';
import type { Config } from './platform/config/config';
import { openEmbeddedPostgres } from './platform/embedded-postgres/embedded-postgres';

export interface OpenDatabase {
  readonly url: string;
  /** Its name on the terminal. */
  readonly description: string;
  /** The last step of a shutdown; stops an embedded database. */
  stop(): Promise<void>;
}

/**
 * Opens the database of the configuration, or else starts the embedded one.
 *
 * @param role what this process is, for the message to a process that is refused.
 * @param onLost called with an error if the embedded database has ended for good under the running process.
 */
export async function openDatabase(
  config: Config,
  logger: Logger,
  role: string,
  onLost?: (reason: unknown) => void,
): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined) {
    return { url: config.databaseUrl, description: new URL(config.databaseUrl).host, stop: async () => undefined };
  }
  logger.debug({ data_dir: config.dataDir }, 'opening the embedded database');
  const onRestarted = () => logger.error('the embedded database was gone; it was started again');
  const embedded = await openEmbeddedPostgres({ dataDir: config.dataDir, role, onRestarted, onLost });
  return {
    url: embedded.url,
    description: `embedded PostgreSQL in ${embedded.directory}`,
    stop: () => embedded.stop(),
  };
}
