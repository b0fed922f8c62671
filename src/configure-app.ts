import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppOptions } from './app.module';
import { configureEdge, createAdapter } from './platform/server/adapter';
import { apiPrefix } from './platform/http/api-prefix';
import { ErrorFilter } from './platform/http/error.filter';
import { serveErrorsPage } from './platform/openapi/errors-page';
import { InputPipe } from './platform/fields/input.pipe';
import { admitLargeBodies } from './platform/server/large-bodies';
import { serveLinkPages } from './platform/server/mail-link-pages';
import { PathRedactor } from './platform/http/path-redactor';
import { serveOperations } from './platform/operations/operation-routes';
import type { OverloadLimits } from './platform/server/overload';
import { serveDocuments } from './platform/openapi/serve-documents';
import { serveSwaggerUi } from './platform/openapi/swagger-ui';
import { measureRequests } from './platform/metrics/measure-requests';
import { Metrics } from './platform/metrics/metrics';
import { limitRequests } from './platform/rate-limits/limit-requests';
import { RateLimits } from './platform/rate-limits/rate-limits';
import { NestLogger } from './platform/logging/logger';
import { Callers } from './platform/tokens/callers';

/**
 * Makes the HTTP program around a root module. Only here are prefix, pipes, filter and documents set; the server, the
 * tests and the script that writes the documents use it.
 *
 * @param options `preview` builds the module graph without creating providers, to read the routes. `overload` sets
 * limits for tests, which cannot wait until a process is busy for seconds.
 */
export async function createApp(
  root: DynamicModule | Type,
  { config, logger }: Pick<AppOptions, 'config' | 'logger'>,
  { overload, ...options }: { readonly preview?: boolean; readonly overload?: OverloadLimits } = {},
): Promise<NestFastifyApplication> {
  const paths = new PathRedactor();
  const app = await NestFactory.create<NestFastifyApplication>(root as Type, createAdapter(config, logger, paths), {
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: false,
    logger: new NestLogger(logger),
    ...options,
  });
  const fastify = app.getHttpAdapter().getInstance();
  measureRequests(fastify, () => app.get(Metrics, { strict: false }));
  configureEdge(fastify, config, logger, paths, overload);
  serveLinkPages(fastify);
  serveOperations(fastify);
  serveErrorsPage(fastify);
  if (config.rateLimits !== null) limitRequests(fastify, () => app.get(RateLimits, { strict: false }));
  admitLargeBodies(fastify, (request) => app.get(Callers, { strict: false }).identify(request));
  app.setGlobalPrefix(apiPrefix, { exclude: ['health/live', 'health/ready', 'metrics'] });
  app.useGlobalFilters(new ErrorFilter(logger, paths));
  app.useGlobalPipes(new InputPipe(config));
  serveDocuments(app);
  serveSwaggerUi(app);
  return app;
}
