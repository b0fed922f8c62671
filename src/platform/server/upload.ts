import type { Readable } from 'node:stream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInputError } from '../../kernel/domain-error';
import { notJson } from '../http/error.filter';
import { apiPrefix } from '../http/api-prefix';
import { isForm, maxBytesBeside } from './form-file';

/** The only route that takes raw bytes of any content type and length. Nothing reads them before its handler. */
export const uploadPath = `${apiPrefix}/imports/:id/upload`;

const anyType = 'application/octet-stream';

/** Must be called after the parsers of other types were removed. */
export function streamUploads(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.url === uploadPath) request.headers['content-type'] = anyType;
    done();
  });
  fastify.addContentTypeParser(anyType, (request, _payload, done) => {
    const isUpload = request.routeOptions.url === uploadPath;
    done(isUpload ? null : new InvalidInputError([{ field: 'body', message: notJson }]), undefined);
  });
}

/** What the client sends: a file, or a multipart form with the file. */
export interface Upload {
  readonly body: Readable;
  readonly contentType: string | undefined;
  /** How many bytes the file has at least, by what the client says of the body. */
  readonly minFileBytes: number;
}

export const Uploaded = createParamDecorator((_: unknown, context: ExecutionContext): Upload => {
  const { raw, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const length = Number(headers['content-length'] ?? 0);
  const contentType = sentTypeOf(raw.rawHeaders);
  const minFileBytes = isForm(contentType) ? Math.max(0, length - maxBytesBeside) : length;
  return { body: raw, contentType, minFileBytes };
});

/** The content type that the client sent: the hook above replaces it among the headers. */
function sentTypeOf(rawHeaders: readonly string[]): string | undefined {
  const index = rawHeaders.findIndex((name, place) => place % 2 === 0 && name.toLowerCase() === 'content-type');
  return index < 0 ? undefined : rawHeaders[index + 1];
}
