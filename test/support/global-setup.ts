import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@jest/types';
import { asSuperuser, readConnectionInfo, urlOf } from '../../src/platform/embedded-postgres/connection-file';
import { openEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres';
import { migrate } from '../../src/platform/database/migrations';
import { startInstalledPostgres } from './installed-postgres';
import { adminUrl, databaseOfWorker, onServer, templateDatabase } from './database';

/** Nothing of a test run has to survive a power cut. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '120' };

/**
 * One PostgreSQL for the run: installed programs (TEST_POSTGRES_BIN), a running server (TEST_DATABASE_URL, as a superuser),
 * else the embedded one; throw-away, in a directory of its own.
 * Every Jest worker gets a database cloned from a migrated template.
 */
export default async function setUp(config: Config.GlobalConfig): Promise<void> {
  await rm(join(config.rootDir, 'test-results', 'codes'), { recursive: true, force: true });
  const bin = process.env.TEST_POSTGRES_BIN;
  if (bin) {
    const { url, stop } = await startInstalledPostgres(bin, settings);
    process.env.TEST_DATABASE_URL = url;
    globalThis.stopTestDatabase = async () => stop();
  } else if (!process.env.TEST_DATABASE_URL) {
    const dataDir = await mkdtemp(join(tmpdir(), 'tideline-test-'));
    // As root, PostgreSQL's own user must be able to enter.
    await chmod(dataDir, 0o755);
    const embedded = await openEmbeddedPostgres({ dataDir, role: 'test run', settings });
    process.env.TEST_DATABASE_URL = urlOf(asSuperuser((await readConnectionInfo(dataDir))!));
    globalThis.stopTestDatabase = async () => {
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    };
  }
  await onServer(async (client) => {
    await client.query(`drop database if exists ${templateDatabase} with (force)`);
    await client.query(`create database ${templateDatabase}`);
  });
  await migrate(adminUrl(templateDatabase));
  await onServer(async (client) => {
    for (let worker = 1; worker <= config.maxWorkers; worker++) {
      await client.query(`drop database if exists ${databaseOfWorker(worker)} with (force)`);
      await client.query(`create database ${databaseOfWorker(worker)} template ${templateDatabase}`);
    }
  });
}

declare global {
  var stopTestDatabase: (() => Promise<void>) | undefined;
}
