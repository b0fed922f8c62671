import type { IncomingMessage } from 'node:http';

/**
 * Headers of which a request has one line (RFC 9112, 3.2, and RFC 9110, 5.3). Node takes the first and drops the others,
 * but a proxy may have judged another one.
 */
const single: ReadonlySet<string> = new Set(['authorization', 'content-type', 'host']);

/** RFC 3986, 3.2.2 and 3.2.3: a name, an IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
const host = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

/** @returns what is wrong with the head of a request that Node's parser lets pass; null if nothing is. */
export function faultOfHead({ rawHeaders, headers }: Pick<IncomingMessage, 'rawHeaders' | 'headers'>): string | null {
  let seen = '';
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (!single.has(name)) continue;
    if (seen.includes(name)) return `The request has more than one ${name} header.`;
    seen += name;
  }
  return headers.host === undefined || host.test(headers.host) ? null : 'The Host header is malformed.';
}
