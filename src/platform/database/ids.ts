import { v7 } from 'uuid';

/** A new UUID of version 7 (RFC 9562): later ones sort behind, so index pages fill one after the other. */
export function newId(): string {
  return v7();
}
