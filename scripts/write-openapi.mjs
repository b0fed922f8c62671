// Writes openapi.json and openapi-operations.json from the build: node scripts/write-openapi.mjs [--check]
import { createRequire } from 'node:module';
import { format, resolveConfig } from 'prettier';
import { writeOrCheck } from './generated.mjs';

const require = createRequire(import.meta.url);
const { AppModule } = require('../dist/app.module.js');
const { createApp } = require('../dist/configure-app.js');
const { createDocuments } = require('../dist/platform/openapi/documents.js');
const { parseConfig } = require('../dist/platform/config/config.js');
const { createLogger } = require('../dist/platform/logging/logger.js');

const config = parseConfig({}, '/nonexistent', () => ({ jwt_secret: 'x'.repeat(32), encryption_key: 'x'.repeat(32) }));
const logger = createLogger({ logLevel: 'silent' });
const root = AppModule.with({ config, logger, databaseUrl: 'postgres://nowhere' });
// Preview builds the routes without creating anything, so no database is needed.
const app = await createApp(root, { config, logger }, { preview: true });
const { routes, operations } = createDocuments(app);
for (const [file, document] of Object.entries({ 'openapi.json': routes, 'openapi-operations.json': operations })) {
  // What fits into a line stands in one, so that a change shows in few of them.
  const text = await format(JSON.stringify(document), { ...(await resolveConfig(file)), parser: 'json' });
  writeOrCheck(file, text, 'npm run openapi');
}
