import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { Logger } from 'pino';
import { AppModule } from './app.module';
import { type Config } from './platform/config/config';
import { loadConfig } from './platform/config/load-config';
import { findRunningEmbeddedPostgres } from './platform/embedded-postgres/embedded-postgres';
import { EmbeddedPostgresError } from './platform/embedded-postgres/embedded-postgres-error';
import { prepareSchema } from './platform/database/migrations';
import { Readiness } from './platform/health/readiness';
import { createLogger, NestLogger } from './platform/logging/logger';
import { reportStartupError, runUntilStopped } from './lifecycle';

const heartbeatInterval = 10_000;

/** Does the background work and serves nothing. */
async function main(): Promise<void> {
  const config: Config = { ...loadConfig(), workers: true };
  const logger = createLogger(config);
  await runUntilStopped(logger, async ({ onStop }) => {
    const databaseUrl = config.databaseUrl ?? (await runningDatabase(config));
    await prepareSchema(databaseUrl, config.migrateOnStart, logger);
    const app = await NestFactory.createApplicationContext(AppModule.with({ config, databaseUrl, logger }), {
      abortOnError: false,
      logger: new NestLogger(logger),
    });
    onStop(() => app.close());
    const stopHeartbeat = await startHeartbeat(app.get(Readiness), logger, join(config.dataDir, 'worker-alive'));
    onStop(stopHeartbeat);
    logger.info({ pid: process.pid }, 'Tideline worker is ready');
  });
}

async function runningDatabase(config: Config): Promise<string> {
  const url = await findRunningEmbeddedPostgres(config.dataDir);
  if (url !== null) return url;
  throw new EmbeddedPostgresError(
    `No embedded database is running for ${config.dataDir}. Start the server first (npm start), or set DATABASE_URL.`,
  );
}

/** Touches a file. Its age tells a supervisor whether the worker lives and reaches the database. */
async function startHeartbeat(readiness: Readiness, logger: Logger, file: string): Promise<() => Promise<void>> {
  await mkdir(dirname(file), { recursive: true });
  const beat = async (): Promise<void> => {
    if ((await readiness.check()).database === 'up') await writeFile(file, `${process.pid}\n`);
    else logger.warn('the database does not answer');
  };
  await beat();
  const timer = setInterval(
    () => void beat().catch((error: unknown) => logger.warn({ error }, 'the sign of life could not be written')),
    heartbeatInterval,
  );
  return async () => clearInterval(timer);
}

main().catch(reportStartupError);
