import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** Of JSON Schema 2020-12 what the documents use. */
export interface Schema {
  readonly example?: unknown;
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
  /** By status: where the schema of the answer is. */
  readonly schemas: ReadonlyMap<string, string>;
  /** Whether the document says that it needs no token. */
  readonly isPublic: boolean;
  /** Whether it says that an app's token does. */
  readonly isForApps: boolean;
  readonly parameters: readonly Parameter[];
  /** Whether it takes `If-Match`; of operations, whether `if_version` stands for it. */
  readonly takesVersion: boolean;
  /** Whether it takes `Idempotency-Key`. */
  readonly takesKey: boolean;
  /** The JSON bodies it takes, which is several where they are told apart by a field. */
  readonly bodies: readonly Schema[];
  readonly isBodyNeeded: boolean;
}

interface Document {
  readonly paths: Record<string, Record<string, Documented>>;
  readonly components: {
    readonly schemas: Record<string, Schema>;
    readonly responses: Record<string, DocumentedResponse>;
    readonly parameters: Record<string, Parameter>;
  };
}

interface Documented {
  readonly responses: Record<string, DocumentedResponse>;
  readonly security?: object[];
  /** Those of headers are known by name alone. */
  readonly parameters?: readonly (
    Parameter | { readonly in: 'header'; readonly name: string } | { readonly $ref: string }
  )[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Record<string, { readonly schema: Schema }> };
}

interface DocumentedResponse {
  readonly $ref?: string;
  readonly description: string;
}

type File = 'openapi.json' | 'openapi-operations.json';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
const validators = new Map<string, ValidateFunction>();

function read(file: File): Operation[] {
  const document = JSON.parse(readFileSync(join(__dirname, '../..', file), 'utf8')) as Document;
  ajv.addSchema(document, file);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses, security = [], parameters = [], requestBody }]) => {
      const places = Object.entries(responses).map(([status, { $ref }]) => {
        const inline = `#/paths/${pointer(path)}/${method}/responses/${status}`;
        return [status, `${file}${$ref ?? inline}/content/application~1json/schema`] as const;
      });
      const bodies = bodiesOf(requestBody?.content['application/json']?.schema, document);
      return {
        method: method.toUpperCase(),
        path,
        schemas: new Map(places),
        isPublic: security.length === 0,
        isForApps: security.some((each) => 'app' in each),
        parameters: parametersOf(parameters, document),
        takesVersion:
          parameters.some((each) => 'name' in each && each.name === 'If-Match') ||
          bodies.some(({ properties }) => properties?.if_version !== undefined),
        takesKey: parameters.some((each) => '$ref' in each && each.$ref.endsWith('/IdempotencyKey')),
        bodies,
        isBodyNeeded: requestBody?.required === true,
      };
    }),
  );
}

/** Those of the path and of the query. */
function parametersOf(parameters: NonNullable<Documented['parameters']>, { components }: Document): Parameter[] {
  const resolved = parameters.map((each) =>
    '$ref' in each ? components.parameters[each.$ref.split('/').at(-1)!]! : each,
  );
  return resolved.filter((each): each is Parameter => ['path', 'query'].includes(each.in));
}

function bodiesOf(schema: Schema | undefined, { components }: Document): Schema[] {
  if (!schema) return [];
  const resolved = ({ $ref, ...rest }: Schema) => ($ref ? components.schemas[$ref.split('/').at(-1)!]! : rest);
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

function pointer(path: string): string {
  return encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** The routes of the API. */
export const operations: readonly Operation[] = read('openapi.json');
/** The other door: POST /api/{operation}. */
export const operationCalls: readonly Operation[] = read('openapi-operations.json');
/** Every one of both doors. */
export const allOperations = [...operations, ...operationCalls];

/** The operation that a request meets, if the documents have one. */
export function operationOf(method: string, url: string): Operation | undefined {
  const path = url.split('?', 1)[0]!.split('/');
  const candidates = allOperations.filter((each) => each.method === method && fits(each.path.split('/'), path));
  // A literal segment goes before a parameter, as in the router.
  return candidates.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((part, index) => part.startsWith('{') || part === path[index]);
}

/** @returns what is wrong with the answer, in words; nothing when it is as documented. */
export function faultsOf(operation: Operation | undefined, status: number, body: unknown): string[] {
  const schema = operation ? operation.schemas.get(String(status)) : 'openapi.json#/components/schemas/Error';
  if (!schema) return [`status ${status} is not documented`];
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
