import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { tooBusy } from '../../kernel/too-busy';
import { isOfApi } from '../http/api-prefix';

export interface OverloadLimits {
  /** Maximum delay of the event loop in milliseconds, on average over an interval. */
  readonly maxEventLoopDelay: number;
  /** Milliseconds between measurements. */
  readonly sampleInterval: number;
}

/**
 * A busy process has delays of some milliseconds, and of tenths of a second when it reads a large file. A delay of a
 * second on average means that answers come too late. The share of time in which the loop works is no sign, because a
 * busy process works all the time. Memory is none either: the garbage collector decides when to release it, and
 * refusing requests would not make it do so.
 */
export const overloadLimits: OverloadLimits = { maxEventLoopDelay: 1_000, sampleInterval: 1_000 };

/**
 * Refuses requests to the API while the process cannot keep up, instead of letting all of them wait longer. Must be
 * called after the hook for unknown routes was added. Probes and metrics are still answered, because operators must see
 * what happens.
 */
export function rejectWhenOverloaded(fastify: FastifyInstance, limits: OverloadLimits): void {
  void fastify.register(underPressure, {
    ...limits,
    pressureHandler: async (request, _reply, _type, late) => {
      if (isOfApi(request.url)) throw tooBusy(new Error(`The event loop is ${Math.round(late!)} ms late.`));
    },
  });
}
