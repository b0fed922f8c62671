import type { Type } from '@nestjs/common';
import { getSchemaPath } from '@nestjs/swagger';
import { outsideExampleExtension } from '../fields/fields';
import { exampleIds } from '../fields/view-fields';
import { tokenErrorNames } from '../http/token-endpoint';

/** What answers look like in the OpenAPI document: the envelope, pages, errors. */

export type Schema = Record<string, unknown>;

export const exampleRequestId = '5f0c7a2e-3b1d-4e8f-9a6c-1d2e3f4a5b6c';

export const emptySchema: Schema = { type: 'object', maxProperties: 0, example: {} };

export function reference(view: Type): Schema {
  return { $ref: getSchemaPath(view) };
}

export function pageSchema(view: Type): Schema {
  return {
    type: 'object',
    required: ['items', 'next_cursor'],
    additionalProperties: false,
    properties: {
      items: { type: 'array', items: reference(view) },
      next_cursor: {
        type: ['string', 'null'],
        description: 'Give it as `cursor` to get the next page; null on the last one.',
        example: null,
      },
    },
  };
}

export function envelope(result: Schema): Schema {
  return {
    type: 'object',
    required: ['ok', 'result'],
    additionalProperties: false,
    properties: { ok: { type: 'boolean', const: true }, result },
  };
}

/** The shape of every failure. */
export const errorSchema: Schema = {
  type: 'object',
  required: ['ok', 'error'],
  additionalProperties: false,
  properties: {
    ok: { type: 'boolean', const: false },
    error: {
      type: 'object',
      required: ['code', 'message', 'request_id'],
      additionalProperties: false,
      properties: {
        code: { type: 'string', description: 'Stable; branch on it.' },
        message: { type: 'string', description: 'For people; may change.' },
        details: {
          type: 'array',
          description: 'Every field that was refused.',
          items: { $ref: '#/components/schemas/ErrorDetail' },
        },
        request_id: { type: 'string', description: 'Also in the `X-Request-Id` header and in the server log.' },
      },
    },
  },
};

/** A failure that has one of these codes. */
export function failureSchema(codes: readonly string[]): Schema {
  const error = { type: 'object', properties: { code: { type: 'string', enum: codes } } };
  return { allOf: [{ $ref: '#/components/schemas/Error' }, { type: 'object', properties: { error } }] };
}

export const errorDetailSchema: Schema = {
  type: 'object',
  required: ['field', 'message'],
  additionalProperties: false,
  properties: {
    field: { type: 'string', description: 'Which one, as a path.', example: 'name' },
    message: { type: 'string', description: 'What is wrong with it.', example: 'name is required' },
    current: { description: 'Of a conflict: the present value of the field, of any type.', example: 'Acme GmbH' },
    id: {
      type: 'string',
      format: 'uuid',
      description: 'The record that has the value, where only one may have it.',
      example: exampleIds.contact,
    },
    ids: {
      type: 'array',
      items: { type: 'string', format: 'uuid' },
      description: 'The records that share a value where only one may have it; some of them, if there are many.',
      example: [exampleIds.contact],
    },
  },
};

/**
 * Gives bodies with alternatives an example without these. Tools would send all fields together, and an id of another
 * system twice.
 */
export function addExamples(schemas: Record<string, Schema>): void {
  for (const [name, schema] of Object.entries(schemas)) {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
    const isOutside = ([, property]: (typeof properties)[number]) => property[outsideExampleExtension] === true;
    if (!properties.some(isOutside)) continue;
    const inside = properties.filter((property) => !isOutside(property));
    schemas[name] = {
      ...schema,
      example: Object.fromEntries(inside.map(([field, { example }]) => [field, example])),
      properties: Object.fromEntries(properties.map(([field, property]) => [field, shown(property)])),
    };
  }
}

function shown(property: Schema): Schema {
  return Object.fromEntries(Object.entries(property).filter(([key]) => key !== outsideExampleExtension));
}

export const tokenErrorSchema: Schema = {
  type: 'object',
  description: 'The answer to a form (RFC 6749, 5.2).',
  required: ['ok', 'error', 'error_description', 'code', 'request_id'],
  additionalProperties: false,
  properties: {
    ok: { type: 'boolean', const: false, example: false },
    error: { type: 'string', description: 'As the RFC names it.', enum: tokenErrorNames, example: 'invalid_client' },
    error_description: { type: 'string', description: 'For people; may change.', example: 'Invalid credentials.' },
    code: { type: 'string', description: 'Stable; branch on it.', example: 'oauth.invalid_client' },
    request_id: { type: 'string', description: 'Also in the `X-Request-Id` header.', example: exampleRequestId },
  },
};
