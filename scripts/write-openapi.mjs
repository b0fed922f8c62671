// Writes openapi.json from the build: node scripts/write-openapi.mjs [--check]
import { createRequire } from 'node:module';
import { writeOrCheck } from './generated.mjs';

const require = createRequire(import.meta.url);
const { AppModule } = require('../dist/app.module.js');
const { createApp } = require('../dist/configure-app.js');
const { createDocument } = require('../dist/platform/openapi/openapi.js');
const { parseConfig } = require('../dist/platform/config/config.js');
const { createLogger } = require('../dist/platform/logging/logger.js');

const config = parseConfig({}, '/nonexistent', () => ({ jwt_secret: 'x'.repeat(32), encryption_key: 'x'.repeat(32) }));
const logger = createLogger({ logLevel: 'silent' });
const root = AppModule.with({ config, logger, databaseUrl: 'postgres://nowhere' });
// Preview builds the routes without creating anything, so no database is needed.
const app = await createApp(root, { config, logger }, { preview: true });
const text = `${JSON.stringify(createDocument(app), null, 2)}\n`;
writeOrCheck('openapi.json', text, 'npm run openapi');
