import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** Of JSON Schema 2020-12 what the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly discriminator?: { readonly propertyName: string; readonly mapping: Readonly<Record<string, string>> };
  readonly 'x-error-codes'?: readonly string[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Schema;
  readonly 'x-error-codes'?: readonly string[];
}

export interface Operation {
  readonly method: string;
  /** As in the document: `/api/v1/sources/{id}`. */
  readonly path: string;
  readonly statuses: readonly string[];
  /** Whether the document says that it needs no token. */
  readonly isPublic: boolean;
  /** Whether it says that an app's token does. */
  readonly isForApps: boolean;
  readonly parameters: readonly Parameter[];
  /** The JSON bodies it takes, which is several where they are told apart by a field. */
  readonly bodies: readonly Schema[];
  readonly isBodyNeeded: boolean;
}

interface Document {
  readonly paths: Record<string, Record<string, ApiEndpoint>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

interface ApiEndpoint {
  readonly responses: Record<string, unknown>;
  readonly security?: object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Record<string, { readonly schema: Schema }> };
}

const document = JSON.parse(readFileSync(join(__dirname, '../../openapi.json'), 'utf8')) as Document;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, 'openapi.json');
const validators = new Map<string, ValidateFunction>();

const all: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { responses, security = [], parameters = [], requestBody }]) => ({
    method: method.toUpperCase(),
    path,
    statuses: Object.keys(responses),
    isPublic: security.length === 0,
    isForApps: security.some((each) => 'app' in each),
    parameters,
    bodies: bodiesOf(requestBody?.content['application/json']?.schema),
    isBodyNeeded: requestBody?.required === true,
  })),
);

/** What the schema refers to, or is. */
export function resolved(schema: Schema): Schema {
  return schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!]! : schema;
}

function bodiesOf(schema: Schema | undefined): Schema[] {
  if (!schema) return [];
  const { oneOf, discriminator, ...whole } = resolved(schema);
  if (!oneOf || !discriminator) return [whole];
  const members = Object.keys(discriminator.mapping);
  return oneOf.map((each) => {
    const variant = resolved(each);
    const { propertyName: name } = discriminator;
    const told = variant.properties![name]!;
    // Its own comes first; with any other it is a body of another shape.
    const all = { ...told, enum: [...new Set([...told.enum!, ...members])] };
    return { ...variant, properties: { ...variant.properties, [name]: all } };
  });
}

/** Every one of both doors. */
export const allOperations = all;
/** The routes of the API. */
export const operations = all.filter(({ path }) => path.startsWith('/api/v1/'));
/** The other door: POST /api/{operation}. */
export const operationCalls = all.filter(({ path }) => !path.startsWith('/api/v1/'));

/** The operation that a request meets, if the document has one. */
export function operationOf(method: string, url: string): Operation | undefined {
  const path = url.split('?', 1)[0]!.split('/');
  const candidates = all.filter((operation) => operation.method === method && fits(operation.path.split('/'), path));
  // A literal segment goes before a parameter, as in the router.
  return candidates.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((part, index) => part.startsWith('{') || part === path[index]);
}

/** @returns what is wrong with the answer, in words; nothing when it is as documented. */
export function faultsOf(operation: Operation | undefined, status: number, body: unknown): string[] {
  const schema = operation
    ? `openapi.json#/paths/${pointer(operation.path)}/${operation.method.toLowerCase()}/responses/${status}/content/application~1json/schema`
    : 'openapi.json#/components/schemas/Error';
  if (operation && !operation.statuses.includes(String(status))) return [`status ${status} is not documented`];
  let validate = validators.get(schema);
  if (!validate) {
    validate = ajv.compile({ $ref: schema });
    validators.set(schema, validate);
  }
  if (validate(body)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function pointer(path: string): string {
  return encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'));
}
