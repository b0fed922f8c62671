import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Clients that generators make of the documents compile under `tsc --strict`, and know the codes of the routes. The typed
 * client of `client/` is made by one of them, and checked with every change.
 */
const root = join(__dirname, '../..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);
let aside: string;

beforeAll(() => {
  aside = mkdtempSync(join(tmpdir(), 'tideline-generators-'));
  cpSync(join(root, 'test/generators'), aside, { recursive: true });
  run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
});
afterAll(() => rmSync(aside, { recursive: true, force: true }));

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { cwd: aside, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}

const installed = (name: string) => join(aside, 'node_modules/.bin', name);

type Generate = (document: string, folder: string) => void;

const plugins = ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'];
const generators: Readonly<Record<string, Generate>> = {
  'openapi-typescript': (document, folder) => run(bin('openapi-typescript'), document, '-o', join(folder, 'api.ts')),
  orval: (document, folder) =>
    run(installed('orval'), '--input', document, '--output', join(folder, 'api.ts'), '--client', 'fetch'),
  'swagger-typescript-api': (document, folder) =>
    run(installed('swagger-typescript-api'), 'generate', '-p', document, '-o', folder, '-n', 'api.ts'),
  '@hey-api/openapi-ts': (document, folder) =>
    run(installed('openapi-ts'), '-i', document, '-o', folder, '-p', ...plugins),
};

const documents = ['openapi.json', 'openapi-operations.json'];

it.each(Object.keys(generators).flatMap((name) => documents.map((document) => [name, document] as const)))(
  '%s makes a client of %s',
  (name, document) => {
    const folder = join(aside, name, document);
    mkdirSync(folder, { recursive: true });
    generators[name]!(join(root, document), folder);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file));
    const target = ['--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler'];
    run(bin('tsc'), '--strict', '--noEmit', ...target, '--lib', 'es2022,dom,dom.iterable', ...files);
    expect(files.some((file) => readFileSync(file, 'utf8').includes('contacts.first_name_required'))).toBe(true);
  },
);
