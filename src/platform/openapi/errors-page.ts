import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { errorCatalogue, type ErrorKind } from '../../kernel/domain-error';
import { statusOf } from '../http/statuses';

/** The catalogue of errors for people: as Markdown in `docs/errors.md`, and as a page of the program itself. */

export interface CataloguedError {
  readonly code: string;
  readonly status: number;
  readonly description: string;
  readonly action: string;
  readonly retryable: boolean;
}

/** Every error, by code. */
export function cataloguedErrors(): CataloguedError[] {
  return [...errorCatalogue.values()]
    .map(({ code, kind, description, action, retryable }) => ({
      code,
      status: statusOf[kind],
      description,
      action,
      retryable,
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** Where the page is: the links of the document lead there, so it is served by whoever serves the document. */
export const errorsPath = '/docs/errors';

/** The code as a link to its row, in Markdown. */
export function linkToError(code: string): string {
  return `[\`${code}\`](${errorsPath}#${code})`;
}

type Part = { readonly heading: string } | { readonly text: string } | { readonly points: readonly string[] } | Example;
interface Example {
  readonly example: string;
}

const meanings: Readonly<Record<ErrorKind, string>> = {
  invalid: 'the request is wrong; change it',
  unauthenticated: 'who calls is not known; get a token',
  forbidden: 'who calls may not do this',
  not_found: 'it is not there, or is of another account',
  too_many: 'too often, or the server is busy; wait and send the same again',
  internal: 'the server failed; send the same again later',
};

/** Texts have code between backticks, and no other Markdown. */
function introduction(errors: readonly CataloguedError[]): Part[] {
  const retryable = errors.filter((error) => error.retryable && !error.code.endsWith('.internal'));
  return [
    { text: 'Every failure has one form, whatever failed:' },
    {
      example: `{
  "ok": false,
  "error": {
    "code": "contacts.not_found",
    "message": "The contact does not exist.",
    "request_id": "5f0c7a2e-3b1d-4e8f-9a6c-1d2e3f4a5b6c"
  }
}`,
    },
    {
      points: [
        '`code` is `namespace.reason` and stable: branch on it. The namespace is that of the route, such as `contacts` for `/api/v1/contacts`; `api` is what belongs to none, `auth` is what any route may say of its caller.',
        '`message` is for people and may change.',
        '`details` is there when fields were refused: a list of `field` and `message`, one for each of them. `field` is a path such as `name`, `custom_fields.<id>` or `events[1]`. The code is that of the first.',
        '`request_id` is also in the header `X-Request-Id` and in the log of the server: tell it to whoever runs the server. A request may bring its own in that header.',
        '`POST /api/v1/oauth/token` answers a form as RFC 6749 wants it; the code is then in `code` beside `error`.',
      ],
    },
    { heading: 'How to branch' },
    { text: 'By `code` where the reason matters, else by the status, of which there are few:' },
    {
      points: Object.entries(meanings).map(([kind, meaning]) => `${statusOf[kind as ErrorKind]}: ${meaning}`),
    },
    {
      text: 'A new release may add codes: treat one that you do not know as its status says. The same list for programs is at `GET /api/v1/errors`.',
    },
    { heading: 'When to try again' },
    {
      text: 'A code marked "yes" may succeed with the same request later. All others will fail again until something is changed. These are the ones:',
    },
    {
      points: [
        ...retryable.map(({ code, action }) => `\`${code}\`: ${action}`),
        'Every `….internal`: try again with a growing delay. A request that creates something may have been carried out although its answer was lost: look before you repeat it.',
      ],
    },
    {
      text: 'A 429 has the header `Retry-After`, in seconds. `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` are on every answer, so that a program can slow down before it is refused.',
    },
  ];
}

const columns = ['Code', 'Status', 'Meaning', 'What to do', 'Retrying helps'] as const;

function byNamespace(errors: readonly CataloguedError[]): Map<string, CataloguedError[]> {
  const groups = new Map<string, CataloguedError[]>();
  for (const error of errors) {
    const namespace = error.code.split('.', 1)[0]!;
    groups.set(namespace, [...(groups.get(namespace) ?? []), error]);
  }
  return groups;
}

/** Not yet laid out in columns: that is Prettier's business. */
export function errorsAsMarkdown(): string {
  const errors = cataloguedErrors();
  const parts = introduction(errors).map((part) => {
    if ('heading' in part) return `## ${part.heading}`;
    if ('example' in part) return `\`\`\`json\n${part.example}\n\`\`\``;
    return 'text' in part ? part.text : part.points.map((point) => `- ${point}`).join('\n');
  });
  const tables = [...byNamespace(errors)].map(([namespace, rows]) => {
    const cells = rows.map(({ code, status, description, action, retryable }) => [
      `<a id="${code}"></a>\`${code}\``,
      String(status),
      asCell(description),
      asCell(action),
      retryable ? 'yes' : 'no',
    ]);
    const lines = [columns, columns.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`);
    return `### ${namespace}\n\n${lines.join('\n')}`;
  });
  return `${['# Errors', ...parts, '## All codes', ...tables].join('\n\n')}\n`;
}

function asCell(text: string): string {
  return text.replaceAll(/[|<*]/g, String.raw`\$&`);
}

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1b2733; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid #d5dde5; }
  tr:target { background: #fff3c4; }
  pre { background: #f3f6f9; padding: 0.6rem; overflow-x: auto; }`;

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function errorsAsHtml(): string {
  const errors = cataloguedErrors();
  const parts = introduction(errors).map((part) => {
    if ('heading' in part) return `<h2>${asHtml(part.heading)}</h2>`;
    if ('example' in part) return `<pre>${asHtml(part.example)}</pre>`;
    if ('text' in part) return `<p>${asHtml(part.text)}</p>`;
    return `<ul>\n${part.points.map((point) => `<li>${asHtml(point)}</li>`).join('\n')}\n</ul>`;
  });
  const head = `<tr>${columns.map((column) => `<th>${column}</th>`).join('')}</tr>`;
  const tables = [...byNamespace(errors)].map(([namespace, rows]) => {
    const lines = rows.map(({ code, status, description, action, retryable }) => {
      const cells = [`\`${code}\``, String(status), description, action, retryable ? 'yes' : 'no'];
      return `<tr id="${code}">${cells.map((cell) => `<td>${asHtml(cell)}</td>`).join('')}</tr>`;
    });
    return `<h3>${namespace}</h3>\n<table>\n${[head, ...lines].join('\n')}\n</table>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Errors of the Tideline API</title>
<style>${style}</style>
</head>
<body>
${['<h1>Errors</h1>', ...parts, '<h2>All codes</h2>', ...tables].join('\n')}
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function asHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character]!).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

/** Call before `app.init()`, when every context is loaded. */
export function serveErrorsPage(fastify: FastifyInstance): void {
  const html = errorsAsHtml();
  fastify.get(errorsPath, (_request, reply) => {
    void reply
      .header('content-security-policy', policy)
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(html);
  });
}
