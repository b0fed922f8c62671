import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** A page for each kind of link in mails, so that links work without a front end. */
interface LinkPage {
  readonly path: string;
  readonly title: string;
  /** The route below `/api/v1/auth` that takes the token. */
  readonly route: string;
  /** The field of the route that takes a new password; absent: it takes the token alone. */
  readonly field?: string;
}

const pages: readonly LinkPage[] = [
  { path: '/accept-invite', title: 'Welcome to Tideline', route: 'accept-invite', field: 'password' },
  { path: '/reset-password', title: 'A new password for Tideline', route: 'reset-password', field: 'new_password' },
  { path: '/verify-email', title: 'Your e-mail address for Tideline', route: 'verify-email' },
];

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 15vh auto 0; padding: 0 1rem; color: #1b2733; }
  label { display: block; margin: 1rem 0; }
  input { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: 0.4rem; }
  button { font: inherit; padding: 0.4rem 1.2rem; }
  output { display: block; margin-top: 1rem; }`;

/** Addresses are relative, since a proxy may serve us below a path. */
const script = `
  const form = document.querySelector('form');
  const said = document.querySelector('output');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { route, field } = form.dataset;
    const [password, repeated] = form.querySelectorAll('input');
    if (field && password.value !== repeated.value) {
      said.textContent = 'The two are not the same.';
      return;
    }
    const token = new URLSearchParams(location.search).get('token') ?? '';
    const body = JSON.stringify(field ? { token, [field]: password.value } : { token });
    const headers = { 'Content-Type': 'application/json' };
    try {
      const response = await fetch('api/v1/auth/' + route, { method: 'POST', headers, body });
      const answer = await response.json();
      form.hidden = answer.ok;
      const done = field ? 'Done. You can sign in with it now.' : 'Done. The address is confirmed.';
      said.textContent = answer.ok ? done : answer.error.message;
    } catch {
      said.textContent = 'The server cannot be reached. Try again in a moment.';
    }
  });`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const passwordInputs = `<p>Choose a password of at least 8 characters.</p>
<label>Password <input type="password" autocomplete="new-password" required></label>
<label>Once more <input type="password" autocomplete="new-password" required></label>
<button>Save</button>`;

/** A button, because programs that look for malicious links open every link of a mail. */
const confirmation = `<p>If you registered with Tideline, confirm that this e-mail address is yours.</p>
<button>Confirm</button>`;

function htmlOf({ title, route, field }: LinkPage): string {
  const place = field === undefined ? '' : ` data-field="${field}"`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
<form data-route="${route}"${place}>
${field === undefined ? confirmation : passwordInputs}
</form>
<output></output>
<noscript>This page needs JavaScript.</noscript>
<script>${script}</script>
</body>
</html>
`;
}

/**
 * Must be called before `app.init()`. The URL has a token, so the page sends no referrer, and may be neither cached nor
 * framed.
 */
export function serveLinkPages(fastify: FastifyInstance): void {
  for (const page of pages) {
    const html = htmlOf(page);
    fastify.get(page.path, (_request, reply) => {
      void reply
        .header('content-security-policy', policy)
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(html);
    });
  }
}
