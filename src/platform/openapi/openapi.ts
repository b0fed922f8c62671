import { applyDecorators, type INestApplication, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  DocumentBuilder,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import type { ErrorDefinition } from '../../kernel/domain-error';
import { namespaceOf } from '../http/namespaces';
import { operationsTag, showOperations } from './openapi-operations';
import {
  emptySchema,
  envelope,
  errorDetailSchema,
  errorResponses,
  errorSchema,
  pageSchema,
  reference,
  type Schema,
  tokenErrorSchema,
} from './openapi-schemas';
import { type Allowed, routeExtensions } from '../http/request';
import { formType, tokenEndpointExtension, tokenPath } from '../http/token-endpoint';

export interface RouteDocument {
  readonly summary: string;
  readonly description?: string;
  /** The view inside `result`; `{ page }` a page of it; null an empty object; `csv` a file, without the envelope. */
  readonly result: Type | { readonly page: Type } | 'csv' | null;
  /** The codes this route raises besides those of its fields, its ids and its guards. */
  readonly raises?: readonly ErrorDefinition[];
}

const raisesExtension = 'x-tideline-raises';

/** Says of a route what a reader of the OpenAPI document must know; the rest is worked out in `createDocument`. */
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

type Variant = { readonly type: string } & Readonly<Record<string, unknown>>;
const variants = new Map<string, { readonly property: string; readonly variants: Readonly<Record<string, Variant>> }>();

/**
 * Says that a class has several shapes, told apart by one of its properties: in the document it becomes a `oneOf`.
 *
 * @param property which one; a variant's `type` is its value there.
 * @param shapes by the names they get: the schemas of the properties that differ.
 */
export function ApiOneOf(property: string, shapes: Readonly<Record<string, Variant>>): ClassDecorator {
  return ({ name }) => void variants.set(name, { property, variants: shapes });
}

const introduction = `A self-hosted CRM behind one strict REST API.

Every answer is \`{ "ok": true, "result": … }\` or \`{ "ok": false, "error": { "code", "message", "details"?, "request_id" } }\`.
Branch on \`code\`, which never changes; messages may. Unknown fields and parameters are refused by name.

**First steps:** call \`POST /auth/register\`, copy \`access_token\` from the answer, press *Authorize* and paste it. It is kept
when the page is loaded again. After 15 minutes call \`POST /auth/refresh\`. Programs get a token of their own: an OAuth app, and
\`POST /oauth/token\`.

**Rate limits:** every answer says in \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (seconds until full)
what is left of the caller's budget; a 429 says in \`Retry-After\` when to try again.`;

const tags = {
  auth: 'Register, sign in, stay signed in, sign out; lost passwords and invitations.',
  users: 'The people of the account: invite, promote, deactivate.',
  oauth: 'Tokens for server-to-server apps.',
  'oauth-apps': 'Server-to-server apps and their secrets.',
  sources: 'Where contacts come from: the lead sources of the account.',
  companies: 'Organisations that contacts work for.',
  contacts: 'People: found at once by name, e-mail, phone or company.',
  projects: 'Work for companies, from the proposal to the end, and who takes part in it.',
  activities: 'Calls, e-mails and meetings with contacts, with companies, in projects.',
  'custom-fields': 'Fields that the account adds to its contacts, companies and projects.',
  events: 'The change feed: what happened to the records of the account, in order.',
  webhooks: 'Endpoints that events are sent to, signed, until they arrive.',
  imports: 'A million rows from any spreadsheet, each applied exactly once, and taken back if need be.',
  errors: 'Every code that an answer can carry, and what to do about it.',
  [operationsTag]:
    'The calls of the hosted API, for its clients: one POST with one JSON body each, answered by the routes above.',
} as const;

/** The OpenAPI 3.1 document of the program. */
export function createDocument(app: INestApplication): OpenAPIObject {
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
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '').toLowerCase()}_${method}`,
  });
  complete(document);
  showOperations(document);
  return document;
}

interface Parameter extends Schema {
  readonly in: string;
  description?: string;
  schema?: Schema;
}

type Operation = Record<string, unknown> & {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, unknown>;
  [raisesExtension]?: string[];
  summary?: string;
  description?: string;
  [routeExtensions.public]?: boolean;
  [routeExtensions.roles]?: Allowed[];
  [tokenEndpointExtension]?: boolean;
};

/** Adds what follows from the rest: error answers with their codes, strict objects, header and id descriptions. */
function complete(document: OpenAPIObject): void {
  const schemas = (document.components!.schemas ??= {}) as Record<string, Schema>;
  for (const schema of Object.values(schemas)) if (schema.type === 'object') schema.additionalProperties ??= false;
  schemas.Error = errorSchema();
  schemas.ErrorDetail = errorDetailSchema;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const operation of Object.values(methods) as unknown as Operation[]) {
      const { [raisesExtension]: raises = [], [routeExtensions.public]: isPublic = false } = operation;
      const { [routeExtensions.roles]: allowed, [tokenEndpointExtension]: isTokenEndpoint = false } = operation;
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
      const guarded = allowed ? ['auth.forbidden'] : [];
      const codes = codesOf(path, operation, { raises: [...guarded, ...raises], isPublic }, schemas);
      Object.assign(operation.responses, errorResponses(codes));
      if (isTokenEndpoint) completeTokenEndpoint(operation, schemas);
    }
  }
  for (const name of variants.keys()) if (schemas[name]) splitInVariants(name, schemas);
}

function splitInVariants(name: string, schemas: Record<string, Schema>): void {
  const { property, variants: shapes } = variants.get(name)!;
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
  const examples = Object.entries(properties).map(([key, { example }]) => [key, example]);
  schemas[name] = {
    example: Object.fromEntries(examples) as Schema,
    oneOf: Object.values(mapping).map(($ref) => ({ $ref })),
    discriminator: { propertyName: property, mapping },
  };
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
  for (const [status, response] of Object.entries(responses) as [string, Answer][]) {
    const json = response.content['application/json'];
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

interface Answer {
  readonly content: { readonly 'application/json': { schema: Schema } };
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
  const fields = [
    ...(operation.parameters ?? []),
    ...Object.values((schemas[body ?? '']?.properties ?? {}) as Record<string, Schema>),
  ];
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
