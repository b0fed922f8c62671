import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createDocuments, type Documents } from '../../src/platform/openapi/documents';
import { useApi } from '../support/api';
import type { Headers } from '../support/client';
import { faultsOf, operationOf, operations } from '../support/document';
import { call } from '../support/raw';

interface Shown {
  readonly example?: unknown;
  readonly $ref?: string;
  readonly allOf?: unknown;
  readonly items?: Shown;
}
interface Answer {
  readonly $ref?: string;
  readonly description: string;
  readonly content: Record<string, { schema: Failure & { anyOf?: Failure[] }; example: { error: { code: string } } }>;
}
interface Failure {
  readonly allOf?: [object, { properties: { error: { properties: { code: { enum: string[] } } } } }];
}
interface Operation {
  readonly tags: string[];
  readonly summary?: string;
  readonly security?: object[];
  readonly responses: Record<string, Answer>;
}
interface Document {
  readonly openapi: string;
  readonly tags: { name: string; description: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    schemas: Record<string, { properties?: Record<string, Shown> }>;
    responses: Record<string, Answer>;
  };
}

/** How many bytes each may have as it is sent: contract, section 12. */
const documents: { file: string; name: keyof Documents; most: number; document: Document }[] = (
  [
    ['openapi.json', 'routes', 400_000],
    ['openapi-operations.json', 'operations', 300_000],
  ] as const
).map(([file, name, most]) => {
  const document = JSON.parse(readFileSync(join(__dirname, '../..', file), 'utf8')) as Document;
  return { file, name, most, document };
});
const all = documents.flatMap(({ document: { paths, components } }) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const failures = Object.entries(operation.responses)
        .filter(([status]) => status !== '200')
        .map(([, answer]) => (answer.$ref ? components.responses[answer.$ref.split('/').at(-1)!]! : answer));
      return { name: `${method.toUpperCase()} ${path}`, operation, failures };
    }),
  ),
);

/** By an example of its own, or those of what it refers to. */
function isShown({ example, $ref, allOf, items }: Shown): boolean {
  return [example, $ref, allOf].some((hint) => hint !== undefined) || (items !== undefined && isShown(items));
}

const { program } = useApi();

describe.each(documents)('$file', ({ file, name, most, document }) => {
  it('is that of the program', () => {
    expect(JSON.parse(JSON.stringify(createDocuments(program.app)[name]))).toEqual(document);
  });

  it('is OpenAPI 3.1 with a sentence for each tag', () => {
    expect(document.openapi).toBe('3.1.0');
    const used = Object.values(document.paths).flatMap((methods) => Object.values(methods).flatMap(({ tags }) => tags));
    expect(new Set(document.tags.map((tag) => tag.name))).toEqual(new Set(used));
    for (const { description } of document.tags) expect(description).toMatch(/\.$/);
  });

  it('shows an example of every field that goes in or comes out', () => {
    const without = Object.entries(document.components.schemas)
      .filter(([schema]) => /(Input|View)$/.test(schema))
      .flatMap(([schema, { properties = {} }]) =>
        Object.entries(properties)
          .filter(([, field]) => !isShown(field))
          .map(([field]) => `${schema}.${field}`),
      );
    expect(without).toEqual([]);
  });

  it.each([
    [undefined, undefined],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, GZIP;q=0.5', 'gzip'],
    ['gzip;q=0, *', 'br'],
    ['identity, *;q=0', undefined],
  ])('is served, when "%s" is accepted, as %s', async (accepted, encoding) => {
    const headers: Headers = accepted === undefined ? {} : { 'Accept-Encoding': accepted };
    const answer = await call(program.url, 'GET', `/${file}`, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers['vary']).toBe('Accept-Encoding');
    expect(answer.headers['content-encoding']).toBe(encoding);
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? ''] ?? ((bytes: Buffer) => bytes);
    const bytes = unpack(answer.bytes);
    expect(JSON.parse(bytes.toString())).toEqual(document);
    expect(bytes.length).toBeLessThanOrEqual(most);
  });
});

it.each(all)('$name has a summary, and its failures name their codes', ({ operation, failures }) => {
  expect(operation.summary).toBeTruthy();
  expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '400', '429', '500']));
  for (const { description, content } of failures) {
    const { schema, example } = content['application/json']!;
    const codes = (schema.anyOf?.[0] ?? schema).allOf![1].properties.error.properties.code.enum;
    expect([...description.matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, code]) => code)).toEqual(codes);
    expect(example.error.code).toBe(codes[0]);
  }
});

it.each(operations)('$method $path is served', async ({ method, path }) => {
  const url = path.replaceAll(/\{\w+\}/g, '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70').replace('/api/v1', '');
  const { body } = await program.client.send(method, url, method === 'GET' ? undefined : {});
  expect(body).not.toMatchObject({ error: { code: 'api.not_found' } });
});

it.each(['GET /api/v1/contacts/1', 'POST /api/contacts-get'])('%s answers with its own codes only', (request) => {
  const [method, url] = request.split(' ') as [string, string];
  const failure = (code: string, more = {}) => ({ ok: false, error: { code, message: '', request_id: '', ...more } });
  const isRight = (body: unknown) => faultsOf(operationOf(method, url), 404, body).length === 0;
  expect(isRight(failure('contacts.not_found'))).toBe(true);
  expect(isRight(failure('companies.not_found'))).toBe(false);
  expect(isRight(failure('contacts.not_found', { reason: '' }))).toBe(false);
  expect(isRight({ ok: false, error: { code: 'contacts.not_found' } })).toBe(false);
});

it('Swagger UI offers both documents', async () => {
  const script = await (await fetch(`${program.url}/docs/swagger-ui-init.js`)).text();
  let given: { urls: { url: string }[]; spec: object } | undefined;
  const SwaggerUIBundle = Object.assign((options: typeof given) => void (given = options), {
    presets: {},
    plugins: {},
  });
  const window = { location: { search: '', origin: program.url }, onload: () => undefined };
  runInNewContext(script, { window, SwaggerUIBundle, SwaggerUIStandalonePreset: {} });
  window.onload();
  expect(given!.urls.map(({ url }) => url)).toEqual(documents.map(({ file }) => `/${file}`));
  expect(JSON.stringify(given!.spec)).toBe('{}');
});
