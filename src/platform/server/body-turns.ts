import { FairSlots } from '../fairness/fair-slots';
import type { ParsingSteps } from './json-body';

/** In bytes. What is smaller is parsed within a millisecond. */
const minLargeBytes = 64 * 1024;
const mebibyte = 1024 * 1024;

type Parsed = object | undefined;

/**
 * Of large bodies one step is done at a time, and the event loop does a round of other work between two of them. Without that
 * all that have arrived would be parsed before anybody else is answered. On most routes nobody is authenticated yet, so addresses
 * take turns (docs/decisions/0038-shared-capacity.md).
 */
export class BodyTurns {
  private readonly slots = new FairSlots<'large'>({
    name: 'turns of large bodies',
    slots: 1,
    maxPerOwner: 1,
    classes: { large: {} },
    timeoutMs: 2_000,
    maxWaiting: 4_000,
    maxWaitingPerOwner: 1_000,
    // In bytes.
    maxWaitingWeight: { inAll: 256 * mebibyte, perOwner: 64 * mebibyte },
  });

  /**
   * Parses a body: a small one at once, a large one step by step, when it is the turn of the address.
   *
   * @throws DomainError `rate_limit.exceeded` if a turn does not come within two seconds, or too many bytes wait.
   */
  parse(address: string, bytes: Buffer, steps: ParsingSteps): Parsed | Promise<Parsed> {
    if (bytes.length >= minLargeBytes) return this.parseInTurns(address, bytes.length, steps);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  private async parseInTurns(address: string, length: number, steps: ParsingSteps): Promise<Parsed> {
    // What is begun is not refused for its length any more.
    for (let weight = length; ; weight = 0) {
      const slot = this.slots.tryTake(address, 'large') ?? (await this.slots.wait(address, 'large', weight).slot);
      setImmediate(() => slot.release());
      const { done, value } = steps.next();
      if (done) return value;
    }
  }
}
