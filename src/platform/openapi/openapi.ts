import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtension, ApiExtraModels, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { ErrorDefinition } from '../../kernel/domain-error';
import { allowAbsentBody } from '../fields/field-readers';
import { outsideExampleExtension } from '../fields/fields';
import { emptySchema, envelope, pageSchema, reference, type Schema } from './openapi-schemas';

export interface RouteDocument {
  readonly summary: string;
  readonly description?: string;
  /** The view inside `result`; `{ page }` a page of it; null an empty object; `csv` a file, without the envelope. */
  readonly result: Type | { readonly page: Type } | 'csv' | null;
  /** The codes this route raises besides those of its fields, its ids and its guards. */
  readonly raises?: readonly ErrorDefinition[];
}

export const raisesExtension = 'x-tideline-raises';

/** Says of a route what a reader of the OpenAPI document must know; the rest is worked out in `createDocuments`. */
export function ApiEndpoint({ summary, description, result, raises = [] }: RouteDocument): MethodDecorator {
  const [view, content] = shownResult(result);
  return applyDecorators(
    ApiOperation({ summary, ...(description ? { description } : {}) }),
    ...(view ? [ApiExtraModels(view)] : []),
    ApiOkResponse({ description: 'Done.', ...content }),
    ApiExtension(
      raisesExtension,
      raises.map((definition) => definition.code),
    ),
  );
}

function shownResult(result: RouteDocument['result']): [Type | null, object] {
  if (result === null) return [null, { schema: envelope(emptySchema) }];
  if (result === 'csv') return [null, { content: { 'text/csv': { schema: { type: 'string' } } } }];
  if ('page' in result) return [result.page, { schema: envelope(pageSchema(result.page)) }];
  return [result, { schema: envelope(reference(result)) }];
}

/** The body of the route is raw bytes, of any content type. */
export function ApiBinaryBody(): MethodDecorator {
  return applyDecorators(
    ApiConsumes('application/octet-stream'),
    ApiBody({ required: true, schema: { type: 'string', format: 'binary' } }),
  );
}

/** The body of the route may be absent, which counts as an empty one. */
export function ApiOptionalBody(type: Type): MethodDecorator {
  allowAbsentBody(type);
  return ApiBody({ required: false, type });
}

type Variant = { readonly type: string } & Readonly<Record<string, unknown>>;

/** By the name of the class. */
const variants = new Map<string, { readonly property: string; readonly shapes: Readonly<Record<string, Variant>> }>();

/**
 * Says that a class has several shapes, told apart by one of its properties: in the document it becomes a `oneOf`.
 *
 * @param property which one; a variant's `type` is its value there.
 * @param shapes by the names they get: the schemas of the properties that differ.
 */
export function ApiOneOf(property: string, shapes: Readonly<Record<string, Variant>>): ClassDecorator {
  return ({ name }) => void variants.set(name, { property, shapes });
}

/** Makes a `oneOf` of each class that has several shapes. */
export function splitInVariants(schemas: Record<string, Schema>): void {
  for (const name of variants.keys()) if (schemas[name]) splitOne(name, schemas);
}

function splitOne(name: string, schemas: Record<string, Schema>): void {
  const { property, shapes } = variants.get(name)!;
  const common = schemas[name] as { properties: Record<string, Schema> };
  const mapping: Record<string, string> = {};
  for (const [variant, { type, ...differing }] of Object.entries(shapes)) {
    const properties = { ...common.properties };
    properties[property] = { ...properties[property], enum: [type], example: type };
    for (const [key, schema] of Object.entries(differing)) {
      const { description, 'x-error-codes': codes } = properties[key]!;
      const told = { description, ...(codes ? { 'x-error-codes': codes } : {}) };
      properties[key] = { ...(schema as object), ...told };
    }
    schemas[variant] = { ...common, properties };
    mapping[type] = `#/components/schemas/${variant}`;
  }
  const [first] = Object.keys(shapes);
  const { properties } = schemas[first!] as { properties: Record<string, Schema> };
  const examples = Object.entries(properties).filter(([, property]) => !property[outsideExampleExtension]);
  schemas[name] = {
    example: Object.fromEntries<unknown>(examples.map(([key, { example }]) => [key, example])),
    oneOf: Object.values(mapping).map(($ref) => ({ $ref })),
    discriminator: { propertyName: property, mapping },
  };
}
