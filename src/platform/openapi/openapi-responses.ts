import { type ErrorDefinition, errorCatalogue } from '../../kernel/domain-error';
import { statusOf } from '../http/statuses';
import { linkToError } from './errors-page';
import { exampleRequestId, failureSchema, type Schema } from './openapi-schemas';

/** An answer as the document describes it, or a reference to one that several routes give. */
export interface ResponseObject extends Schema {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { schema: Schema; readonly example?: unknown }>>;
}

export type Responses = Record<string, ResponseObject>;

/** A component that stands for more codes than this has the name of the first route that answers with them. */
const maxCodesInName = 3;
const pointer = '#/components/responses/';

/**
 * The answers of the routes. Each is described once, under `components/responses`, and the routes refer to it: written out
 * at each route, failures were three quarters of the document.
 */
export class SharedResponses {
  private readonly components = new Map<string, ResponseObject>();
  private readonly codes = new Map<string, readonly string[]>();
  /** By their codes. */
  private readonly failures = new Map<string, string>();

  /** By name, in the order of the names. */
  toComponents(): Responses {
    return Object.fromEntries([...this.components].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** @returns by status, references to the failures with these codes. */
  failuresOf(routeName: string, codes: readonly string[]): Responses {
    const references = byStatus(codes).map(([status, definitions]) => {
      const key = definitions.map(({ code }) => code).join(' ');
      let name = this.failures.get(key);
      if (!name) {
        name = definitions.length > maxCodesInName ? `${pascal(routeName)}${status}` : nameOf(definitions);
        this.failures.set(key, name);
        this.codes.set(name, key.split(' '));
        this.components.set(name, failureResponse(definitions));
      }
      return [status, { $ref: pointer + name }];
    });
    return Object.fromEntries(references) as Responses;
  }

  /** @returns a reference to the answer, if what is in it is a view, a page of views or nothing. */
  success(response: ResponseObject): ResponseObject {
    const name = successNameOf(response);
    if (!name) return response;
    this.components.set(name, response);
    return { $ref: pointer + name };
  }

  /** What the reference refers to. */
  resolve(response: ResponseObject): ResponseObject {
    return response.$ref ? this.components.get(response.$ref.slice(pointer.length))! : response;
  }

  /** The codes of all failures that these answers refer to. */
  codesOf(responses: Responses): string[] {
    return Object.values(responses).flatMap(({ $ref }) => [
      ...(this.codes.get($ref?.slice(pointer.length) ?? '') ?? []),
    ]);
  }
}

/** @returns by status, the failures with these codes, each written out. */
export function failureResponses(codes: readonly string[]): Responses {
  return Object.fromEntries(byStatus(codes).map(([status, definitions]) => [status, failureResponse(definitions)]));
}

function byStatus(codes: readonly string[]): [string, ErrorDefinition[]][] {
  const groups = new Map<string, ErrorDefinition[]>();
  for (const code of codes) {
    const definition = errorCatalogue.get(code);
    if (!definition) throw new Error(`The document names the unknown error code ${code}.`);
    const status = String(statusOf[definition.kind]);
    groups.set(status, [...(groups.get(status) ?? []), definition]);
  }
  return [...groups];
}

function failureResponse(definitions: readonly ErrorDefinition[]): ResponseObject {
  const [first] = definitions as [ErrorDefinition];
  const example = {
    ok: false,
    error: { code: first.code, message: first.description, request_id: exampleRequestId },
  };
  return {
    description: definitions.map(({ code, description }) => `${linkToError(code)}: ${description}`).join('  \n'),
    content: { 'application/json': { schema: failureSchema(definitions.map(({ code }) => code)), example } },
  };
}

/** `AuthRequiredOrInvalidToken` for `auth.required` and `auth.invalid_token`. */
function nameOf(definitions: readonly ErrorDefinition[]): string {
  let before = '';
  const parts = definitions.map(({ code }) => {
    const [namespace, reason] = code.split('.') as [string, string];
    const part = namespace === before ? pascal(reason) : pascal(namespace) + pascal(reason);
    before = namespace;
    return part;
  });
  return parts.join('Or');
}

/** `Contact`, `ContactPage` and `Empty`. */
function successNameOf({ content }: ResponseObject): string | undefined {
  const schema = content?.['application/json']?.schema as { properties?: { result?: Result } } | undefined;
  const result = schema?.properties?.result;
  if (result?.$ref) return viewNameOf(result.$ref);
  if (result?.properties?.items?.items.$ref) return `${viewNameOf(result.properties.items.items.$ref)}Page`;
  return result?.maxProperties === 0 ? 'Empty' : undefined;
}

interface Result {
  readonly $ref?: string;
  readonly maxProperties?: number;
  readonly properties?: { readonly items?: { readonly items: { readonly $ref?: string } } };
}

function viewNameOf($ref: string): string {
  return $ref.split('/').at(-1)!.replace(/View$/, '');
}

function pascal(name: string): string {
  return name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
