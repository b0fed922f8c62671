import { createHmac, randomBytes } from 'node:crypto';

const mark = 'whsec_';
/** Number of characters of a secret that are shown, so that people can tell secrets apart. */
const shownLength = mark.length + 4;
/** Milliseconds for which the previous secret also signs: one day to bring the new one to the receiver. */
export const rotationWindowMs = 24 * 60 * 60 * 1_000;

/** The purpose under which secrets are encrypted. */
export const secretPurpose = 'webhook secret';

/** 256 random bits (Standard Webhooks 1.0, "Signature scheme", wants 24 to 64 bytes). */
export function newSecret(): string {
  return mark + randomBytes(32).toString('base64');
}

export function secretPrefixOf(secret: string): string {
  return secret.slice(0, shownLength);
}

/**
 * The headers of one attempt, by Standard Webhooks 1.0. During a rotation both secrets sign.
 *
 * @param now time of this attempt.
 */
export function signedHeaders(
  id: string,
  now: Date,
  body: string,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const signed = `${id}.${timestamp}.${body}`;
  return {
    'content-type': 'application/json',
    'user-agent': 'Tideline-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => signatureOf(secret, signed)).join(' '),
  };
}

function signatureOf(secret: string, text: string): string {
  const key = Buffer.from(secret.slice(mark.length), 'base64');
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
}
