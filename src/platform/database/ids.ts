import { v7 } from 'uuid';

/** A new UUID of version 7 (RFC 9562): later ones sort behind, so index pages fill one after the other. */
export function newId(): string {
  return v7();
}

/** @returns an id before all that are made at this moment or later. */
export function firstIdAt(moment: Date): string {
  return v7({ msecs: moment.getTime(), seq: 0, random: new Uint8Array(16) });
}
