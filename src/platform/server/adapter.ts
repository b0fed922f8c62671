import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import cors from '@fastify/cors';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { DomainError, InvalidInputError } from '../../kernel/domain-error';
import type { Config } from '../config/config';
import { errorBody } from '../http/answer';
import { AnswerAdapter } from './answer-adapter';
import { BodyTurns } from './body-turns';
import { apiErrors } from '../http/edge.errors';
import { ErrorFilter, notJson } from '../http/error.filter';
import { checkEncoding, type ParsingSteps, parseJsonBody } from './json-body';
import { allowanceOf, lengthOf, limitsOf } from './large-bodies';
import type { PathRedactor } from '../http/path-redactor';
import { addressKey } from '../http/address-key';
import { isOfApi } from '../http/api-prefix';
import { readBody } from './read-body';
import { faultOfHead } from './request-head';
import { type OverloadLimits, overloadLimits, rejectWhenOverloaded } from './overload';
import type { GuardedRequest } from '../http/request';
import { sendSecurityHeaders } from './security-headers';
import { formType, parseForm, tokenPath } from '../http/token-endpoint';
import { closeUnreadBodies } from './unread-bodies';
import { streamUploads } from './upload';

const headersTimeoutMs = 10_000;
/** Milliseconds without traffic after which a socket is closed, unless its request is complete and being worked on. */
const idleTimeoutMs = 30_000;

const visibleAscii = /^[\x21-\x7e]{1,128}$/;

/** Takes over the caller's request id if it is 1 to 128 visible ASCII characters, and makes one otherwise. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && visibleAscii.test(given) ? given : randomUUID();
}

/** Makes the HTTP server, with everything that happens before Nest sees a request, or that Nest never sees. */
export function createAdapter(config: Config, logger: Logger, paths: PathRedactor): AnswerAdapter {
  const filter = new ErrorFilter(logger, paths);
  return new AnswerAdapter({
    genReqId: requestIdOf,
    requestIdHeader: false,
    trustProxy: trustedProxies(config.trustProxy),
    // No real limit: a head has at most 16 KiB, and no route has a pattern that is slow on long texts.
    routerOptions: { maxParamLength: 16_384 },
    rewriteUrl: readablePath,
    // Requests that arrive on an open connection during a shutdown are still answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 5_000 },
    // Errors that no hook sees.
    frameworkErrors: (error: FastifyError, request: unknown, reply: unknown) => {
      setCommonHeaders(request as FastifyRequest, reply as FastifyReply);
      filter.answer(error, request as FastifyRequest, reply as FastifyReply);
    },
    clientErrorHandler: answerBrokenConnection,
  });
}

function trustedProxies(trust: Config['trustProxy']): boolean | string[] | ((address: string, hop: number) => boolean) {
  if (typeof trust === 'boolean') return trust;
  return typeof trust === 'number' ? (_address, hop) => hop < trust : [...trust];
}

/**
 * The path and query of a request target (RFC 9112, 3.2: it may be a whole URL). A path with broken percent-encoding is
 * taken literally, so that it meets the checks of every wrong id or route.
 */
export function readablePath(request: Pick<IncomingMessage, 'url'>): string {
  const given = request.url!;
  if (given.startsWith('/') && !given.includes('%')) return given;
  const target = given.replace(/^https?:\/\/[^/?#]*/i, '');
  const [path, ...query] = target.split('?') as [string, ...string[]];
  const readable = isDecodable(path) ? withPlainLetters(path) : path.replaceAll('%', '%25');
  return [readable.startsWith('/') ? readable : `/${readable}`, ...query].join('?');
}

/** RFC 3986, 6.2.2.2: an encoded letter equals the letter, for the router and for comparisons of paths. */
function withPlainLetters(path: string): string {
  return path.replace(/%[2-7][0-9a-f]/gi, (encoded) => {
    const character = decodeURIComponent(encoded);
    return /[\w.~-]/.test(character) ? character : encoded;
  });
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Must be called before `app.init()`. */
export function configureEdge(
  fastify: FastifyInstance,
  config: Config,
  logger: Logger,
  paths: PathRedactor,
  overload: OverloadLimits = overloadLimits,
): void {
  paths.watch(fastify);
  fastify.removeAllContentTypeParsers();
  const turns = new BodyTurns();
  addBodyParser(fastify, turns, 'application/json', (body, request) => parseJsonBody(body, limitsOf(request)));
  addBodyParser(fastify, turns, formType, function* (body, request) {
    if (request.routeOptions.url !== tokenPath) throw new InvalidInputError([{ field: 'body', message: notJson }]);
    return parseForm(body);
  });
  streamUploads(fastify);
  closeUnreadBodies(fastify);
  sendSecurityHeaders(fastify);
  const logsRequests = logger.isLevelEnabled('info');
  fastify.addHook('onRequest', (request, reply, done) => {
    setCommonHeaders(request, reply);
    // `onResponse` would not see requests whose client did not wait.
    if (logsRequests) reply.raw.once('close', () => logRequest(logger, paths, request, reply));
    const message = faultOfHead(request.raw);
    if (message !== null) {
      void reply.header('connection', 'close');
      return done(new DomainError(apiErrors.invalid_request, { message }));
    }
    done(isPlainOptions(request) ? new DomainError(apiErrors.not_found) : undefined);
  });
  allowOrigins(fastify, config.corsOrigins);
  fastify.addHook('onRequest', (request, _reply, done) => {
    // Before the body is read: an unknown route answers first, whatever the body is.
    done(request.is404 ? new DomainError(apiErrors.not_found) : undefined);
  });
  if (config.rateLimits !== null) rejectWhenOverloaded(fastify, overload);
  closeSilentSockets(fastify);
}

function addBodyParser(
  fastify: FastifyInstance,
  turns: BodyTurns,
  contentType: string,
  parse: (body: Buffer, request: FastifyRequest) => ParsingSteps,
): void {
  fastify.addContentTypeParser(contentType, (request, body: Readable, done) => {
    readBody(body, lengthOf(request), allowanceOf(request), (failure, bytes) => {
      try {
        if (failure) throw failure;
        checkEncoding(request.headers);
        if (request.headers['idempotency-key'] !== undefined) (request as GuardedRequest).rawBody = bytes;
        const parsed = turns.parse(addressKey(request.ip), bytes, parse(bytes, request));
        if (!(parsed instanceof Promise)) return done(null, parsed);
        parsed.then((value) => done(null, value), done);
      } catch (error) {
        done(error as Error);
      }
    });
  });
}

/**
 * Registered after the program's own hook, so that preflights have its headers too. Nest's `enableCors` would come
 * first.
 */
function allowOrigins(fastify: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  void fastify.register(cors, {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    // Every header that a page asks for is allowed.
    exposedHeaders: [
      'X-Request-Id',
      'Retry-After',
      'RateLimit-Limit',
      'RateLimit-Remaining',
      'RateLimit-Reset',
      'ETag',
      'Idempotency-Replayed',
      'Dry-Run',
    ],
    maxAge: 600,
  });
}

/** An OPTIONS request that is not a preflight. The API has no route for it. */
function isPlainOptions({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && !(headers.origin && headers['access-control-request-method']);
}

function setCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  if (isOfApi(request.url)) void reply.header('cache-control', 'no-store');
}

function logRequest(logger: Logger, paths: PathRedactor, request: GuardedRequest, reply: FastifyReply): void {
  const { caller } = request;
  logger.info(
    {
      request_id: request.id,
      method: request.method,
      path: paths.redact(request),
      ...(reply.raw.writableFinished ? { status: reply.statusCode } : { hung_up: true }),
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      ...(caller
        ? {
            account_id: caller.account_id,
            [`${caller.kind}_id`]: caller.kind === 'user' ? caller.user_id : caller.app_id,
          }
        : {}),
    },
    'request',
  );
}

/**
 * Answers what Node's parser refuses: a bad header, a head that is too large or too slow. It never becomes a request.
 */
function answerBrokenConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const requestId = randomUUID();
  const message = 'The request is not well-formed HTTP.';
  const body = JSON.stringify(errorBody(new DomainError(apiErrors.invalid_request, { message }), requestId));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nX-Request-Id: ${requestId}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/**
 * Closes sockets that are silent while the client still has something to send. A total limit would end large uploads.
 */
function closeSilentSockets(fastify: FastifyInstance): void {
  const current = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();
  fastify.addHook('onRequest', (request, reply, done) => {
    current.set(request.raw.socket, { request: request.raw, response: reply.raw });
    done();
  });
  fastify.server.setTimeout(idleTimeoutMs, (socket: Socket) => {
    const exchange = current.get(socket);
    const working = exchange?.request.complete === true && !exchange.response.writableEnded;
    if (working) socket.setTimeout(idleTimeoutMs);
    else socket.destroy();
  });
}
