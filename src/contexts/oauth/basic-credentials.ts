import { isUtf8 } from 'node:buffer';

/**
 * Reads a client's HTTP Basic header (RFC 7617): id and secret are form-encoded before they are joined (RFC 6749, 2.3.1).
 *
 * @returns undefined when the header has another scheme, null when it is malformed.
 */
export function basicCredentials(
  authorization: string | undefined,
): { readonly client_id: string; readonly client_secret: string } | null | undefined {
  const [, encoded] = /^Basic(?: +(.*))?$/i.exec(authorization ?? '') ?? [undefined, null];
  if (encoded === null) return undefined;
  if (encoded === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const bytes = Buffer.from(encoded, 'base64');
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(isUtf8(bytes) ? bytes.toString() : '') ?? [];
  if (id === undefined || secret === undefined) return null;
  try {
    const [client_id, client_secret] = [formDecoded(id), formDecoded(secret)];
    // RFC 7617, 2: no control characters. The database takes no NUL either.
    return /[\0-\x1f\x7f]/.test(client_id + client_secret) ? null : { client_id, client_secret };
  } catch {
    return null;
  }
}

/** @throws URIError when a percent sign is not followed by what it announces. */
function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
