import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  access,
  chmod,
  chown,
  constants,
  cp,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, parse, relative } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres-error';

/** Where programs and files of the embedded PostgreSQL are, and as which user it runs. */
export interface Installation {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly majorVersion: string;
  /** The directory of the cluster. */
  readonly data: string;
  /** The user to run as; null: the user of this process. PostgreSQL refuses to run as root. */
  readonly owner: Owner | null;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const execute = promisify(execFile);

/**
 * For an ordinary user the programs stay in `node_modules` and the data is in `DATA_DIR/postgres`. For root PostgreSQL
 * runs as the system user `postgres`, who must be able to enter both directories. If a parent is closed to that user,
 * the programs are copied to `/var/cache/tideline` and the data lives in `/var/lib/tideline`.
 */
export async function locateInstallation(dataDir: string): Promise<Installation> {
  const packaged = await findPrograms();
  const owner = process.getuid?.() === 0 ? await postgresUser() : null;
  const programs =
    owner === null || (await canEnter(packaged.directory, owner))
      ? packaged.directory
      : await copyPrograms(packaged.directory, packaged.version);
  await mkdir(dataDir, { recursive: true });
  const data =
    owner === null || (await canEnter(dataDir, owner)) ? join(dataDir, 'postgres') : await sharedData(dataDir);
  const suffix = platform() === 'win32' ? '.exe' : '';
  return {
    initdb: join(programs, 'bin', `initdb${suffix}`),
    pgCtl: join(programs, 'bin', `pg_ctl${suffix}`),
    majorVersion: packaged.version.split('.')[0]!,
    data,
    owner,
  };
}

/** Writes a file that only the given user may read, or else the user of this process. */
export async function writeReadable(file: string, text: string, owner: Owner | null): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, text, { mode: 0o600 });
  if (owner) await chown(file, owner.uid, owner.gid);
}

async function findPrograms(): Promise<{ directory: string; version: string }> {
  const target = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    // The platform's package is a dependency of embedded-postgres, so the look-up starts there.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${target}`);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const directory = join(root, 'native');
    await restoreLinks(root, directory);
    await canExecute(join(directory, 'bin'));
    return { directory, version };
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for this machine (${target}): ${(error as Error).message.split('\n')[0]}\n` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer, or run "npm ci" again with optional dependencies.',
    );
  }
}

/**
 * npm packages cannot hold symbolic links. The package's install script makes them, but npm may be told to run no
 * scripts.
 */
async function restoreLinks(root: string, directory: string): Promise<void> {
  const list = join(directory, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    if (existsSync(join(root, target))) continue;
    await mkdir(dirname(join(root, target)), { recursive: true });
    await symlink(relative(dirname(target), source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Runs the server once. A machine with another C library (Alpine) has the file but cannot run it. */
async function canExecute(directory: string): Promise<void> {
  const program = join(directory, platform() === 'win32' ? 'pg_ctl.exe' : 'pg_ctl');
  await access(program, constants.X_OK).catch(async () => {
    for (const name of ['initdb', 'pg_ctl', 'postgres']) await chmod(join(directory, name), 0o755);
  });
  await execute(program, ['--version']);
}

async function postgresUser(): Promise<Owner> {
  const lookUp = async (): Promise<Owner> => ({
    uid: Number((await execute('id', ['-u', 'postgres'])).stdout),
    gid: Number((await execute('id', ['-g', 'postgres'])).stdout),
  });
  return lookUp().catch(async () => {
    await execute('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]).catch((error: Error) => {
      throw new EmbeddedPostgresError(
        `PostgreSQL does not run as root, and the user "postgres" could not be made (${error.message.split('\n')[0]}). ` +
          'Start as an ordinary user, or set DATABASE_URL.',
      );
    });
    return lookUp();
  });
}

/** Whether the user may enter every directory on the path to this one. */
async function canEnter(directory: string, owner: Owner): Promise<boolean> {
  let path = await realpath(directory);
  for (;;) {
    const { mode, uid, gid } = await stat(path);
    const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === parse(path).root) return true;
    path = dirname(path);
  }
}

async function copyPrograms(source: string, version: string): Promise<string> {
  const target = `/var/cache/tideline/postgresql-${version}-${arch()}`;
  if (existsSync(target)) return target;
  const aside = `${target}.${process.pid}`;
  await mkdirOpen(dirname(target));
  await cp(source, aside, { recursive: true, verbatimSymlinks: true });
  // The files may have been unpacked with any umask.
  await execute('chmod', ['-R', 'a+rX', aside]);
  await rename(aside, target).catch(async (error: NodeJS.ErrnoException) => {
    // Another start was faster.
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  });
  return target;
}

/** One directory for each data directory, so that two checkouts do not share a database. */
async function sharedData(dataDir: string): Promise<string> {
  const path = await realpath(dataDir);
  const name = `${basename(dirname(path))}-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`;
  const directory = join('/var/lib/tideline', name);
  await mkdirOpen(directory);
  return join(directory, 'postgres');
}

/** Makes a directory that other users may enter, whatever the umask. */
async function mkdirOpen(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  for (let made = directory; first !== undefined && made.startsWith(first); made = dirname(made))
    await chmod(made, 0o755);
}
