import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

/** An answer is data: opened as a page it may do nothing. Pages of ours bring a policy of their own, which goes before. */
const policy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** Swagger UI has its scripts in files, but writes styles into its page and draws from `data:`. */
const policyOfDocs = {
  useDefaults: false,
  directives: {
    ...policy.directives,
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
  },
};

const options: HelmetOptions = {
  contentSecurityPolicy: policy,
  // Belongs to whoever has the certificate: behind a proxy we speak plain HTTP, and on a machine of one's own there is none.
  strictTransportSecurity: false,
  // Browsers ask this only about requests without CORS (Fetch, 3.7): whom CORS_ORIGINS names is not concerned.
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
  // Set for every answer by the adapter, at doors that no hook sees as well.
  xContentTypeOptions: false,
  // Browsers complain of it where a host was visited before without it.
  originAgentCluster: false,
};

/** Call before the hooks that refuse requests are added. */
export function sendSecurityHeaders(fastify: FastifyInstance): void {
  const usual = headersOf(options);
  const ofDocs = headersOf({ ...options, contentSecurityPolicy: policyOfDocs });
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(/^\/docs(\/|$)/.test(request.routeOptions.url ?? '') ? ofDocs : usual);
    done();
  });
}

/** What helmet would set, asked once: it puts its headers together anew for each request. */
function headersOf(given: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet(given)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error) throw error as Error;
  });
  return headers;
}
