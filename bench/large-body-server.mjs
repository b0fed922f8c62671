// Started by large-bodies.mjs: the edge of the program, and one route that takes large bodies and counts their items.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../dist/main.js', import.meta.url));
const { parseConfig } = require('./platform/config/config.js');
const { ErrorFilter } = require('./platform/http/error.filter.js');
const { largeBody } = require('./platform/http/large-body.js');
const { PathRedactor } = require('./platform/http/path-redactor.js');
const { createLogger } = require('./platform/logging/logger.js');
const { configureEdge, createAdapter } = require('./platform/server/adapter.js');
const { admitLargeBodies } = require('./platform/server/large-bodies.js');

const config = parseConfig(process.env, process.cwd(), () => {
  throw new Error('Secrets are given, none are made.');
});
const logger = createLogger(config);
const paths = new PathRedactor();
const fastify = createAdapter(config, logger, paths).getInstance();
const filter = new ErrorFilter(logger, paths);
fastify.setErrorHandler((error, request, reply) => filter.answer(error, request, reply));
configureEdge(fastify, config, logger, paths);
admitLargeBodies(fastify, (request) => {
  request.caller = { kind: 'app', account_id: 'account', app_id: 'app' };
});
fastify.post('/api/v1/large', { config: { bodyLimits: { ...largeBody, list: 'items' } } }, (request, reply) => {
  const { items } = request.body;
  void reply.send({ count: Array.isArray(items) ? items.length : null });
});
await fastify.listen({ port: config.port, host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
