import { RouteConfig } from '@nestjs/platform-fastify';

const mebibyte = 1_048_576;

/** What the body of a route may have at most. */
export interface BodyLimits {
  readonly bytes: number;
  /**
   * Texts, numbers, lists, objects and so on, at every level. V8 takes up to 200 bytes of memory and 0.7 µs for each
   * (docs/decisions/0036-bounded-work.md).
   */
  readonly values: number;
  /** The field with the list of which a large body consists. */
  readonly list?: string;
}

/** No route without `LargeBody` takes more than about a thousand values. */
export const usualBody: BodyLimits = { bytes: mebibyte, values: 15_000 };

/** 1,000 items with 150 values each, of 8 KiB each (docs/decisions/0052-large-bodies.md). */
export const largeBody: BodyLimits = { bytes: 8 * mebibyte, values: 150_000 };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Without it the body is a usual one. */
    bodyLimits?: BodyLimits;
  }
}

/**
 * The body of the route may have up to 8 MiB and 150,000 values, if its sender is known. Not for routes with `Public`, which
 * writes the same metadata.
 *
 * @param list the field with a list of any length, whose elements have no more values each than a usual body.
 */
export function LargeBody(list: string): MethodDecorator {
  return RouteConfig({ bodyLimits: { ...largeBody, list } });
}
