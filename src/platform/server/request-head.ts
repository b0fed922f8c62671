import type { IncomingMessage } from 'node:http';

type Head = Pick<IncomingMessage, 'rawHeaders' | 'headers' | 'httpVersion'>;

/**
 * Headers of which a request has one line (RFC 9112, 3.2, and RFC 9110, 5.3). Node takes the first and drops the others,
 * but a proxy may have judged another one.
 */
const single: ReadonlySet<string> = new Set(['authorization', 'content-type', 'host']);

/** RFC 3986, 3.2.2 and 3.2.3: a name, an IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
const host = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

/**
 * What Node's parser lets pass, and what a proxy in front may read otherwise (RFC 9112, 11.2: request smuggling).
 *
 * @returns what is wrong with the head of a request; null if nothing is.
 */
export function faultOfHead({ rawHeaders, headers, httpVersion }: Head): string | null {
  let seen = '';
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (!single.has(name)) continue;
    if (seen.includes(name)) return `The request has more than one ${name} header.`;
    seen += name;
  }
  if (headers.host !== undefined && !host.test(headers.host)) return 'The Host header is malformed.';
  const coding = headers['transfer-encoding'];
  // RFC 9112, 6.1 and 7: HTTP/1.0 has no codings, and of the others a server must know each one.
  if (coding === undefined || (coding.toLowerCase() === 'chunked' && httpVersion !== '1.0')) return null;
  return 'The only Transfer-Encoding is "chunked", from HTTP/1.1 on.';
}
