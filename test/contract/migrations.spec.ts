import { randomUUID } from 'node:crypto';
import { findWeakLetters, hasPendingMigrations, migrate, readMigrations } from '../../src/platform/database/migrations';
import { adminUrl, onServer, withClient } from '../support/database';

const database = `tideline_test_migrations_${randomUUID().slice(0, 8)}`;
const url = () => adminUrl(database);

beforeEach(() => onServer((client) => client.query(`create database ${database}`)));
afterEach(() => onServer((client) => client.query(`drop database ${database} with (force)`)));

it('several instances may start at once on an empty database: one works, the others wait', async () => {
  expect(await hasPendingMigrations(url())).toBe(true);
  const done = await Promise.all(Array.from({ length: 4 }, () => migrate(url())));
  expect(done.filter((names) => names.length > 0)).toEqual([readMigrations().map((type) => new type().name)]);
  expect(await hasPendingMigrations(url())).toBe(false);
  expect(await migrate(url())).toEqual([]);
});

it('a migration that fails leaves nothing behind and may be tried again', async () => {
  // In the way of the second file's table.
  await withClient(url(), (client) => client.query('create table sources (id int)'));
  await expect(migrate(url())).rejects.toThrow(/sources/);
  const left = () =>
    withClient(url(), async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select table_name as name from information_schema.tables where table_schema = 'public'`,
      );
      return rows.map(({ name }) => name).sort();
    });
  expect(await left()).toEqual(['accounts', 'migrations', 'refresh_tokens', 'sessions', 'sources', 'users']);
  await withClient(url(), (client) => client.query('drop table sources'));
  expect(await migrate(url())).toHaveLength(readMigrations().length - 1);
});

describe('letters', () => {
  const recreate = (options: string) =>
    onServer(async (client) => {
      await client.query(`drop database ${database} with (force)`);
      await client.query(`create database ${database} template template0 ${options}`);
    });

  it('of all scripts are letters to a database as it should be', async () => {
    await migrate(url());
    expect(await findWeakLetters(url())).toBeNull();
  });

  it('of ASCII only are those of LC_CTYPE C: whoever starts the program is told', async () => {
    await recreate(`lc_ctype 'C' lc_collate 'C'`);
    await migrate(url());
    expect(await findWeakLetters(url())).toMatch(/only ASCII letters .* LC_CTYPE/);
  });

  it('a database of another encoding is refused', async () => {
    await recreate(`encoding 'LATIN1' lc_ctype 'C' lc_collate 'C' ${await builtinOff()}`);
    await expect(migrate(url())).rejects.toThrow(/LATIN1.*UTF8/);
  });

  /** The built-in provider of PostgreSQL 17 knows UTF-8 only. */
  async function builtinOff(): Promise<string> {
    return onServer(async (client) => {
      const { rows } = await client.query<{ version: number }>(
        `select current_setting('server_version_num')::int as version`,
      );
      return rows[0]!.version >= 170_000 ? 'locale_provider libc' : '';
    });
  }
});
