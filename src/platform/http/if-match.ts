import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { ErrorDetail } from '../../kernel/domain-error';
import { metadataOf, routeMetadata } from './request';

/** The field of an operation's body that stands for the header. */
export const ifVersionField = 'if_version';

const anyVersion = '*';
/** `"3"`; `W/"3"`, which a proxy makes of it that compresses the answer; or `3`. */
const oneVersion = /^(?:(?:W\/)?"([1-9]\d*)"|([1-9]\d*))$/;

const header = ApiHeader({
  name: 'If-Match',
  required: false,
  description:
    'The `version` of the record on which the call is based, or its `ETag`. If somebody else has changed the same since, ' +
    'the call is refused, and the answer tells the present values. `*`: whatever the version.',
  schema: { type: 'string', pattern: '^(\\*|(W/)?"[1-9][0-9]*"|[1-9][0-9]*)$', example: '"3"' },
});

const Version = createParamDecorator((_: unknown, context: ExecutionContext) =>
  versionIn(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);

/**
 * The version on which the caller bases a change or a deletion of one record; undefined: whatever there is. Every other
 * route refuses the header, because a caller who sends it relies on it.
 */
export function IfMatch(): ParameterDecorator {
  return (controller, name, position) => {
    Version()(controller, name, position);
    const descriptor = Object.getOwnPropertyDescriptor(controller, name!)!;
    Reflect.defineMetadata(routeMetadata.ifMatch, true, descriptor.value as object);
    header(controller, name!, descriptor);
  };
}

export function takesVersion(context: ExecutionContext): boolean {
  return metadataOf(context, routeMetadata.ifMatch) === true;
}

/** @returns why the header is refused. */
export function ifMatchErrors(context: ExecutionContext, { headers }: FastifyRequest): ErrorDetail[] {
  const sent = headers['if-match'];
  if (sent === undefined) return [];
  if (!takesVersion(context)) return [{ field: 'If-Match', message: 'this call takes no If-Match' }];
  if (sent === anyVersion || oneVersion.test(sent)) return [];
  return [{ field: 'If-Match', message: 'If-Match must be one version, such as "3", or *' }];
}

function versionIn(sent: string | undefined): number | undefined {
  const [, quoted, plain] = oneVersion.exec(sent ?? '') ?? [];
  const digits = quoted ?? plain;
  return digits === undefined ? undefined : Number(digits);
}
