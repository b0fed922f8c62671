import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { createDocuments, type Documents } from './documents';
import { documentPaths } from './openapi-introduction';

/** The best first. */
const encodings = { br: promisify(brotliCompress), gzip: promisify(gzip) } as const;
type Encoding = keyof typeof encodings;

/** Serves the documents. They are made when the first of them is asked for, and compressed once. */
export function serveDocuments(app: INestApplication): void {
  const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
  let documents: Documents | undefined;
  for (const name of ['routes', 'operations'] as const) {
    const compressed = new Map<Encoding, Promise<Buffer>>();
    let text: Buffer | undefined;
    fastify.get(documentPaths[name], async (request, reply) => {
      documents ??= createDocuments(app);
      text ??= Buffer.from(JSON.stringify(documents[name]));
      void reply.header('vary', 'Accept-Encoding').type('application/json; charset=utf-8');
      const encoding = encodingFor(request.headers['accept-encoding']);
      if (!encoding) return text;
      let answer = compressed.get(encoding);
      if (!answer) compressed.set(encoding, (answer = encodings[encoding](text)));
      void reply.header('content-encoding', encoding);
      return answer;
    });
  }
}

/** @param accepted the header `Accept-Encoding` (RFC 9110, 12.5.3). */
function encodingFor(accepted = ''): Encoding | undefined {
  const weights = new Map(
    accepted.split(',').map((part) => {
      const [name, ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
      const weight = parameters.find((each) => each.startsWith('q='));
      return [name!, weight ? Number(weight.slice(2)) : 1];
    }),
  );
  const names = Object.keys(encodings) as Encoding[];
  return names.find((name) => (weights.get(name) ?? weights.get('*') ?? 0) > 0);
}
