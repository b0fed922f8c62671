import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { namespaceOf } from '../http/namespaces';
import { type Allowed, routeExtensions } from '../http/request';
import { formType, tokenEndpointExtension, tokenPath } from '../http/token-endpoint';
import { raisesExtension, splitInVariants } from './openapi';
import { introduction, tags } from './openapi-introduction';
import { documentOfOperations } from './openapi-operations';
import { dryRunReference, idempotencyKeyReference, sharedParameters } from './openapi-parameters';
import { failureResponses, type ResponseObject, type Responses, SharedResponses } from './openapi-responses';
import { addExamples, errorDetailSchema, errorSchema, type Schema, tokenErrorSchema } from './openapi-schemas';

/** The OpenAPI 3.1 documents of the program: the routes, and the operations of the hosted API. */
export interface Documents {
  readonly routes: OpenAPIObject;
  readonly operations: OpenAPIObject;
}

export function createDocuments(app: INestApplication): Documents {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tideline')
    .setDescription(introduction)
    .setVersion('1')
    .addServer('/', 'This server')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The `access_token` of a session.' },
      'bearer',
    )
    .addOAuth2(
      {
        type: 'oauth2',
        description: 'The `client_id` and `client_secret` of an OAuth app.',
        flows: { clientCredentials: { tokenUrl: tokenPath, scopes: {} } },
      },
      'app',
    )
    .addSecurityRequirements('bearer');
  for (const [name, sentence] of Object.entries(tags)) builder.addTag(name, sentence);
  const routes = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '').toLowerCase()}_${method}`,
  });
  const shared = new SharedResponses();
  complete(routes, shared);
  const components = {
    ...routes.components,
    responses: shared.toComponents(),
    parameters: sharedParameters,
  } as unknown as OpenAPIObject['components'];
  const whole = { ...routes, components };
  return { routes: whole, operations: documentOfOperations(whole, shared) };
}

const idempotencyCodes = ['idempotency.invalid_key', 'idempotency.key_reused'];

interface Parameter extends Schema {
  readonly in: string;
  description?: string;
  schema?: Schema;
}

type Operation = Record<string, unknown> & {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Responses;
  [raisesExtension]?: string[];
  summary?: string;
  description?: string;
  [routeExtensions.public]?: boolean;
  [routeExtensions.roles]?: Allowed[];
  [routeExtensions.idempotent]?: boolean;
  [routeExtensions.dryRun]?: boolean;
  [tokenEndpointExtension]?: boolean;
};

/** Adds what follows from the rest: error answers with their codes, strict objects, header and id descriptions. */
function complete(document: OpenAPIObject, shared: SharedResponses): void {
  const schemas = (document.components!.schemas ??= {}) as Record<string, Schema>;
  for (const schema of Object.values(schemas)) if (schema.type === 'object') schema.additionalProperties ??= false;
  schemas.Error = errorSchema;
  schemas.ErrorDetail = errorDetailSchema;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const operation of Object.values(methods) as unknown as Operation[]) {
      const { [raisesExtension]: raises = [], [routeExtensions.public]: isPublic = false } = operation;
      const { [routeExtensions.roles]: allowed, [tokenEndpointExtension]: isTokenEndpoint = false } = operation;
      const { [routeExtensions.idempotent]: isIdempotent, [routeExtensions.dryRun]: isDryRunnable } = operation;
      for (const key of [raisesExtension, ...Object.values(routeExtensions), tokenEndpointExtension]) {
        delete operation[key];
      }
      if (allowed) operation.description = [operation.description, whoMay(allowed)].filter(Boolean).join('\n\n');
      if (isPublic) operation.security = [];
      else operation.security = [{ bearer: [] }, ...(!allowed || allowed.includes('app') ? [{ app: [] }] : [])];
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === 'path') parameter.schema = { type: 'string', format: 'uuid' };
        else tellExample(parameter);
        if (parameter.schema?.type === 'object') Object.assign(parameter, deepObject);
      }
      const guarded = isPublic ? [] : ['auth.forbidden'];
      const ofKeys = isIdempotent ? idempotencyCodes : [];
      const codes = codesOf(path, operation, { raises: [...guarded, ...ofKeys, ...raises], isPublic }, schemas);
      const more = [...(isIdempotent ? [idempotencyKeyReference] : []), ...(isDryRunnable ? [dryRunReference] : [])];
      if (more.length > 0)
        operation.parameters = [...(operation.parameters ?? []), ...(more as unknown as Parameter[])];
      if (isTokenEndpoint) {
        Object.assign(operation.responses, failureResponses(codes));
        completeTokenEndpoint(operation, schemas);
      } else {
        const success = shared.success(withETag(operation.responses['200']!, schemas));
        operation.responses = { '200': success, ...shared.failuresOf(nameOf(path, operation), codes) };
      }
    }
  }
  splitInVariants(schemas);
  addExamples(schemas);
}

const eTag = {
  description: 'The `version` of the record. Send it as `If-Match` with the change that is based on it.',
  schema: { type: 'string', example: '"3"' },
};

/** An answer with one record tells its version in a header, too. */
function withETag(response: ResponseObject, schemas: Record<string, Schema>): ResponseObject {
  const { properties } = (response.content?.['application/json']?.schema ?? {}) as {
    properties?: { result?: { $ref?: string } };
  };
  const view = schemas[properties?.result?.$ref?.split('/').at(-1) ?? ''] as { properties?: Schema } | undefined;
  return view?.properties?.version ? { ...response, headers: { ETag: eTag } } : response;
}

/** `custom_fields_create`. */
function nameOf(path: string, { operationId }: Operation): string {
  return `${namespaceOf(path)}_${operationId.split('_').at(-1)}`;
}

function whoMay(allowed: readonly Allowed[]): string {
  const names = allowed.map((each) => (each === 'app' ? 'OAuth apps' : `${each}s`));
  return `**Callers:** ${names.join(', ')}.`;
}

/** What is different at /oauth/token: the result is there twice, and a form's errors are those of RFC 6749, 5.2. */
function completeTokenEndpoint({ requestBody, responses }: Operation, schemas: Record<string, Schema>): void {
  schemas.TokenError = tokenErrorSchema;
  schemas.TokenForm = { ...schemas.TokenInput, additionalProperties: true };
  requestBody!.content[formType]!.schema = { $ref: '#/components/schemas/TokenForm' };
  for (const [status, response] of Object.entries(responses)) {
    const json = response.content!['application/json']!;
    if (status !== '200') {
      json.schema = { anyOf: [json.schema, { $ref: '#/components/schemas/TokenError' }] };
      continue;
    }
    const { properties, required } = json.schema as { properties: Schema; required: string[] };
    const beside = schemas.TokenView as { properties: Schema; required: string[] };
    Object.assign(properties, beside.properties);
    required.push(...beside.required);
  }
}

/** `name[key]=value`. Swagger UI would make up keys if it had no example. */
const deepObject = { style: 'deepObject', explode: true, examples: { none: { summary: 'None', value: {} } } };

/** In words: Swagger UI would send the example of a filter unless somebody empties it. */
function tellExample(parameter: Parameter): void {
  const { example, ...schema } = parameter.schema ?? {};
  if (example === undefined || schema.default !== undefined) return;
  parameter.schema = schema;
  if (schema.type === 'object') return;
  parameter.description = `${parameter.description} Example: \`${[example as string | string[]].flat().join('`, `')}\`.`;
}

/** The fields of a body, and those of the records in it. */
function fieldsIn(body: Schema | undefined, schemas: Record<string, Schema>): Schema[] {
  const fields = Object.values((body?.properties ?? {}) as Record<string, Schema>);
  return [
    ...fields,
    ...fields.flatMap((field) => recordsIn(field).flatMap((name) => fieldsIn(schemas[name], schemas))),
  ];
}

/** The names of the schemas to which a field of a body refers. */
function recordsIn(field: Schema): string[] {
  const {
    $ref,
    allOf = [],
    anyOf = [],
    items,
  } = field as {
    $ref?: string;
    allOf?: Schema[];
    anyOf?: Schema[];
    items?: Schema & { properties?: Record<string, Schema> };
  };
  const inner = [...allOf, ...anyOf, ...(items ? [items, ...Object.values(items.properties ?? {})] : [])];
  return [...($ref === undefined ? [] : [$ref.split('/').at(-1)!]), ...inner.flatMap(recordsIn)];
}

function codesOf(
  path: string,
  operation: Operation,
  { raises, isPublic }: { readonly raises: readonly string[]; readonly isPublic: boolean },
  schemas: Record<string, Schema>,
): string[] {
  const namespace = namespaceOf(path);
  const body = Object.values(operation.requestBody?.content ?? {})[0]
    ?.schema.$ref?.split('/')
    .at(-1);
  const fields = [...(operation.parameters ?? []), ...fieldsIn(schemas[body ?? ''], schemas)];
  const codes = new Set<string>([
    ...(isPublic ? [] : ['auth.required', 'auth.invalid_token', 'auth.deactivated', 'auth.internal']),
    ...(operation.parameters?.some((parameter) => parameter.in === 'path') ? [`${namespace}.invalid_id`] : []),
    `${namespace}.invalid_request`,
    ...fields.flatMap((field) => (field?.['x-error-codes'] ?? []) as string[]),
    ...raises,
    'rate_limit.exceeded',
    `${namespace}.internal`,
  ]);
  return [...codes];
}
