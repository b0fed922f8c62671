import type { OpenAPIObject } from '@nestjs/swagger';
import { defaultPageLimit, maxPageLimit } from '../../kernel/page';
import { isUnchangedByNull } from '../fields/fields';
import { idsOf, type Operation, operationPath, operations, routeOf } from '../http/operations';
import { envelope, errorResponses, type Schema } from './openapi-schemas';
import { exampleIds } from '../fields/view-fields';

export const operationsTag = 'operations';

interface Shown {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: ({ name: string; in: string; description?: string; schema?: Schema } & Schema)[];
  readonly requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  readonly responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** Shows each operation beside the routes, out of what the document says of its route. */
export function showOperations(document: OpenAPIObject): void {
  const paths = document.paths as Record<string, Record<string, Shown>>;
  const schemas = document.components!.schemas as Record<string, Schema>;
  for (const operation of operations.values()) {
    const [route, ...others] = operation.routes.map((each) => {
      const { method, url } = routeOf(each);
      return paths[url.replaceAll(/:(\w+)/g, '{$1}')]![method.toLowerCase()]!;
    }) as [Shown, ...Shown[]];
    // What any of its routes raises, the operation raises.
    const responses = others.length > 0 ? errorResponses([...new Set([route, ...others].flatMap(codesOf))]) : {};
    const whole = { ...route, responses: { ...route.responses, ...(responses as Shown['responses']) } };
    paths[operationPath(operation)] = { post: shown(operation, whole, schemas) };
  }
}

function codesOf({ responses }: Shown): string[] {
  return Object.values(responses).flatMap(({ content }) => {
    const { error } = content!['application/json']!.schema.properties as { error?: { properties: { code: Schema } } };
    return (error?.properties.code.enum ?? []) as string[];
  });
}

function shown(operation: Operation, route: Shown, schemas: Record<string, Schema>): Shown & Schema {
  const { responses, summary, description } = route;
  const stands = operation.routes.map((each) => `\`${each.replace(' ', ' /')}\``).join(' and ');
  const schema = bodyOf(operation, route, schemas);
  const { required, oneOf } = '$ref' in schema ? schemas[nameOf(schema)]! : schema;
  // An absent body is an empty one.
  const isNeeded = oneOf !== undefined || ((required ?? []) as string[]).length > 0;
  return {
    ...route,
    parameters: [],
    // Generators of clients spell "contacts-list" and "contacts_list", which is the route's, alike.
    operationId: `call_${operation.name.replaceAll('-', '_')}`,
    tags: [operationsTag],
    summary: operation.routes.length > 1 ? 'Activate or deactivate a user' : summary!,
    description: [`Stands for ${stands}.`, description].filter(Boolean).join('\n\n'),
    requestBody: { required: isNeeded, content: { 'application/json': { schema, ...exampleOf(route, schema) } } },
    responses: { ...briefly(responses), '200': answerOf(operation, responses['200']!, schemas) },
  };
}

/** An example for each code stands at the route; twice would double the document. */
function briefly(responses: Shown['responses']): Shown['responses'] {
  const entries = Object.entries(responses).map(([status, { content, ...response }]) => {
    const { schema } = content!['application/json']!;
    return [status, { ...response, content: { 'application/json': { schema } } }];
  });
  return Object.fromEntries(entries) as Shown['responses'];
}

function nameOf({ $ref }: Schema): string {
  return ($ref as string).split('/').at(-1)!;
}

function bodyOf(operation: Operation, route: Shown, schemas: Record<string, Schema>): Schema {
  const content = route.requestBody?.content['application/json']?.schema;
  const ids = idsOf(operation).map(({ fields: [name] }) => [name, { type: 'string', format: 'uuid' }] as const);
  const extra = extraFieldsOf(operation);
  const isUpdate = operation.name.includes('-update');
  if (content && ids.length === 0 && !isUpdate) return content;
  const input = content ? schemas[nameOf(content)]! : {};
  const fields = Object.entries((input.properties ?? {}) as Record<string, Schema>).map(
    ([name, schema]) => [name, isUpdate && isUnchangedByNull(schema) ? orNull(schema) : schema] as const,
  );
  const paging = operation.answer === 'all' || operation.answer === 'users' ? ['limit', 'cursor'] : [];
  const filters = (route.parameters ?? [])
    .filter(({ in: place, name }) => place === 'query' && !paging.includes(name))
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

function extraFieldsOf({ routes, answer }: Operation): Schema {
  return {
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

function answerOf({ answer }: Operation, response: Shown['responses'][string], schemas: Record<string, Schema>) {
  const schema = response.content?.['application/json']?.schema as
    | { properties: { result: { properties?: { items: { items: Schema }; next_cursor?: Schema }; $ref?: string } } }
    | undefined;
  const page = schema?.properties.result.properties;
  if (answer === 'upload') {
    const { properties } = schemas.CreatedImportView as { properties: Record<string, Schema> };
    return changed(response, { job_id: { type: 'string', format: 'uuid' }, signed_url: properties.upload_url! });
  }
  if (!page?.next_cursor) return response;
  if (answer === 'users') {
    const total = { type: 'integer', minimum: 0, description: 'How many there are.', example: 2 };
    return changed(response, { users: { type: 'array', items: page.items.items }, total });
  }
  const end =
    answer === 'all'
      ? 'Always empty: these are all.'
      : 'Give it as `cursor` to get the next page; empty on the last one.';
  return changed(response, { ...page, next_cursor: { type: 'string', description: end, example: '' } });
}

function changed(response: Shown['responses'][string], properties: Schema): Shown['responses'][string] {
  const result = { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
  return { ...response, content: { 'application/json': { schema: envelope(result) } } };
}
