import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { DomainError, InvalidInputError } from '../../kernel/domain-error';
import { errorBody } from './answer';
import { apiErrors } from './edge.errors';
import type { PathRedactor } from './path-redactor';
import { commonErrorOf } from './namespaces';
import type { GuardedRequest } from './request';
import { statusOf } from './statuses';
import { isRefusedBasic, isTokenForm, tokenErrorBody } from './token-endpoint';

type Answered = Pick<GuardedRequest, 'id' | 'url' | 'method' | 'headers' | 'slot'>;

/** Turns every error into an answer. Nobody else does. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly paths: PathRedactor,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<GuardedRequest>(), http.getResponse<FastifyReply>());
  }

  answer(thrown: unknown, request: Answered, reply: FastifyReply): void {
    request.slot?.release();
    // Node's code for a client that closed the connection while sending. There is nobody to answer.
    if ((thrown as NodeJS.ErrnoException | null)?.code === 'ECONNRESET' && reply.raw.destroyed) return;
    const error = asDomainError(thrown, request.url);
    const told = { request_id: request.id, method: request.method, path: this.paths.redact(request) };
    if (error.definition.kind === 'internal') {
      this.logger.error({ ...told, error: error.cause ?? thrown }, 'a request failed');
    } else if (error.definition.kind === 'too_many' && error.cause !== undefined) {
      this.logger.warn({ ...told, error: error.cause }, 'a request was turned away');
    }
    if (reply.sent) return;
    void reply.status(statusOf[error.definition.kind]);
    if (error.retryAfter !== undefined) void reply.header('retry-after', String(error.retryAfter));
    if (isRefusedBasic(request, error)) void reply.header('www-authenticate', 'Basic realm="tideline"');
    const body = isTokenForm(request) ? tokenErrorBody(error, request.id) : errorBody(error, request.id);
    void reply.type('application/json; charset=utf-8').send(body);
  }
}

/** Exported for errors that a Nest filter never sees: unreadable URLs and faults of the connection. */
export function asDomainError(thrown: unknown, url: string): DomainError {
  if (thrown instanceof DomainError) return thrown.definition.kind === 'internal' ? internal(thrown, url) : thrown;
  if (thrown instanceof InvalidInputError) {
    return new DomainError(thrown.definition ?? commonErrorOf(url, 'invalid_request'), {
      message: thrown.message,
      details: thrown.details,
    });
  }
  const status = frameworkStatus(thrown);
  if (status === 404) return new DomainError(apiErrors.not_found);
  if (status !== undefined && status >= 400 && status < 500) {
    return new DomainError(commonErrorOf(url, 'invalid_request'), {
      // Fastify's errors lose their codes on the way through Nest.
      message: status === 415 ? notJson : 'The request is malformed.',
      cause: thrown,
    });
  }
  return internal(thrown, url);
}

function internal(thrown: unknown, url: string): DomainError {
  const definition = thrown instanceof DomainError ? thrown.definition : commonErrorOf(url, 'internal');
  return new DomainError(definition, {
    message: 'Something failed on the server. The log has the details under this request_id.',
    cause: thrown instanceof DomainError ? thrown.cause : thrown,
  });
}

/** Nest's HttpException has getStatus(), Fastify's errors have statusCode. */
function frameworkStatus(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { statusCode, getStatus } = thrown as { statusCode?: unknown; getStatus?: () => unknown };
  const status = typeof getStatus === 'function' ? getStatus.call(thrown) : statusCode;
  return typeof status === 'number' ? status : undefined;
}

export const notJson = 'The body must be JSON, sent with "Content-Type: application/json".';
