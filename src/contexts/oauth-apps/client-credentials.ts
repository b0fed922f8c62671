import { timingSafeEqual } from 'node:crypto';
import { randomText } from '../../kernel/random-text';
import { sha256 } from '../../kernel/sha256';

const secretMark = 'dw_cs_';
/** So much of a secret is shown, for people who have several. */
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
 * In constant time; against no hash at all it takes as long and is false.
 *
 * Plain SHA-256 is right here: what makes passwords need a slow hash is that people choose them. Nobody tries 2^256 secrets,
 * however fast the hash (OWASP ASVS 6.5.2 draws the line at 112 bits).
 */
export function isSecretOf(kept: Buffer | null, sent: string): boolean {
  const equal = timingSafeEqual(kept ?? nobodys, sha256(sent));
  return equal && kept !== null;
}
