import { Network } from '../config/networks.js';

import { type IpAddress, readIpAddress } from './ip-address.js';
import type { Target } from './target.js';

interface HostEntry {
  readonly name: string;
  /** `*.name`: every name below it, at any depth, and not the name itself. */
  readonly isWildcard: boolean;
  readonly port: number | undefined;
}

interface NetworkEntry {
  readonly network: Network;
  readonly port: number | undefined;
}

const PORT = /^(.*):([1-9]\d{0,4})$/s;
const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const HOST_NAME = new RegExp(`^(?:${LABEL}\\.)*${LABEL}$`);
/** The URL standard takes a name that ends so for an IPv4 address (section 3.5, "ends in a number"). */
const ENDS_IN_A_NUMBER = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

/**
 * Reads `odk.example.org`, `*.svc.cluster.local`, `10.1.2.3`, `fd00::1`, each with `:port` behind it if wanted (IPv6 then
 * in brackets), or a network such as `10.0.0.0/8`. Undefined when the text is none of these.
 */
export function readAllowedEntry(text: string): HostEntry | NetworkEntry | undefined {
  if (text.includes('/')) return networkEntry(text, undefined);
  const { host, port } = splitPort(text.toLowerCase());
  if (port !== undefined && port > 65_535) return undefined;
  const literal = readLiteral(host);
  if (literal !== undefined)
    return networkEntry(`${literal.toString()}/${literal.kind() === 'ipv4' ? 32 : 128}`, port);
  const isWildcard = host.startsWith('*.');
  const name = isWildcard ? host.slice(2) : host;
  const isName = name.length <= 253 && HOST_NAME.test(name) && !ENDS_IN_A_NUMBER.test(name);
  return isName ? { name, isWildcard, port } : undefined;
}

/** What the operator has opened to callers. */
export class AllowList {
  readonly #hosts: readonly HostEntry[];
  readonly #networks: readonly NetworkEntry[];

  /** Throws a TypeError when an entry cannot be read. */
  constructor(entries: readonly string[]) {
    const read = entries.map((text) => {
      const entry = readAllowedEntry(text);
      if (entry === undefined) throw new TypeError(`neither a host nor an address nor a network: ${text}`);
      return entry;
    });
    this.#hosts = read.filter((entry) => 'name' in entry);
    this.#networks = read.filter((entry) => 'network' in entry);
  }

  /** The host stands on the list by its name. */
  admitsName({ host, port }: Target): boolean {
    return this.#hosts.some(
      (entry) =>
        (entry.isWildcard ? host.endsWith(`.${entry.name}`) : host === entry.name) &&
        (entry.port ?? port) === port,
    );
  }

  admitsAddress(address: IpAddress, port: number): boolean {
    return this.#networks.some(
      (entry) => entry.network.has(address.toString()) && (entry.port ?? port) === port,
    );
  }

  /** Some address may be called on that port, so that only what a name resolves to can tell. */
  admitsSomeAddress(port: number): boolean {
    return this.#networks.some((entry) => (entry.port ?? port) === port);
  }
}

function networkEntry(text: string, port: number | undefined): NetworkEntry | undefined {
  const network = Network.read(text);
  return network === undefined ? undefined : { network, port };
}

function splitPort(text: string): { host: string; port: number | undefined } {
  const [, host = '', port] = PORT.exec(text) ?? [];
  // More colons and no brackets: an IPv6 address, which has no port.
  const isPort = port !== undefined && (!host.includes(':') || host.endsWith(']'));
  return isPort ? { host, port: Number(port) } : { host: text, port: undefined };
}

function readLiteral(host: string): IpAddress | undefined {
  return readIpAddress(/^\[(.*:.*)\]$/.exec(host)?.[1] ?? host);
}
