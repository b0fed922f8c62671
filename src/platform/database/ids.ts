import { v7 } from 'uuid';

/**
 * A new UUID of version 7 (RFC 9562). Later ids sort behind earlier ones, so pages of an index fill one after the
 * other.
 */
export function newId(): string {
  return v7();
}

/** @returns an id before all ids that are made at this time or later. */
export function firstIdAt(moment: Date): string {
  return v7({ msecs: moment.getTime(), seq: 0, random: new Uint8Array(16) });
}
