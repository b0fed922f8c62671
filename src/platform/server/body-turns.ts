import { FairSlots } from '../fairness/fair-slots';

/** In bytes. What is smaller is parsed within a millisecond. */
const minLargeBytes = 64 * 1024;
const mebibyte = 1024 * 1024;

/**
 * Large bodies are parsed one at a time, and the event loop does a round of other work between two of them. Without that all
 * that have arrived would be parsed before anybody else is answered. Nobody is authenticated yet, so addresses take turns
 * (docs/decisions/0038-shared-capacity.md).
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
   * Parses a body: a small one at once, a large one when it is the turn of the address.
   *
   * @throws DomainError `rate_limit.exceeded` if the turn does not come within two seconds, or too many bytes wait.
   */
  parse(
    address: string,
    bytes: Buffer,
    parse: () => object | undefined,
  ): object | undefined | Promise<object | undefined> {
    if (bytes.length < minLargeBytes) return parse();
    return this.parseInTurn(address, bytes, parse);
  }

  private async parseInTurn(
    address: string,
    bytes: Buffer,
    parse: () => object | undefined,
  ): Promise<object | undefined> {
    const slot = this.slots.tryTake(address, 'large') ?? (await this.slots.wait(address, 'large', bytes.length).slot);
    setImmediate(() => slot.release());
    return parse();
  }
}
