import type { FastifyInstance, FastifyReply } from 'fastify';
import { FairSlots } from '../fairness/fair-slots';
import { type BodyLimits, usualBody } from '../http/large-body';
import type { GuardedRequest } from '../http/request';
import type { Allowance } from './read-body';
import { tooLarge } from './unreadable-body';

/** Milliseconds in which a large body must arrive: 8 MiB at 1.2 Mbit/s. */
const arrivalMs = 60_000;

/**
 * Bounds how many large bodies the process holds: each takes up to 8 MiB as it arrives, and several times that once it is
 * read. The caller is found out before the body is read, because a stranger may send no large one: of a stranger's body no
 * more is read than on other routes. Must be called before `app.init()`, and after the hook of rate limits was added.
 *
 * @param identify finds out who sends a request: `caller` of the request, or its `refusal`.
 */
export function admitLargeBodies(fastify: FastifyInstance, identify: (request: GuardedRequest) => unknown): void {
  const slots = new FairSlots<'body'>({
    name: 'large bodies',
    slots: 16,
    maxPerOwner: 2,
    classes: { body: {} },
    // Less than the silence after which a socket is closed: the client cannot send meanwhile.
    timeoutMs: 10_000,
    maxWaiting: 400,
    maxWaitingPerOwner: 20,
  });
  fastify.addHook('onRequest', (request: GuardedRequest, reply, done) => {
    if (!mayBeLarge(request)) return done();
    admit(slots, identify, request, reply).then(() => done(), done);
  });
}

/** Waits for a slot, which the request holds until it is answered. */
async function admit(
  slots: FairSlots<'body'>,
  identify: (request: GuardedRequest) => unknown,
  request: GuardedRequest,
  { raw }: FastifyReply,
): Promise<void> {
  if (!request.caller && !request.refusal) await identify(request);
  if (!request.caller) return;
  const { slot, cancel } = slots.wait(request.caller.account_id, 'body');
  raw.once('close', () => {
    cancel();
    // Nobody waits if it was cancelled.
    slot.then(
      (held) => held.release(),
      () => undefined,
    );
  });
  await slot;
}

/** How much is read of the body of a request. */
export function allowanceOf(request: GuardedRequest): Allowance {
  const { bytes } = limitsOf(request);
  const excess = () => tooLarge(bytes);
  if (!mayBeLarge(request)) return { maxBytes: bytes, excess };
  if (request.caller) return { maxBytes: bytes, excess, timeoutMs: arrivalMs };
  const isTooLarge = lengthOf(request) > bytes;
  return { maxBytes: usualBody.bytes, excess: () => (isTooLarge ? excess() : request.refusal!) };
}

export function limitsOf({ routeOptions }: GuardedRequest): BodyLimits {
  return routeOptions.config.bodyLimits ?? usualBody;
}

/** A body without an announced length may have any. */
function mayBeLarge(request: GuardedRequest): boolean {
  return limitsOf(request).bytes > usualBody.bytes && !(lengthOf(request) <= usualBody.bytes);
}

/** @returns NaN if the client has not announced it. */
export function lengthOf({ headers }: GuardedRequest): number {
  return Number(headers['content-length']);
}
