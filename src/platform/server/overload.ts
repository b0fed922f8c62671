import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { tooBusy } from '../../kernel/too-busy';
import { isOfApi } from '../http/api-prefix';

export interface OverloadLimits {
  /** Milliseconds that the event loop may be late, on average over an interval. */
  readonly maxEventLoopDelay: number;
  /** Milliseconds between measurements. */
  readonly sampleInterval: number;
}

/**
 * A process with much to do is late by some milliseconds, and by tenths of a second when a large file is read: a second on
 * average means that answers come too late for whoever waits for them. The share of time in which the loop works is no sign,
 * since a busy process works all the time. Nor is memory: the garbage collector decides when it is let go, and a process that
 * refuses everything for its sake would not get out of it.
 */
export const overloadLimits: OverloadLimits = { maxEventLoopDelay: 1_000, sampleInterval: 1_000 };

/**
 * Turns requests to the API away while the process cannot keep up, instead of making all of them wait longer and longer. Call
 * when the hook that refuses unknown routes was added. Probes and metrics are answered all the same: who looks must see.
 */
export function rejectWhenOverloaded(fastify: FastifyInstance, limits: OverloadLimits): void {
  void fastify.register(underPressure, {
    ...limits,
    pressureHandler: async (request, _reply, _type, late) => {
      if (isOfApi(request.url)) throw tooBusy(new Error(`The event loop is ${Math.round(late!)} ms late.`));
    },
  });
}
