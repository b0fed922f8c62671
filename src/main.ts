import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module';
import { createApp } from './configure-app';
import { openDatabase, type OpenDatabase } from './open-database';
import type { Config } from './platform/config/config';
import { loadConfig } from './platform/config/load-config';
import { prepareSchema } from './platform/database/migrations';
import { Readiness } from './platform/health/readiness';
import { closeGracefully } from './platform/server/graceful-close';
import { createLogger } from './platform/logging/logger';
import { reportStartupError, runUntilStopped } from './lifecycle';

/** Serves the API and, unless `WORKERS=off`, does the background work. */
async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger(config);
  await runUntilStopped(logger, async ({ onStop, fail }) => {
    const database = await openDatabase(config, logger, 'server', (error) =>
      fail('the embedded database is gone', error),
    );
    onStop(() => database.stop());
    await prepareSchema(database.url, config.migrateOnStart, logger);
    const app = await createApp(AppModule.with({ config, databaseUrl: database.url, logger }), { config, logger });
    onStop(() => stopServing(app));
    await app.listen(config.port, config.host);
    welcome(config, database, logger);
  });
}

/**
 * Milliseconds to answer the requests under way: longer than a statement may take. Three seconds remain for the
 * database to stop.
 */
const requestGraceMs = 6_000;

/** Reports "not ready", then takes no more connections and answers the requests under way. */
async function stopServing(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const cut = setTimeout(() => server.closeAllConnections(), requestGraceMs);
  app.get(Readiness).stop();
  await closeGracefully(server);
  await app.close();
  clearTimeout(cut);
}

function welcome(config: Config, database: OpenDatabase, logger: Logger): void {
  if (!process.stdout.isTTY) {
    logger.info(
      { url: config.publicUrl, docs: `${config.publicUrl}/docs`, database: database.description, pid: process.pid },
      'Tideline is ready',
    );
    return;
  }
  process.stdout.write(
    [
      '',
      `  Tideline is ready.   ${config.publicUrl}`,
      '',
      `  Try it in a browser  ${config.publicUrl}/docs`,
      `  The API's document   ${config.publicUrl}/openapi.json`,
      `  Database             ${database.description}`,
      '',
      '  Make an account:',
      `    curl -s ${config.publicUrl}/api/v1/auth/register -H 'Content-Type: application/json' \\`,
      `      -d '{"email":"ada@example.com","password":"correct-horse-battery","name":"Ada Lovelace"}'`,
      '',
      '  Stop with Ctrl-C.',
      '',
      '',
    ].join('\n'),
  );
}

main().catch(reportStartupError);
