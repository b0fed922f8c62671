import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { createDocument } from '../../src/platform/openapi/openapi';
import { startApp, type TestApp } from '../support/app';
import { operations } from '../support/document';

interface Shown {
  readonly example?: unknown;
  readonly $ref?: string;
  readonly allOf?: unknown;
  readonly items?: Shown;
}
interface Operation {
  readonly tags: string[];
  readonly summary?: string;
  readonly security?: object[];
  readonly responses: Record<string, { description: string }>;
}
interface Document {
  readonly openapi: string;
  readonly tags: { name: string; description: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, { properties?: Record<string, Shown> }> };
}

const checkedIn = JSON.parse(readFileSync(join(__dirname, '../../openapi.json'), 'utf8')) as Document;
const all = Object.entries(checkedIn.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

/** By an example of its own, or those of what it refers to. */
function isShown({ example, $ref, allOf, items }: Shown): boolean {
  return [example, $ref, allOf].some((hint) => hint !== undefined) || (items !== undefined && isShown(items));
}

let program: TestApp;
beforeAll(async () => {
  program = await startApp();
});
afterAll(() => program.close());

describe('openapi.json', () => {
  it('is that of the program', () => {
    expect(JSON.parse(JSON.stringify(createDocument(program.app)))).toEqual(checkedIn);
  });

  it('is OpenAPI 3.1 with a sentence for each tag', () => {
    expect(checkedIn.openapi).toBe('3.1.0');
    const used = new Set(all.flatMap(({ operation }) => operation.tags));
    expect(new Set(checkedIn.tags.map(({ name }) => name))).toEqual(used);
    for (const { description } of checkedIn.tags) expect(description).toMatch(/\.$/);
  });

  it.each(all)('$name has a summary, and its failures name their codes', ({ operation }) => {
    expect(operation.summary).toBeTruthy();
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '400', '429', '500']));
    const failures = Object.entries(operation.responses).filter(([status]) => status !== '200');
    for (const [, { description }] of failures) expect(description).toMatch(/`[a-z_]+\.[a-z_]+`/);
  });

  it('shows an example of every field that goes in or comes out', () => {
    const without = Object.entries(checkedIn.components.schemas)
      .filter(([name]) => /(Input|View)$/.test(name))
      .flatMap(([name, { properties = {} }]) =>
        Object.entries(properties)
          .filter(([, field]) => !isShown(field))
          .map(([field]) => `${name}.${field}`),
      );
    expect(without).toEqual([]);
  });

  it.each(operations)('$method $path is served', async ({ method, path }) => {
    const url = path.replaceAll(/\{\w+\}/g, '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70').replace('/api/v1', '');
    const { body } = await program.client.send(method, url, method === 'GET' ? undefined : {});
    expect(body).not.toMatchObject({ error: { code: 'api.not_found' } });
  });
});

describe('Swagger UI', () => {
  /** The document with which the page's own script starts it. */
  async function ofPage(): Promise<Document> {
    const script = await (await fetch(`${program.url}/docs/swagger-ui-init.js`)).text();
    let given: { spec: Document } | undefined;
    const SwaggerUIBundle = Object.assign((options: typeof given) => void (given = options), {
      presets: {},
      plugins: {},
    });
    const window = { location: { search: '', origin: program.url }, onload: () => undefined };
    runInNewContext(script, { window, SwaggerUIBundle, SwaggerUIStandalonePreset: {} });
    window.onload();
    return JSON.parse(JSON.stringify(given!.spec)) as Document;
  }

  it('shows everything that the document has, but the shape of each single failure', async () => {
    const page = await ofPage();
    const brief = (document: Document): Document =>
      JSON.parse(JSON.stringify(document), (key, value: object) => {
        if (key !== 'responses') return value;
        const answers = Object.entries(value as Record<string, { content: object }>);
        return answers.map(([status, { content, ...answer }]) => (status === '200' ? { ...answer, content } : answer));
      }) as Document;
    expect(brief(page)).toEqual(brief(checkedIn));
    const failure = page.paths['/api/v1/contacts']!.post!.responses['400'] as unknown as { content: object };
    expect(failure.content).toEqual({
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        example: { ok: false, error: expect.objectContaining({ code: 'contacts.invalid_request' }) },
      },
    });
  });

  it('the document itself tells each failure apart', async () => {
    const served: unknown = await (await fetch(`${program.url}/openapi.json`)).json();
    expect(served).toEqual(checkedIn);
  });
});
