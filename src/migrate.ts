import { openDatabase } from './open-database';
import { loadConfig } from './platform/config/load-config';
import { findRunningEmbeddedPostgres } from './platform/database/embedded-postgres';
import { migrate } from './platform/database/migrations';
import { createLogger } from './platform/logging/logger';
import { explainFailure } from './process';

/** Brings the schema up to date and ends: for those who do not want that at every start. */
async function main(): Promise<void> {
  const config = loadConfig();
  const running = config.databaseUrl === undefined ? await findRunningEmbeddedPostgres(config.dataDir) : null;
  const database = running === null ? await openDatabase(config, createLogger(config), 'migrate') : null;
  try {
    const names = await migrate(running ?? database!.url);
    process.stdout.write(
      names.length === 0 ? 'The database schema is up to date.\n' : names.map((name) => `Applied ${name}\n`).join(''),
    );
  } finally {
    await database?.stop();
  }
}

main().catch(explainFailure);
