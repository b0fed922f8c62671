import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes a file that is made by a script, or with `--check` fails when it is another one than is there.
 *
 * @param path from the root of the repository.
 * @param command makes it anew.
 */
export function writeOrCheck(path, text, command) {
  const file = new URL(`../${path}`, import.meta.url);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is not what it is made from. Run "${command}" and commit the result.`);
    process.exitCode = 1;
  }
}
