import { useApi } from '../support/api';

const origin = 'https://app.example';
const { program } = useApi({ environment: { CORS_ORIGINS: origin } });

const ask = (path: string, init: RequestInit = {}) => fetch(`${program.url}${path}`, init);
/** Sources by directive. */
const policyOf = ({ headers }: Response): Map<string, string> =>
  new Map(
    headers
      .get('content-security-policy')!
      .split(';')
      .map((directive) => directive.trim().split(/ (.*)/, 2) as [string, string]),
  );

const json = { 'Content-Type': 'application/json' };
const answers: [name: string, status: number, path: string, init: RequestInit][] = [
  ['a success', 200, '/api/v1/errors', {}],
  ['no token', 401, '/api/v1/sources', {}],
  ['no route', 404, '/nothing', {}],
  ['no route of the API', 404, '/api/v1/nothing', {}],
  ['OPTIONS that is no preflight', 404, '/api/v1/sources', { method: 'OPTIONS' }],
  ['no JSON', 400, '/api/v1/auth/login', { method: 'POST', headers: json, body: '[' }],
  ['an operation', 200, '/api/errors-list', { method: 'POST', headers: json, body: '{}' }],
  ['a probe', 200, '/health/live', {}],
  ['metrics', 200, '/metrics', {}],
  ['the document', 200, '/openapi.json', {}],
];

it.each(answers)('%s (%d): a browser may make nothing of it', async (_name, status, path, init) => {
  const response = await ask(path, init);
  expect(response.status).toBe(status);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
});

it.each(['/api/v1/errors', '/docs', '/docs/errors', '/accept-invite', '/nothing'])(
  '%s does not speak for the proxy: nothing makes browsers turn to https',
  async (path) => {
    const { headers } = await ask(path);
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
    expect(headers.get('x-powered-by')).toBeNull();
  },
);

describe('Swagger UI', () => {
  it('runs scripts of ours only, none in the page, and sends requests to us only', async () => {
    const response = await ask('/docs');
    expect(response.status).toBe(200);
    const policy = policyOf(response);
    const directives = ['default-src', 'script-src', 'connect-src', 'frame-ancestors'];
    expect(directives.map((name) => policy.get(name))).toEqual(["'none'", "'self'", "'self'", "'none'"]);
    const allowed = new Set([...policy.values()].join(' ').split(' '));
    expect([...allowed].sort()).toEqual(["'none'", "'self'", "'unsafe-inline'", 'data:']);
    expect(policy.get('style-src')).toBe("'self' 'unsafe-inline'");
    const scripts = [...(await response.text()).matchAll(/<script([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, text] of scripts) {
      expect(attributes).toMatch(/src=["']\.?\/?docs\/[\w-]+\.js["']/);
      expect(text!.trim()).toBe('');
    }
  });
});

it.each(['/accept-invite', '/reset-password', '/docs/errors'])('the page %s keeps its own policy', async (path) => {
  const response = await ask(path);
  const policy = policyOf(response);
  expect(policy.get('style-src')).toMatch(/^'sha256-[^ ]+'$/);
  expect(policy.get('script-src') ?? "'sha256-'").toMatch(/^'sha256-[^ ]*'$/);
  // Two policies would be joined by a comma, and both would hold.
  expect(response.headers.get('content-security-policy')).not.toContain(',');
  expect(response.headers.get('x-frame-options')).toBe('DENY');
});

it('the pages of CORS_ORIGINS can read answers', async () => {
  const preflight = await ask('/api/v1/errors', {
    method: 'OPTIONS',
    headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' },
  });
  const { status, headers } = await ask('/api/v1/errors', { headers: { Origin: origin } });
  expect([preflight.status, status]).toEqual([204, 200]);
  for (const each of [preflight.headers, headers]) expect(each.get('access-control-allow-origin')).toBe(origin);
});
