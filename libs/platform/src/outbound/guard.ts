import { lookup as systemLookup } from 'node:dns/promises';

import { AllowList } from './allow-list.js';
import { type OutboundClient, type OutboundClientOptions, openClient } from './client.js';
import { type IpAddress, isPublic, readIpAddress } from './ip-address.js';
import { readTarget, type Target } from './target.js';

/** Where this program may call on a caller's word. */
export interface OutboundRules {
  /**
   * What is open to callers beside the public internet, each over http or https and, unless one is given, on any port
   * (but the "bad ports" of the Fetch standard, such as 25 and 6000): a host name (`odk.example.org`), trusted whatever
   * it resolves to; all names below one (`*.svc.cluster.local`); an address or a network (`10.1.2.3`, `10.0.0.0/8`), and
   * every name that resolves into it; `host:port`. Option MTS_OUTBOUND_ALLOWED.
   */
  readonly allowed: readonly string[];
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host name; rejects with an error of `code` ENOTFOUND when there is none. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

const PUBLIC_PORTS: readonly number[] = [443, 8443];
const OR_LISTED = 'unless the operator lists it in MTS_OUTBOUND_ALLOWED';

/** One text for a private network and for a name that does not exist, so that nobody can explore private names with it. */
const NOT_PUBLIC = `must lead to a host on the public internet, ${OR_LISTED}`;

/** A name server that takes longer is none of the caller's faults: the connection decides. */
const RESOLVE_TIMEOUT_MS = 1_000;

/**
 * Decides where the program may call when a caller names the address: callbacks, log-in and token URLs, sources.
 *
 * Without a word of the operator that is https on port 443 or 8443, to hosts all addresses of which are public unicast.
 * Every new connection is checked on the very addresses that it is made to, so that a name that resolves otherwise than
 * at hand-in gets nowhere, and redirects are never followed.
 */
export class OutboundGuard {
  readonly #allowed: AllowList;
  readonly #resolve: Resolve;

  /**
   * `resolve` is how names become addresses, by default as the system does.
   * @throws TypeError for a rule that cannot be read.
   */
  constructor(
    rules: OutboundRules,
    resolve: Resolve = async (hostname) => systemLookup(hostname, { all: true }),
  ) {
    this.#allowed = new AllowList(rules.allowed);
    this.#resolve = resolve;
  }

  /**
   * Why an address may not be called, as far as its text tells; undefined when nothing speaks against it. For the time
   * of hand-in. The end of a sentence that starts with "The address" or the name of a field; never repeats the address.
   */
  problemOf(url: string): string | undefined {
    const target = readTarget(url);
    return typeof target === 'string' ? target : this.#problemOfTarget(target);
  }

  /**
   * The same, and every address that the name resolves to now. When no name server answers within a second nothing
   * speaks against it: the connection is checked again anyway.
   */
  async resolvedProblemOf(url: string): Promise<string | undefined> {
    const target = readTarget(url);
    if (typeof target === 'string') return target;
    const problem = this.#problemOfTarget(target);
    if (problem !== undefined || target.literal !== undefined) return problem;
    const addresses = await this.#resolveInTime(target.host);
    return addresses === undefined ? undefined : this.#problemOfAddresses(target, addresses);
  }

  /** An HTTP client for one source or target, every connection of which passes the guard. */
  client(options: OutboundClientOptions): OutboundClient {
    return openClient(
      {
        problemOf: (url) => this.problemOf(url),
        problemOfTarget: (target) => this.#problemOfTarget(target),
        problemOfAddresses: (target, addresses) => this.#problemOfAddresses(target, addresses),
        resolve: this.#resolve,
      },
      options,
    );
  }

  #problemOfTarget(target: Target): string | undefined {
    if (this.#allowed.admitsName(target)) return undefined;
    if (target.literal !== undefined) return this.#problemOfAddress(target, target.literal);
    return this.#allowed.admitsSomeAddress(target.port) ? undefined : problemOfPublic(target);
  }

  #problemOfAddresses(target: Target, addresses: readonly ResolvedAddress[]): string | undefined {
    if (this.#allowed.admitsName(target)) return undefined;
    // A name that does not exist is refused as one that leads somewhere private.
    if (addresses.length === 0) return this.#problemOfAddress(target, undefined);
    return addresses
      .map(({ address }) => this.#problemOfAddress(target, readIpAddress(address)))
      .find((problem) => problem !== undefined);
  }

  #problemOfAddress(target: Target, address: IpAddress | undefined): string | undefined {
    if (address !== undefined && this.#allowed.admitsAddress(address, target.port)) return undefined;
    return problemOfPublic(target) ?? (address !== undefined && isPublic(address) ? undefined : NOT_PUBLIC);
  }

  /** Undefined: not to be had now. */
  async #resolveInTime(hostname: string): Promise<readonly ResolvedAddress[] | undefined> {
    const { promise: late, resolve: giveUp } = Promise.withResolvers<undefined>();
    const timer = setTimeout(giveUp, RESOLVE_TIMEOUT_MS, undefined);
    const addresses = this.#resolve(hostname).catch((error: unknown) =>
      isUnknownName(error) ? [] : undefined,
    );
    try {
      return await Promise.race([addresses, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What the address of a public host must be like. */
function problemOfPublic({ scheme, port }: Target): string | undefined {
  if (scheme !== 'https') return `must start with https://, ${OR_LISTED}`;
  return PUBLIC_PORTS.includes(port) ? undefined : `must use port ${PUBLIC_PORTS.join(' or ')}, ${OR_LISTED}`;
}

function isUnknownName(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOTFOUND';
}
