import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithRedis } from './redis';

/** Installed programs, those for clients among them, which the embedded database lacks. */
export const postgresBin = process.env.TEST_POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';

const isInstalled = existsSync(join(postgresBin, 'pg_dump'));

/** Skipped where PostgreSQL's programs are not installed; in CI a skipped test is a failure. */
export const describeWithPostgres = isInstalled ? describe : describe.skip;

export const describeWithServers = isInstalled ? describeWithRedis : describe.skip;
