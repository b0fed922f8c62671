// Writes docs/errors.md from the build: node scripts/write-errors.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const require = createRequire(import.meta.url);
// Loads every context, and with it the errors it declares.
require('../dist/app.module.js');
const { errorsAsMarkdown } = require('../dist/platform/http/errors-page.js');

const file = fileURLToPath(new URL('../docs/errors.md', import.meta.url));
const text = await format(errorsAsMarkdown(), {
  ...(await resolveConfig(file)),
  parser: 'markdown',
  proseWrap: 'always',
});
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/errors.md does not match the program. Run "npm run openapi" and commit the result.');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
}
