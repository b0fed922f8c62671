import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';

const nonceLength = 12;
const tagLength = 16;
const idLength = 4;

interface Key {
  /** Names the key that encrypted a text. */
  readonly id: Buffer;
  readonly encryption: Buffer;
  readonly fingerprints: Buffer;
}

/**
 * Encrypts secrets that the database keeps: AES-256-GCM under keys derived from `ENCRYPTION_KEY`. During a rotation the
 * previous key can still decrypt.
 */
@Injectable()
export class Encryption {
  private readonly keys: readonly [Key, ...Key[]];

  constructor(@Inject(CONFIG) { encryptionKeys: [current, ...previous] }: Config) {
    this.keys = [keyOf(current), ...previous.map(keyOf)];
  }

  /** @param purpose binds the text to its use. It cannot be decrypted under another purpose. */
  encrypt(purpose: string, text: string): Buffer {
    const { id, encryption } = this.keys[0];
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv('aes-256-gcm', encryption, nonce).setAAD(Buffer.from(purpose));
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([id, nonce, cipher.getAuthTag(), encrypted]);
  }

  /** @throws Error if the text was encrypted with an unknown key or for another purpose, or was altered. */
  decrypt(purpose: string, encrypted: Buffer): string {
    const [id, rest] = split(encrypted, idLength);
    const [nonce, tagged] = split(rest, nonceLength);
    const [tag, text] = split(tagged, tagLength);
    const key = this.keys.find((candidate) => candidate.id.equals(id));
    if (!key) throw new Error('This was encrypted with a key that is neither ENCRYPTION_KEY nor the one before.');
    const options = { authTagLength: tagLength };
    const decipher = createDecipheriv('aes-256-gcm', key.encryption, nonce, options).setAAD(Buffer.from(purpose));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  }

  /** The first bytes of every text that the present key encrypts. */
  get mark(): Buffer {
    return this.keys[0].id;
  }

  /** Recognises a text without storing it: HMAC-SHA256. */
  fingerprint(purpose: string, text: string): Buffer {
    return createHmac('sha256', this.keys[0].fingerprints).update(`${purpose}\0${text}`).digest();
  }
}

function keyOf(secret: string): Key {
  return {
    id: createHash('sha256').update(secret).digest().subarray(0, idLength),
    encryption: derive(secret, 'tideline encryption'),
    fingerprints: derive(secret, 'tideline fingerprints'),
  };
}

/** Derives a key (RFC 5869). The secret is random, so no salt is needed. */
function derive(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', use, 32));
}

function split(bytes: Buffer, length: number): [Buffer, Buffer] {
  return [bytes.subarray(0, length), bytes.subarray(length)];
}
