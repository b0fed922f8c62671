import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { isPublicAddress, isAllowedUrl, toUrlHost } from './webhook-url';

export class RefusedAddressError extends Error {}
export class UnknownHostError extends Error {}

/** Together less than connecting may take, so that a silent name server is told from a silent receiver. */
const resolverOptions = { timeout: 1_500, tries: 2 };

/**
 * Where a host is, if webhooks may be sent there. It is asked at every connection, and what it answers is what is connected
 * to: a name cannot have a public address when it is looked at and another one a moment later.
 */
@Injectable()
export class HostAddresses {
  private servers: readonly string[] | undefined;
  private readonly allowedHosts: readonly string[];

  constructor(@Inject(CONFIG) { webhookAllowedHosts }: Config) {
    this.allowedHosts = webhookAllowedHosts;
  }

  /** Asks these name servers (`address:port`) instead of the system's. */
  useServers(servers: readonly string[]): void {
    this.servers = servers;
  }

  /** @throws RefusedAddressError for a URL whose host is an address that is not public: nobody is asked for that one. */
  assertAllowed(url: string): void {
    if (!isAllowedUrl(url, this.allowedHosts)) throw new RefusedAddressError(`${url} is not public.`);
  }

  /**
   * @throws UnknownHostError when it has no address, or nobody answers.
   * @throws RefusedAddressError when any of its addresses is not public.
   */
  async resolve(hostname: string): Promise<LookupAddress[]> {
    // A host that was opened may be known to this machine only. Others are asked for without its threads, which are few.
    if (this.allowedHosts.includes(hostname)) return lookup(hostname, { all: true }).catch(() => unknown(hostname));
    const addresses = await this.queryDns(hostname);
    const refused = addresses.find(({ address }) => !this.mayConnectTo(address));
    if (refused) throw new RefusedAddressError(`${hostname} has the address ${refused.address}, which is not public.`);
    return addresses;
  }

  /** For `net.connect`. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname).then(
      (addresses) => {
        const [first] = addresses as [LookupAddress];
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };

  private async queryDns(hostname: string): Promise<LookupAddress[]> {
    // A new one each time: it knows the name servers of the moment.
    const resolver = new Resolver(resolverOptions);
    if (this.servers) resolver.setServers(this.servers);
    const answers = await Promise.all([
      resolver.resolve4(hostname).catch(() => []),
      resolver.resolve6(hostname).catch(() => []),
    ]);
    const addresses = answers.flat().map((address) => ({ address, family: isIP(address) }));
    return addresses.length > 0 ? addresses : unknown(hostname);
  }

  private mayConnectTo(address: string): boolean {
    return isPublicAddress(address) || this.allowedHosts.includes(toUrlHost(address));
  }
}

function unknown(hostname: string): never {
  throw new UnknownHostError(`${hostname} has no address.`);
}
