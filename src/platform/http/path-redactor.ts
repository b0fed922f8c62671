import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUuid } from '../../kernel/uuid';

/**
 * Paths as a log may have them. Whoever puts a password or a token into a path puts it into a line of its own making: what is
 * neither a word of one of the routes nor the id of a record is left out.
 */
export class PathRedactor {
  private readonly knownSegments = new Set<string>();

  /** Call before routes are added. */
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
