import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUuid } from '../../kernel/uuid';

/**
 * Makes paths safe to log. A client may put a password or a token into a path by mistake, so everything is left out but
 * words of the routes and ids of records.
 */
export class PathRedactor {
  private readonly knownSegments = new Set<string>();

  /** Must be called before routes are added. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url }) => {
      for (const word of url.split('/')) this.knownSegments.add(word);
    });
  }

  redact({ url }: Pick<FastifyRequest, 'url'>): string {
    const segments = url.split('?', 1)[0]!.split('/');
    return segments.map((segment) => (this.knownSegments.has(segment) || isUuid(segment) ? segment : '*')).join('/');
  }
}
