// The typed client, compiled if it changed since the last time, and an import with it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const client = join(root, 'client');
const built = join(client, 'dist', 'client.js');
const changedAt = (file) => statSync(file).mtimeMs;
const sources = readdirSync(join(client, 'src')).map((name) => join(client, 'src', name));

if (!existsSync(built) || changedAt(built) < Math.max(...sources.map(changedAt))) {
  process.stderr.write('Building the client …\n');
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', client], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
export const { createTideline, TidelineError } = await import('../client/dist/client.js');

export const password = 'correct-horse-battery';

/**
 * Imports a file as its headers suggest, and waits for the end.
 *
 * @throws Error when the import does not come to its end.
 */
export async function importFile(tideline, { model_type, file_name, file }) {
  const begun = await tideline.post('/api/v1/imports', { body: { model_type, file_name } });
  const path = { id: begun.job.id };
  await tideline.upload(begun.upload_url, file);
  const { preview } = await tideline.post('/api/v1/imports/{id}/complete-upload', { path });
  const body = { column_mapping: preview.suggested_mapping };
  let job = await tideline.post('/api/v1/imports/{id}/confirm', { path, body });
  while (['queued', 'processing'].includes(job.status)) {
    await delay(100);
    job = await tideline.get('/api/v1/imports/{id}', { path });
  }
  if (job.status !== 'completed') throw new Error(`The import of ${file_name} ended as ${job.status}: ${job.error}`);
  return { job, preview };
}
