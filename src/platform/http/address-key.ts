import { isIPv4, isIPv6 } from 'node:net';

/**
 * The key under which an address is counted. For IPv6 it is the /64 network, the least that a customer gets (RFC 6177);
 * with single addresses a customer would have 2^64 budgets. A mapped IPv4 address counts as IPv4. Texts that are no
 * address share one budget.
 */
export function addressKey(sent: string): string {
  // Some proxies also write the port.
  const address = /^\[([^\]]*)\](?::\d+)?$/.exec(sent)?.[1] ?? sent.replace(/^([\d.]+):\d+$/, '$1');
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return 'no address';
  const groups = groupsOf(address.split('%', 1)[0]!);
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of an IPv6 address (RFC 4291, 2.2). */
function groupsOf(address: string): number[] {
  const [head, tail] = address.split('::', 2).map(parse) as [number[], number[]?];
  if (tail === undefined) return head;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function parse(part: string): number[] {
  return part
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => {
      if (!group.includes('.')) return [parseInt(group, 16)];
      const [a, b, c, d] = group.split('.').map(Number) as [number, number, number, number];
      return [a * 256 + b, c * 256 + d];
    });
}
