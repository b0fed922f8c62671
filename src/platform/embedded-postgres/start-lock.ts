import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { isRunning, startTimeOf } from './process-state';

const lockTimeoutMs = 90_000;

/**
 * Lets one process of a machine at a time do the work. The file names the holder by process number and start time,
 * because numbers are used again, after a restart of a container often the same ones.
 *
 * @throws EmbeddedPostgresError if a living process holds the lock for 90 seconds.
 */
export async function withStartLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const own = `${process.pid} ${startTimeOf(process.pid)}`;
  const end = performance.now() + lockTimeoutMs;
  while (!(await take(file, own))) {
    const holder = await readFile(file, 'utf8').catch(() => null);
    if (holder !== null && !isAlive(holder)) await remove(file, holder);
    else if (performance.now() > end) {
      throw new EmbeddedPostgresError(
        `${file} has been held by process ${holder} for 90 seconds. Remove it if that is no Tideline.`,
      );
    } else await delay(50);
  }
  try {
    return await work();
  } finally {
    await unlink(file).catch(() => undefined);
  }
}

/** Writes the file aside and links it into place, so that a lock always names its holder. */
async function take(file: string, own: string): Promise<boolean> {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, own);
  try {
    await link(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(aside);
  }
}

function isAlive(holder: string): boolean {
  const [pid, startTime] = holder.split(' ');
  return isRunning(Number(pid)) && startTimeOf(Number(pid)) === startTime;
}

/** If two processes find the same dead holder, the slower one must not remove the lock of the faster one. */
async function remove(file: string, holder: string): Promise<void> {
  const aside = `${file}.dead.${process.pid}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== holder) await link(aside, file);
    await unlink(aside);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
