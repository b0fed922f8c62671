import type { Readable } from 'node:stream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInputError } from '../../kernel/domain-error';
import { notJson } from '../http/error.filter';
import { apiPrefix } from '../http/api-prefix';

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

/** The stream of bytes, and their number if the client sent it. */
export interface Upload {
  readonly bytes: Readable;
  readonly length: number | undefined;
}

export const UploadedBytes = createParamDecorator((_: unknown, context: ExecutionContext): Upload => {
  const { raw, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const length = headers['content-length'];
  return { bytes: raw, length: length === undefined ? undefined : Number(length) };
});
