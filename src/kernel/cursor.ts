import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { AccountId } from './account-id';

/** A position in a list: the last row given out. */
export interface Position {
  /** Milliseconds since the Unix epoch: the value of the time by which the list is ordered. */
  readonly at: number;
  /** The row's id, which orders rows of the same millisecond. */
  readonly id: string;
  /** An integer by which some lists are ordered before the time. */
  readonly rank?: number;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const macLength = 16;

/**
 * Encodes and decodes the cursors of keyset lists. A cursor has a truncated HMAC-SHA256 over its position, list and
 * account, so that an altered one, or one of another list or account, is recognised.
 */
export class CursorCodec {
  private readonly keys: readonly Buffer[];

  /** @param secrets the current secret and, during a rotation, the previous one. */
  constructor(secrets: readonly string[]) {
    this.keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'tideline cursor', 32)));
  }

  encode(list: string, accountId: AccountId, position: Position): string {
    const { at, id, rank } = position;
    const payload = [at, id, ...(rank === undefined ? [] : [rank])].join('.');
    const mac = this.mac(this.keys[0]!, list, accountId, payload);
    return Buffer.concat([mac, Buffer.from(payload)]).toString('base64url');
  }

  /** @returns null if the cursor is malformed, altered, or of another list or account. */
  decode(list: string, accountId: AccountId, cursor: string): Position | null {
    const bytes = Buffer.from(cursor, 'base64url');
    // Buffer skips characters that are not base64url. A cursor that is not the same after decoding and encoding was
    // altered.
    if (bytes.length <= macLength || bytes.toString('base64url') !== cursor) return null;
    const payload = bytes.subarray(macLength).toString('latin1');
    const mac = bytes.subarray(0, macLength);
    if (!this.keys.some((key) => timingSafeEqual(mac, this.mac(key, list, accountId, payload)))) return null;
    const [at, id = '', rank] = payload.split('.');
    const position = { at: Number(at), id, ...(rank === undefined ? {} : { rank: Number(rank) }) };
    return Number.isSafeInteger(position.at) && uuid.test(id) ? position : null;
  }

  private mac(key: Buffer, list: string, accountId: AccountId, payload: string): Buffer {
    return createHmac('sha256', key).update(`${list}\n${accountId}\n${payload}`).digest().subarray(0, macLength);
  }
}
