import type { Logger } from 'pino';
import type { Config } from './platform/config/config';
import { openEmbeddedPostgres } from './platform/embedded-postgres/embedded-postgres';

export interface OpenDatabase {
  readonly url: string;
  /** How it is named on the terminal. */
  readonly description: string;
  /** The last step of stopping; ends an embedded database. */
  stop(): Promise<void>;
}

/**
 * The database of the configuration: the given one, else the embedded one, which is started.
 *
 * @param role what this process is, as shown to others who want the embedded one.
 * @param onLost called with an error when the embedded one has gone under the running process, for good.
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
