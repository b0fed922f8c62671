import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = join(__dirname, '../../test-results/measured');

/**
 * Keeps what a run of a suite came to, for docs/reliability.md.
 *
 * @param suite a line of the table there, as in `scripts/write-reliability.mjs`.
 */
export function measured(suite: string, values: Readonly<Record<string, number | string>>): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${suite}.json`), `${JSON.stringify(values)}\n`);
}
