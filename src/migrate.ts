import { openDatabase } from './open-database';
import { loadConfig } from './platform/config/load-config';
import { findRunningEmbeddedPostgres } from './platform/embedded-postgres/embedded-postgres';
import { migrate } from './platform/database/migrations';
import { createLogger } from './platform/logging/logger';
import { reportStartupError, runUntilStopped } from './lifecycle';

/** Brings the schema up to date and ends, for operators who do not migrate at each start. */
async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger(config);
  const stop = await runUntilStopped(logger, async ({ onStop }) => {
    let url = config.databaseUrl ?? (await findRunningEmbeddedPostgres(config.dataDir));
    if (url === null) {
      const database = await openDatabase(config, logger, 'migrate');
      onStop(() => database.stop());
      url = database.url;
    }
    const names = await migrate(url);
    process.stdout.write(
      names.length === 0 ? 'The database schema is up to date.\n' : names.map((name) => `Applied ${name}\n`).join(''),
    );
  });
  await stop();
}

main().catch(reportStartupError);
