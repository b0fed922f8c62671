import { BlockList, isIP } from 'node:net';

/** Networks that are not part of the public internet: IANA's special-purpose registries (RFC 6890) and multicast. */
const refusedNetworks = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  // The first network has the unspecified address, loopback, and IPv4 in its mapped form. No public name has one of
  // these.
  ...['::/8', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16'],
  ...['fc00::/7', 'fe80::/10', 'ff00::/8'],
  // Protocol assignments, among them Teredo, which embeds IPv4; and a network that once was private.
  ...['2001::/23', 'fec0::/10'],
];

/** One list for each family. A common list would judge an IPv4 address by its mapped form, which is refused. */
const refused = { 4: new BlockList(), 6: new BlockList() };
for (const network of refusedNetworks) {
  const [address, length] = network.split('/') as [string, string];
  if (isIP(address) === 4) refused[4].addSubnet(address, Number(length), 'ipv4');
  else refused[6].addSubnet(address, Number(length), 'ipv6');
}

/** @param address IPv4 or IPv6, without brackets. */
export function isPublicAddress(address: string): boolean {
  return isIP(address) === 4 ? !refused[4].check(address, 'ipv4') : !refused[6].check(address, 'ipv6');
}

/** @returns an address in the spelling of URLs. */
export function toUrlHost(address: string): string {
  return new URL(`https://${isIP(address) === 6 ? `[${address}]` : address}`).hostname;
}

/**
 * As far as can be told from the URL: what addresses a name has is asked at each attempt.
 *
 * @param allowedHosts hosts that may be sent to wherever they are, as `new URL` spells them.
 */
export function isAllowedUrl(text: string, allowedHosts: readonly string[]): boolean {
  // `new URL` drops some control characters; mails and logs would not.
  if (/\p{Cc}/u.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password, hostname } = new URL(text);
  if (protocol !== 'https:' || username !== '' || password !== '') return false;
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(address) === 0 || isPublicAddress(address) || allowedHosts.includes(hostname);
}
