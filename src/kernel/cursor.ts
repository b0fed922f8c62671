import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AccountId } from './account-id';
import type { PreviousRelease } from './previous-release';

/** A position in a list: the last row given out. */
export interface Position {
  /** Milliseconds since the Unix epoch: the value of the time by which the list is ordered. */
  readonly at: number;
  /** The row's id, which orders rows of the same millisecond. */
  readonly id: string;
  /** An integer by which some lists are ordered before the time. */
  readonly rank?: number;
}

interface Keys {
  readonly encryption: Buffer;
  readonly signature: Buffer;
}

const nonceLength = 12;
const tagLength = 16;
const macLength = 16;

/**
 * Encodes and decodes the cursors of keyset lists. A cursor is encrypted with AES-256-GCM, and bound to its list and
 * account: so it tells nothing, and an altered one, or one of another list or account, is recognised.
 */
export class CursorCodec {
  private readonly keys: readonly Keys[];

  /**
   * @param secrets the current secret and, during a rotation, the previous one.
   * @param previousRelease reads signed cursors only.
   */
  constructor(
    secrets: readonly string[],
    private readonly previousRelease: Pick<PreviousRelease, 'mayRun'>,
  ) {
    this.keys = secrets.map((secret) => ({
      encryption: derive(secret, 'tideline cursor encryption'),
      signature: derive(secret, 'tideline cursor'),
    }));
  }

  encode(list: string, accountId: AccountId, position: Position): string {
    const owner = ownerOf(list, accountId);
    const [keys] = this.keys as [Keys];
    const cursor = this.previousRelease.mayRun() ? sign(keys, owner, position) : encrypt(keys, owner, position);
    return cursor.toString('base64url');
  }

  /** @returns null if the cursor is malformed, altered, or of another list or account. */
  decode(list: string, accountId: AccountId, cursor: string): Position | null {
    const bytes = Buffer.from(cursor, 'base64url');
    // Buffer skips characters that are not base64url. A cursor that is not the same after decoding and encoding was
    // altered.
    if (bytes.toString('base64url') !== cursor) return null;
    const owner = ownerOf(list, accountId);
    for (const keys of this.keys) {
      const position = decrypt(keys, owner, bytes) ?? verify(keys, owner, bytes);
      if (position) return position;
    }
    return null;
  }
}

function ownerOf(list: string, accountId: AccountId): Buffer {
  return Buffer.from(`${list}\n${accountId}`);
}

function encrypt({ encryption }: Keys, owner: Buffer, position: Position): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', encryption, nonce).setAAD(owner);
  return Buffer.concat([nonce, cipher.update(pack(position)), cipher.final(), cipher.getAuthTag()]);
}

function decrypt({ encryption }: Keys, owner: Buffer, bytes: Buffer): Position | null {
  if (bytes.length <= nonceLength + tagLength) return null;
  const decipher = createDecipheriv('aes-256-gcm', encryption, bytes.subarray(0, nonceLength)).setAAD(owner);
  decipher.setAuthTag(bytes.subarray(-tagLength));
  try {
    return unpack(Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]));
  } catch {
    // `final` throws unless all of this was encrypted together.
    return null;
  }
}

/** Numbers of eight bytes, whatever they are: the length of a cursor tells nothing of its rank. */
function pack({ at, id, rank }: Position): Buffer {
  const bytes = Buffer.alloc(rank === undefined ? 24 : 32);
  bytes.writeDoubleBE(at, 0);
  bytes.write(id.replaceAll('-', ''), 8, 'hex');
  if (rank !== undefined) bytes.writeDoubleBE(rank, 24);
  return bytes;
}

function unpack(bytes: Buffer): Position {
  const id = bytes.toString('hex', 8, 24).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const position = { at: bytes.readDoubleBE(0), id };
  return bytes.length === 24 ? position : { ...position, rank: bytes.readDoubleBE(24) };
}

/** The form of release 0.1.0: a truncated HMAC-SHA256 before the position, which everybody can read. */
function sign({ signature }: Keys, owner: Buffer, { at, id, rank }: Position): Buffer {
  const payload = Buffer.from([at, id, ...(rank === undefined ? [] : [rank])].join('.'));
  return Buffer.concat([macOf(signature, owner, payload), payload]);
}

/** Clients keep cursors of the change feed for 30 days. */
function verify({ signature }: Keys, owner: Buffer, bytes: Buffer): Position | null {
  if (bytes.length <= macLength) return null;
  const payload = bytes.subarray(macLength);
  if (!timingSafeEqual(bytes.subarray(0, macLength), macOf(signature, owner, payload))) return null;
  const [at, id, rank] = payload.toString('latin1').split('.');
  return { at: Number(at), id: id!, ...(rank === undefined ? {} : { rank: Number(rank) }) };
}

function macOf(key: Buffer, owner: Buffer, payload: Buffer): Buffer {
  return createHmac('sha256', key).update(owner).update('\n').update(payload).digest().subarray(0, macLength);
}

function derive(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', use, 32));
}
