import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

/**
 * An answer is data and may do nothing when it is opened as a page. The program's own pages send their own policy,
 * which wins.
 */
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
  // For the holder of the certificate to decide. Behind a proxy the program speaks plain HTTP, and on a developer's
  // machine there is no TLS.
  strictTransportSecurity: false,
  // Browsers check this only for requests without CORS (Fetch, 3.7). The origins of CORS_ORIGINS are not affected.
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
  // The adapter sets it for every answer, also for those that no hook sees.
  xContentTypeOptions: false,
  // Browsers complain about it if they visited the host before without it.
  originAgentCluster: false,
};

/** Must be called before the hooks that refuse requests are added. */
export function sendSecurityHeaders(fastify: FastifyInstance): void {
  const usual = headersOf(options);
  const ofDocs = headersOf({ ...options, contentSecurityPolicy: policyOfDocs });
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(/^\/docs(\/|$)/.test(request.routeOptions.url ?? '') ? ofDocs : usual);
    done();
  });
}

/** Computes helmet's headers once; helmet would compute them for each request. */
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
