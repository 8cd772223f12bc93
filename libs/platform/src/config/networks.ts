import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** How a caller may be called. Names end up in logs: they are those of systems, not of people. */
export const CALLER_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** The largest network whose members one can know: 10.0.0.0/8. */
const NAMED_PREFIX_BITS_MIN = { ipv4: 8, ipv6: 16 } as const;

/** A range of IP addresses, written as RFC 4632 section 3.1 has it. */
export class Network {
  private constructor(
    private readonly first: Address,
    readonly prefixBits: number,
  ) {}

  /** Reads `10.0.0.0/8`; a bit that is set behind the prefix is a slip, and so is IPv4 written as IPv6. */
  static read(text: string): Network | undefined {
    const [, address = '', prefix = ''] = /^([0-9a-f.:]+)\/(0|[1-9]\d{0,2})$/i.exec(text) ?? [];
    const first = readAddress(address);
    const prefixBits = Number(prefix);
    if (first === undefined || address.includes(':') !== (first.kind() === 'ipv6')) return undefined;
    if (prefixBits > (first.kind() === 'ipv4' ? 32 : 128)) return undefined;
    const lowest =
      first.kind() === 'ipv4'
        ? ipaddr.IPv4.networkAddressFromCIDR(text)
        : ipaddr.IPv6.networkAddressFromCIDR(text);
    return lowest.toString() === first.toString() ? new Network(first, prefixBits) : undefined;
  }

  /** @throws TypeError where {@link read} gives undefined */
  static of(text: string): Network {
    const network = Network.read(text);
    if (network === undefined) throw new TypeError(`not a network: ${text}`);
    return network;
  }

  get family(): 'ipv4' | 'ipv6' {
    return this.first.kind();
  }

  /** Also of an IPv4 address that a socket for both families tells as IPv6; false for what is no address. */
  has(address: string): boolean {
    const given = readAddress(address);
    return given !== undefined && given.kind() === this.family && given.match(this.first, this.prefixBits);
  }
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'].map((text) => Network.of(text));

/** Whether an address is reached from this machine alone. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.some((network) => network.has(address));
}

/** A network whose members are one caller. */
export interface NamedNetwork {
  readonly network: Network;
  readonly name: string;
}

/** Reads `10.20.0.0/16=openg2p`. Undefined also for a network that is too large to be one caller's. */
export function readNamedNetwork(text: string): NamedNetwork | undefined {
  const [range = '', name = '', ...rest] = text.split('=');
  const network = Network.read(range);
  if (network === undefined || rest.length > 0 || !CALLER_NAME.test(name)) return undefined;
  return network.prefixBits < NAMED_PREFIX_BITS_MIN[network.family] ? undefined : { network, name };
}

/** What one subscriber has, and may call from: an IPv4 address, or a /64 of IPv6 (RFC 6177 section 2). */
export function subscriberOf(address: string): string {
  const given = readAddress(address);
  return given instanceof ipaddr.IPv6 ? given.parts.slice(0, 4).join(':') : (given?.toString() ?? address);
}

/** Where an address is from, told so that it is nobody's in particular: its /24, or /48 of IPv6 (RFC 6177 section 2: a site). */
export function neighbourhoodOf(address: string): string {
  const given = readAddress(address);
  if (given === undefined) return 'unknown';
  return given.kind() === 'ipv6'
    ? `${ipaddr.IPv6.networkAddressFromCIDR(`${given.toString()}/48`).toString()}/48`
    : `${ipaddr.IPv4.networkAddressFromCIDR(`${given.toString()}/24`).toString()}/24`;
}

/** Four decimal parts, or IPv6 without brackets and zone; IPv4-mapped addresses (RFC 4291 section 2.5.5.2) become IPv4. */
function readAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) && !text.includes('%') ? ipaddr.process(text) : undefined;
}
