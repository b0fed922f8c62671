import { createHash } from 'node:crypto';

/** How random tokens and secrets are kept: at 112 bits and more nothing slower is needed (OWASP ASVS 6.5.2). */
export function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
