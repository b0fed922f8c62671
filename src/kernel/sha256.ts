import { createHash } from 'node:crypto';

/**
 * Hashes random tokens and secrets for storage. From 112 random bits on no slower hash is needed (OWASP ASVS 6.5.2).
 */
export function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
