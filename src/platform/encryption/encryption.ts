import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PreviousRelease } from '../../kernel/previous-release';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';

const nonceLength = 12;
const tagLength = 16;
const idLength = 4;

interface Key {
  /** Begins every text that the key encrypted and bound to a row. */
  readonly boundId: Buffer;
  /** Begins every text that the key encrypted for release 0.1.0, which binds a text to its purpose only. */
  readonly unboundId: Buffer;
  readonly encryption: Buffer;
  readonly fingerprints: Buffer;
}

/**
 * Encrypts secrets that the database keeps: AES-256-GCM under keys derived from `ENCRYPTION_KEY`. A text is bound to its
 * purpose and its row: moved elsewhere, it cannot be decrypted. During a rotation the previous key can still decrypt.
 */
@Injectable()
export class Encryption {
  private readonly keys: readonly [Key, ...Key[]];

  constructor(
    @Inject(CONFIG) { encryptionKeys: [current, ...previous] }: Config,
    private readonly previousRelease: PreviousRelease,
  ) {
    this.keys = [keyOf(current), ...previous.map(keyOf)];
  }

  /** @param rowId the id of the row that keeps the text. */
  encrypt(purpose: string, rowId: string, text: string): Buffer {
    const { boundId, unboundId, encryption } = this.keys[0];
    const [id, owner] = this.previousRelease.mayRun()
      ? [unboundId, unboundOwner(purpose)]
      : [boundId, boundOwner(purpose, rowId)];
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv('aes-256-gcm', encryption, nonce).setAAD(owner);
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([id, nonce, cipher.getAuthTag(), encrypted]);
  }

  /** @throws Error if the text was encrypted with an unknown key, for another purpose or row, or was altered. */
  decrypt(purpose: string, rowId: string, encrypted: Buffer): string {
    const [id, rest] = split(encrypted, idLength);
    const [nonce, tagged] = split(rest, nonceLength);
    const [tag, text] = split(tagged, tagLength);
    const key = this.keys.find(({ boundId, unboundId }) => boundId.equals(id) || unboundId.equals(id));
    if (!key) throw new Error('This was encrypted with a key that is neither ENCRYPTION_KEY nor the one before.');
    const owner = key.boundId.equals(id) ? boundOwner(purpose, rowId) : unboundOwner(purpose);
    const options = { authTagLength: tagLength };
    const decipher = createDecipheriv('aes-256-gcm', key.encryption, nonce, options).setAAD(owner);
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  }

  /** The first bytes of every text that is encrypted now. */
  get mark(): Buffer {
    const { boundId, unboundId } = this.keys[0];
    return this.previousRelease.mayRun() ? unboundId : boundId;
  }

  /** Recognises a text without storing it: HMAC-SHA256. */
  fingerprint(purpose: string, text: string): Buffer {
    return createHmac('sha256', this.keys[0].fingerprints).update(`${purpose}\0${text}`).digest();
  }
}

function keyOf(secret: string): Key {
  return {
    boundId: idOf(`tideline bound ${secret}`),
    unboundId: idOf(secret),
    encryption: derive(secret, 'tideline encryption'),
    fingerprints: derive(secret, 'tideline fingerprints'),
  };
}

function idOf(text: string): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, idLength);
}

function boundOwner(purpose: string, rowId: string): Buffer {
  return Buffer.from(`${purpose}\0${rowId}`);
}

function unboundOwner(purpose: string): Buffer {
  return Buffer.from(purpose);
}

/** Derives a key (RFC 5869). The secret is random, so no salt is needed. */
function derive(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', use, 32));
}

function split(bytes: Buffer, length: number): [Buffer, Buffer] {
  return [bytes.subarray(0, length), bytes.subarray(length)];
}
