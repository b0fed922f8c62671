import { isUtf8 } from 'node:buffer';

/**
 * Reads HTTP Basic credentials (RFC 7617). Id and secret are form-encoded before they are joined (RFC 6749, 2.3.1).
 *
 * @returns undefined if the header has another scheme, null if it is malformed.
 */
export function basicCredentials(
  authorization: string | undefined,
): { readonly client_id: string; readonly client_secret: string } | null | undefined {
  const [, encoded] = /^Basic(?: +([^ ].*)?)?$/i.exec(authorization ?? '') ?? [undefined, null];
  if (encoded === null) return undefined;
  if (encoded === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const bytes = Buffer.from(encoded, 'base64');
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(isUtf8(bytes) ? bytes.toString() : '') ?? [];
  if (id === undefined || secret === undefined) return null;
  try {
    const [client_id, client_secret] = [formDecoded(id), formDecoded(secret)];
    // RFC 7617, 2, allows no control characters, and PostgreSQL no NUL.
    return /[\0-\x1f\x7f]/.test(client_id + client_secret) ? null : { client_id, client_secret };
  } catch {
    return null;
  }
}

/** @throws URIError if a percent sign is not followed by two hexadecimal digits, or the bytes are not UTF-8. */
function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
