// Writes docs/errors.md from the build: node scripts/write-errors.mjs [--check]
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { writeOrCheck } from './generated.mjs';

const require = createRequire(import.meta.url);
// Loads every context, and with it the errors it declares.
require('../dist/app.module.js');
const { errorsAsMarkdown } = require('../dist/platform/openapi/errors-page.js');

const file = fileURLToPath(new URL('../docs/errors.md', import.meta.url));
const text = await format(errorsAsMarkdown(), {
  ...(await resolveConfig(file)),
  parser: 'markdown',
  proseWrap: 'always',
});
writeOrCheck('docs/errors.md', text, 'npm run openapi');
