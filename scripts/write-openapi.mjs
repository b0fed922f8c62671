// Writes openapi.json from the build: node scripts/write-openapi.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { AppModule } = require('../dist/app.module.js');
const { createApp } = require('../dist/configure-app.js');
const { createDocument } = require('../dist/platform/http/openapi.js');
const { parseConfig } = require('../dist/platform/config/config.js');
const { createLogger } = require('../dist/platform/logging/logger.js');

const config = parseConfig({}, '/nonexistent', () => ({ jwt_secret: 'x'.repeat(32), encryption_key: 'x'.repeat(32) }));
const logger = createLogger({ logLevel: 'silent' });
const root = AppModule.with({ config, logger, databaseUrl: 'postgres://nowhere' });
// Preview builds the routes without creating anything, so no database is needed.
const app = await createApp(root, { config, logger }, { preview: true });
const text = `${JSON.stringify(createDocument(app), null, 2)}\n`;
const file = new URL('../openapi.json', import.meta.url);
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('openapi.json does not match the program. Run "npm run openapi" and commit the result.');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
}
