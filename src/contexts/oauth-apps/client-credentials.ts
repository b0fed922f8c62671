import { timingSafeEqual } from 'node:crypto';
import { randomText } from '../../kernel/random-text';
import { sha256 } from '../../kernel/sha256';

const secretMark = 'dw_cs_';
/** Number of characters of a secret that are shown, so that people can tell secrets apart. */
const shownLength = secretMark.length + 4;
const nobodys = sha256('the secret of nobody');

export interface ClientSecret {
  readonly client_secret: string;
  readonly client_secret_hash: Buffer;
  readonly client_secret_prefix: string;
}

export function newClientId(): string {
  return `dw_ci_${randomText(12)}`;
}

/** 43 characters of base62 are 256 random bits. */
export function newClientSecret(): ClientSecret {
  const client_secret = `${secretMark}${randomText(43)}`;
  return {
    client_secret,
    client_secret_hash: sha256(client_secret),
    client_secret_prefix: client_secret.slice(0, shownLength),
  };
}

/**
 * Compares in constant time. Without a hash it takes the same time and is false.
 *
 * Plain SHA-256 is enough: passwords need a slow hash because people choose them, but nobody can try 2^256 secrets
 * (OWASP ASVS 6.5.2 draws the line at 112 bits).
 */
export function isSecretOf(kept: Buffer | null, sent: string): boolean {
  const equal = timingSafeEqual(kept ?? nobodys, sha256(sent));
  return equal && kept !== null;
}
