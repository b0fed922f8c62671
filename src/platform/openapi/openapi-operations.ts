import type { OpenAPIObject } from '@nestjs/swagger';
import { defaultPageLimit, maxPageLimit } from '../../kernel/page';
import { isUnchangedByNull } from '../fields/fields';
import { dryRunParameter } from '../http/dry-run';
import { ifVersionField } from '../http/if-match';
import { idsOf, type Operation, operationPath, operations, routeOf } from '../http/operations';
import { introductionToOperations } from './openapi-introduction';
import { dryRunReference, dryRunSchema, idempotencyKeyReference } from './openapi-parameters';
import type { ResponseObject, Responses, SharedResponses } from './openapi-responses';
import { envelope, type Schema } from './openapi-schemas';
import { withUsedComponents } from './used-components';
import { exampleIds } from '../fields/view-fields';

/** Or a reference to one that several routes take. */
type Parameter = Schema & {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
  readonly schema?: Schema;
};

interface Shown {
  readonly summary?: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: Parameter[];
  readonly requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  readonly responses: Responses;
}

/** The operations in a document of their own, out of what that of the routes says of the routes that they stand for. */
export function documentOfOperations(routes: OpenAPIObject, shared: SharedResponses): OpenAPIObject {
  const ofRoutes = routes.paths as unknown as Record<string, Record<string, Shown>>;
  const schemas = { ...(routes.components!.schemas as Record<string, Schema>) };
  const paths: Record<string, { post: Shown }> = {};
  for (const operation of operations.values()) {
    const [route, ...others] = operation.routes.map((each) => {
      const { method, url } = routeOf(each);
      return ofRoutes[url.replaceAll(/:(\w+)/g, '{$1}')]![method.toLowerCase()]!;
    }) as [Shown, ...Shown[]];
    // What any of its routes raises, the operation raises.
    const codes = new Set([route, ...others].flatMap(({ responses }) => shared.codesOf(responses)));
    const failures = others.length > 0 ? shared.failuresOf(operationIdOf(operation), [...codes]) : {};
    addDryRun(operation, route, schemas);
    const whole = { ...route, responses: { ...route.responses, ...failures } };
    paths[operationPath(operation)] = { post: shown(operation, whole, schemas, shared) };
  }
  const used = new Set(Object.values(paths).flatMap(({ post }) => post.tags));
  const document = {
    ...routes,
    info: { ...routes.info, title: 'Tideline operations', description: introductionToOperations },
    tags: routes.tags!.filter(({ name }) => used.has(name)),
    paths: paths as unknown as OpenAPIObject['paths'],
    components: { ...routes.components, schemas, responses: shared.toComponents() } as OpenAPIObject['components'],
  };
  return withUsedComponents(document);
}

function operationIdOf({ name }: Operation): string {
  return name.replaceAll('-', '_');
}

function shown(
  operation: Operation,
  route: Shown,
  schemas: Record<string, Schema>,
  shared: SharedResponses,
): Shown & Schema {
  const { responses, summary, description } = route;
  const stands = operation.routes.map((each) => `\`${each.replace(' ', ' /')}\``).join(' and ');
  const schema = bodyOf(operation, route, schemas);
  const { required, oneOf } = '$ref' in schema ? schemas[nameOf(schema)]! : schema;
  // An absent body is an empty one.
  const isNeeded = oneOf !== undefined || ((required ?? []) as string[]).length > 0;
  return {
    ...route,
    parameters: refersTo(route, idempotencyKeyReference) ? [idempotencyKeyReference] : [],
    operationId: operationIdOf(operation),
    summary: operation.routes.length > 1 ? 'Activate or deactivate a user' : summary!,
    description: [`Stands for ${stands}.`, description].filter(Boolean).join('\n\n'),
    requestBody: { required: isNeeded, content: { 'application/json': { schema, ...exampleOf(route, schema) } } },
    responses: { ...responses, '200': answerOf(operation, responses['200']!, schemas, shared) },
  };
}

function nameOf({ $ref }: Schema): string {
  return ($ref as string).split('/').at(-1)!;
}

function refersTo({ parameters = [] }: Shown, { $ref }: { readonly $ref: string }): boolean {
  return parameters.some((parameter) => parameter.$ref === $ref);
}

/** To the body of an operation that takes that of its route as it is. In this document it has a field more. */
function addDryRun(operation: Operation, route: Shown, schemas: Record<string, Schema>): void {
  const content = route.requestBody?.content['application/json']?.schema;
  if (!content || !refersTo(route, dryRunReference) || idsOf(operation).length > 0) return;
  const variants = (schemas[nameOf(content)]!.oneOf ?? [content]) as Schema[];
  for (const name of variants.map(nameOf)) {
    const { properties, ...rest } = schemas[name]!;
    schemas[name] = { ...rest, properties: { ...(properties as Schema), [dryRunParameter]: orNull(dryRunSchema) } };
  }
}

function bodyOf(operation: Operation, route: Shown, schemas: Record<string, Schema>): Schema {
  const content = route.requestBody?.content['application/json']?.schema;
  const ids = idsOf(operation).map(({ fields: [name] }) => [name, { type: 'string', format: 'uuid' }] as const);
  const extra = {
    ...extraFieldsOf(operation, route),
    ...(refersTo(route, dryRunReference) ? { [dryRunParameter]: orNull(dryRunSchema) } : {}),
  };
  const idExamples = Object.fromEntries(ids.map(([name]) => [name, exampleIds.contact]));
  const isUpdate = operation.name.includes('-update');
  if (content && ids.length === 0 && !isUpdate) return content;
  const input = content ? schemas[nameOf(content)]! : {};
  const fields = Object.entries((input.properties ?? {}) as Record<string, Schema>).map(
    ([name, schema]) => [name, isUpdate && isUnchangedByNull(schema) ? orNull(schema) : schema] as const,
  );
  const paging = operation.answer === 'all' || operation.answer === 'users' ? ['limit', 'cursor'] : [];
  const filters = (route.parameters ?? [])
    .filter(({ in: place, name }) => place === 'query' && !paging.includes(name!))
    .map(({ name, description, schema, 'x-error-codes': codes }) => [
      name,
      {
        ...orNull(filterOf(schema ?? {})),
        ...(description ? { description } : {}),
        ...(codes ? { 'x-error-codes': codes } : {}),
      },
    ]);
  const required = [
    ...ids.map(([name]) => name),
    ...(operation.routes.length > 1 ? ['active'] : []),
    ...((input.required ?? []) as string[]),
  ];
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
    ...(input.example ? { example: { ...idExamples, ...(input.example as Schema) } } : {}),
    properties: {
      ...Object.fromEntries(ids),
      ...extra,
      ...(Object.fromEntries(filters) as Schema),
      ...Object.fromEntries(fields),
    },
  };
}

/** Filters are all in the example that tools make of a schema, and no record passes all of them. */
function exampleOf({ parameters = [] }: Shown, { required = [] }: Schema): { example?: object } {
  const isList = parameters.some(({ in: place }) => place === 'query');
  return isList
    ? { example: Object.fromEntries((required as string[]).map((name) => [name, exampleIds.contact])) }
    : {};
}

/** In the hosted API's calls null leaves a text as it is, and a filter out. */
function orNull({ enum: members, ...schema }: Schema): Schema {
  const allowed = members ? { enum: [...(members as string[]), null] } : {};
  return { ...schema, type: [schema.type, 'null'].flat(), ...allowed };
}

/** In a body `custom_fields` is an object, not a way of writing parameters. */
function filterOf(schema: Schema): Schema {
  return schema.type === 'object' ? { type: 'object', additionalProperties: true } : schema;
}

function extraFieldsOf({ routes, answer }: Operation, { parameters = [] }: Shown): Schema {
  return {
    ...(parameters.some(({ name }) => name === 'If-Match')
      ? {
          [ifVersionField]: {
            ...{ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
            description:
              'The `version` of the record on which the call is based. If somebody else has changed the same since, the ' +
              'call is refused, and the answer tells the present values. The header `If-Match` says the same.',
          },
        }
      : {}),
    ...(routes.length > 1
      ? { active: { type: 'boolean', description: 'Whether they may sign in.', example: true } }
      : {}),
    ...(answer === 'users'
      ? {
          limit: { type: 'integer', minimum: 1, maximum: maxPageLimit, default: defaultPageLimit },
          offset: {
            ...{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 },
            description: 'How many to leave out at the beginning.',
          },
        }
      : {}),
  };
}

function answerOf(
  { answer }: Operation,
  response: ResponseObject,
  schemas: Record<string, Schema>,
  shared: SharedResponses,
): ResponseObject {
  const answered = shared.resolve(response);
  const schema = answered.content?.['application/json']?.schema as
    | { properties: { result: { properties?: { items: { items: Schema }; next_cursor?: Schema }; $ref?: string } } }
    | undefined;
  const page = schema?.properties.result.properties;
  if (answer === 'upload') {
    const { properties } = schemas.CreatedImportView as { properties: Record<string, Schema> };
    return changed(answered, { job_id: { type: 'string', format: 'uuid' }, signed_url: properties.upload_url! });
  }
  if (!page?.next_cursor) return response;
  if (answer === 'users') {
    const total = { type: 'integer', minimum: 0, description: 'How many there are.', example: 2 };
    return changed(answered, { users: { type: 'array', items: page.items.items }, total });
  }
  const end =
    answer === 'all'
      ? 'Always empty: these are all.'
      : 'Give it as `cursor` to get the next page; empty on the last one.';
  return changed(answered, { ...page, next_cursor: { type: 'string', description: end, example: '' } });
}

function changed(response: ResponseObject, properties: Schema): ResponseObject {
  const result = { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
  return { ...response, content: { 'application/json': { schema: envelope(result) } } };
}
