import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { AbstractLogger, DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { Logger } from 'pino';
import { connectionOptions, connectTimeoutMs } from './data-source';

/** `src` and `dist` have the same depth. */
const directory = join(__dirname, '../../../migrations');
/** Key of the advisory lock. Any number will do, if all releases use the same one. */
const migrationLock = 7_405_283_002;

class SilentLogger extends AbstractLogger {
  protected override writeLog(): void {}
}

type MigrationClass = new () => MigrationInterface;

/** Reads the `.sql` files in the order of their numbers as TypeORM migrations, whose names must end in 13 digits. */
export function readMigrations(): MigrationClass[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const match = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file);
      if (!match) throw new Error(`migrations/${file} must be named like 0001_accounts.sql.`);
      const sql = readFileSync(join(directory, file), 'utf8');
      class SqlMigration implements MigrationInterface {
        name = `${match![2]}${match![1]!.padStart(13, '0')}`;

        async up(runner: QueryRunner): Promise<void> {
          await runner.query(sql);
        }

        async down(): Promise<void> {
          throw new Error('Migrations go forward only: restore a backup to go back.');
        }
      }
      return SqlMigration;
    });
}

/**
 * Brings the schema up to date under an advisory lock of a session, so that several instances may start at once. The
 * first one runs the migrations; the others wait and find nothing to do.
 *
 * @returns the names of the migrations that ran.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  // A connection of its own without timeouts, because a migration may take any time.
  const lock = new Client({
    connectionString: databaseUrl,
    application_name: 'tideline migrate',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  lock.on('error', () => undefined);
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [migrationLock]);
    await requireUnicode(lock);
    return await withDataSource(databaseUrl, async (dataSource) => {
      const done = await dataSource.runMigrations({ transaction: 'each' });
      return done.map((migration) => migration.name);
    });
  } finally {
    await lock.end();
  }
}

/** Every program calls it before it uses the database. Without `migrateOnStart` it refuses an old schema. */
export async function prepareSchema(databaseUrl: string, migrateOnStart: boolean, logger: Logger): Promise<void> {
  if (migrateOnStart) {
    const names = await migrate(databaseUrl);
    if (names.length > 0) logger.info({ migrations: names }, 'the database schema was brought up to date');
  } else if (await hasPendingMigrations(databaseUrl)) {
    throw new Error('The database schema is not up to date. Run "npm run migrate", or leave MIGRATE_ON_START on.');
  }
  const weakness = await findWeakLetters(databaseUrl);
  if (weakness !== null) logger.warn(weakness);
}

/** @returns whether the database lacks a migration of this program. */
export async function hasPendingMigrations(databaseUrl: string): Promise<boolean> {
  return withDataSource(databaseUrl, (dataSource) => dataSource.showMigrations());
}

async function requireUnicode(client: Client): Promise<void> {
  const { rows } = await client.query<{ encoding: string }>('select getdatabaseencoding() as encoding');
  const { encoding } = rows[0]!;
  if (encoding === 'UTF8') return;
  throw new Error(`The encoding of the database is ${encoding}. Create one with ENCODING 'UTF8'.`);
}

/**
 * Checks what the database takes for a letter. Search depends on it to fold case, split words and look up trigrams.
 *
 * @returns what is wrong, if anything. ASCII and accented Latin letters are found in any case.
 */
export async function findWeakLetters(databaseUrl: string): Promise<string | null> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: connectTimeoutMs });
  // The query reports a database that ends meanwhile. Without a listener the event would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ folds: boolean; splits: boolean }>(
      `select lower('Ж') = 'ж' as folds, show_trgm('ж') <> '{}' as splits`,
    );
    const { folds, splits } = rows[0]!;
    if (folds && splits) return null;
    const found = folds ? 'slowly' : 'slowly, not by one or two letters, and only in the case they were written in';
    return `To the database only ASCII letters are letters: other scripts are found ${found}. Create it with LC_CTYPE 'C.UTF-8'.`;
  } finally {
    await client.end();
  }
}

async function withDataSource<T>(databaseUrl: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const { type, url } = connectionOptions(databaseUrl);
  const dataSource = new DataSource({
    type,
    url,
    migrations: readMigrations(),
    migrationsTableName: 'migrations',
    connectTimeoutMS: connectTimeoutMs,
    // The caller gets errors as exceptions; TypeORM would print them too.
    logger: new SilentLogger(),
  });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
