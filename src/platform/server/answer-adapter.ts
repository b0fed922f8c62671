import { StreamableFile } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { resultOf } from '../operations/operation.guard';
import type { GuardedRequest } from '../http/request';
import { isTokenEndpoint } from '../http/token-endpoint';

/**
 * Sends every success as a 200 with the result in the envelope, unless it is a file. A result with a version, which is a
 * record, has it as its ETag. An interceptor could do so too,
 * but then Nest makes Observables for every request (docs/decisions/0029-cost-of-a-request.md).
 */
export class AnswerAdapter extends FastifyAdapter {
  override reply(response: FastifyReply, result: object | undefined): ReturnType<FastifyAdapter['reply']> {
    (response.request as GuardedRequest).slot?.release();
    const { version } = recordIn(result);
    if (typeof version === 'number') void response.header('etag', `"${version}"`);
    const body = result instanceof StreamableFile ? result : successBody(response.request, result);
    return super.reply(response, body, 200);
  }
}

/** The record of an answer with a single one: the result itself, or what it has as `record`. */
function recordIn(result: object | undefined): { readonly version?: unknown } {
  const { record } = (result ?? {}) as { readonly record?: object };
  return record ?? result ?? {};
}

function successBody(request: GuardedRequest, result: object | undefined): object {
  const { operation } = request;
  const told = (operation ? resultOf(operation, result) : result) ?? {};
  return isTokenEndpoint(request) ? { ok: true, ...told, result: told } : { ok: true, result: told };
}
