import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

export interface Operation {
  readonly method: string;
  /** As in the document: `/api/v1/sources/{id}`. */
  readonly path: string;
  readonly statuses: readonly string[];
  /** Whether the document says that it needs no token. */
  readonly isPublic: boolean;
}

interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, unknown>; security?: object[] }>>;
}

const document = JSON.parse(readFileSync(join(__dirname, '../../openapi.json'), 'utf8')) as Document;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, 'openapi.json');
const validators = new Map<string, ValidateFunction>();

const all: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { responses, security }]) => ({
    method: method.toUpperCase(),
    path,
    statuses: Object.keys(responses),
    isPublic: security?.length === 0,
  })),
);

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
