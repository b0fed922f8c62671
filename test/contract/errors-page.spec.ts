import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CataloguedError } from '../../src/platform/openapi/errors-page';
import type { ErrorListView } from '../../src/platform/openapi/errors.controller';
import { useApi } from '../support/api';

const documents = ['openapi.json', 'openapi-operations.json'];
const read = (file: string) => readFileSync(join(__dirname, '../..', file), 'utf8');

const { program } = useApi();
let catalogue: CataloguedError[];
let page: Response;
let html: string;
beforeAll(async () => {
  catalogue = (await program.client.get<ErrorListView>('/errors')).result.items;
  page = await fetch(`${program.url}/docs/errors`);
  html = await page.text();
});

function asError([code, status, description, action, retryable]: string[]): CataloguedError {
  return {
    code: code!,
    status: Number(status),
    description: description!,
    action: action!,
    retryable: retryable === 'yes',
  };
}

it('docs/errors.md has every code with its data and an anchor', () => {
  const rows = read('docs/errors.md')
    .split('\n')
    .map((line) => /^\| <a id="([\w.]+)"><\/a>`\1` +\|(.+)\|$/.exec(line))
    .filter((match) => match !== null)
    .map(([, code, rest]) => [code!, ...rest!.split(/(?<!\\)\|/)])
    .map((cells) => asError(cells.map((cell) => cell.trim().replaceAll(/\\([|<*])/g, '$1'))));
  expect(rows).toEqual(catalogue);
});

it('the page has them too, to anybody', () => {
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const rows = [...html.matchAll(/<tr id="([\w.]+)">(.+)<\/tr>/g)].map(([, id, row]) => {
    const [code, ...cells] = [...row!.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => plain(cell!));
    expect(code).toBe(`\`${id}\``);
    return asError([id!, ...cells]);
  });
  expect(rows).toEqual(catalogue);
});

function plain(cell: string): string {
  return cell
    .replaceAll(/<\/?code>/g, '`')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

it('the page loads nothing and runs nothing', () => {
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^;]+';/);
  expect(html).not.toMatch(/<script|\bsrc=|\bhref=/);
});

it.each(documents)('every link of %s leads to a row of the page', (file) => {
  const links = [...read(file).matchAll(/\[`([\w.]+)`\]\(\/docs\/errors#([\w.]+)\)/g)];
  expect(links.length).toBeGreaterThan(100);
  for (const [, shown, target] of links) expect(shown).toBe(target);
  const targets = [...new Set(links.map(([, , target]) => target!))];
  expect(targets.filter((target) => !html.includes(`<tr id="${target}">`))).toEqual([]);
});

interface Answer {
  readonly description: string;
  readonly content?: object;
}

it.each(documents)('every code in the responses of %s is a link', (file) => {
  const { paths, components } = JSON.parse(read(file)) as {
    paths: Record<string, Record<string, { responses: Record<string, Answer> }>>;
    components: { responses: Record<string, Answer> };
  };
  const ofRoutes = Object.values(paths).flatMap((methods) => Object.values(methods));
  const described = [components, ...ofRoutes]
    .flatMap(({ responses }) => Object.values(responses))
    .filter(({ content = {} }) => JSON.stringify(content).includes('"#/components/schemas/Error"'))
    .flatMap(({ description }) => description.split('  \n'));
  expect(described.length).toBeGreaterThan(100);
  expect(described.filter((line) => !/^\[`([\w.]+)`\]\(\/docs\/errors#\1\): /.test(line))).toEqual([]);
});
