import { isUtf8 } from 'node:buffer';
import { applyDecorators } from '@nestjs/common';
import { ApiConsumes, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type DomainError, InvalidInputError } from '../../kernel/domain-error';
import { apiPrefix } from './api-prefix';
import type { GuardedRequest } from './request';

/**
 * POST /oauth/token answers in two forms, so that an OAuth client library works unchanged: JSON like every other route,
 * and the forms of RFC 6749. This file has all differences.
 */
export const tokenPath = `${apiPrefix}/oauth/token`;

/** An extension for `openapi.ts`, which removes it from the document. */
export const tokenEndpointExtension = 'x-tideline-token-endpoint';

export function TokenEndpoint(): MethodDecorator {
  return applyDecorators(ApiConsumes('application/json', formType), ApiExtension(tokenEndpointExtension, true));
}

/** Whether the fields of the result also stand beside `result`, where RFC 6749 wants them. */
export function isTokenEndpoint({ operation, routeOptions }: GuardedRequest): boolean {
  return routeOptions.url === tokenPath || operation?.name === 'oauth-token';
}

export const formType = 'application/x-www-form-urlencoded';

/** Parameters of the client credentials grant. RFC 6749, 3.2, wants all others ignored. */
const known = ['grant_type', 'client_id', 'client_secret'];
const maxParameters = 100;

/**
 * Reads a form (RFC 6749, appendix B). A parameter without a value counts as left out.
 *
 * @throws InvalidInputError if the form is not UTF-8, or repeats a parameter.
 */
export function parseForm(bytes: Buffer): object {
  if (!isUtf8(bytes)) throw unreadable(notUtf8);
  const parts = bytes.toString('utf8').split('&', maxParameters + 1);
  if (parts.length > maxParameters) throw unreadable(`The form has more than ${maxParameters} parameters.`);
  const parameters = new Map<string, string>();
  for (const part of parts.filter((each) => each !== '')) {
    const [, name, value] = /^([^=]*)(?:=|$)(.*)$/s.exec(part)!.map(decoded) as [string, string, string];
    if (parameters.has(name)) throw unreadable(`A parameter is sent more than once: ${name.slice(0, 100)}`);
    parameters.set(name, value);
  }
  return Object.fromEntries([...parameters].filter(([name, value]) => known.includes(name) && value !== ''));
}

const notUtf8 = 'The body is not valid UTF-8.';

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw unreadable(notUtf8);
  }
}

/** Whether the answer to this request has the form of RFC 6749. */
export function isTokenForm({ url, headers, method }: Pick<FastifyRequest, 'url' | 'headers' | 'method'>): boolean {
  const [type] = (headers['content-type'] ?? '').split(';', 1) as [string];
  return method === 'POST' && url.split('?', 1)[0] === tokenPath && type.trim().toLowerCase() === formType;
}

/** RFC 6749, 5.2, with fields of the envelope added. Codes that it lacks have the names of its section 4.1.2.1. */
export interface TokenErrorBody {
  readonly ok: false;
  readonly error: string;
  readonly error_description: string;
  readonly code: string;
  readonly request_id: string;
}

const names: Readonly<Record<string, string>> = {
  'oauth.unsupported_grant_type': 'unsupported_grant_type',
  'oauth.invalid_client': 'invalid_client',
  'oauth.internal': 'server_error',
  'rate_limit.exceeded': 'temporarily_unavailable',
};
export const tokenErrorNames = ['invalid_request', ...Object.values(names)] as const;

export function tokenErrorBody({ definition, message }: DomainError, requestId: string): TokenErrorBody {
  return {
    ok: false,
    error: names[definition.code] ?? 'invalid_request',
    // RFC 6749 allows only ASCII, without quotation marks.
    error_description: message.replaceAll('"', "'").replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, '?'),
    code: definition.code,
    request_id: requestId,
  };
}

/** RFC 6749, 5.2: a client that used HTTP Basic gets a `WWW-Authenticate` header for that scheme. */
export function isRefusedBasic(
  { headers }: Pick<FastifyRequest, 'headers'>,
  { definition: { code, kind } }: DomainError,
): boolean {
  return /^basic\b/i.test(headers.authorization ?? '') && kind === 'unauthenticated' && code.startsWith('oauth.');
}

function unreadable(message: string): InvalidInputError {
  return new InvalidInputError([{ field: 'body', message }]);
}
