import { isIP } from 'node:net';

import type { Network } from '@mts/platform';

/**
 * The address of whoever called: that of the connection, or, where that is a proxy of ours, the last one in
 * X-Forwarded-For that is none. What stands before that one the caller may have written itself.
 *
 * @param forwardedFor the header; several are joined by commas (RFC 9110 section 5.3)
 * @returns undefined when our own proxy does not say for whom it calls
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  proxies: readonly Network[],
): string | undefined {
  const isProxy = (address: string): boolean => proxies.some((network) => network.has(address));
  if (!isProxy(peer)) return peer;
  const hops = (forwardedFor ?? '').split(',').map((hop) => withoutPort(hop.trim()));
  const client = hops.findLast((hop) => !isProxy(hop));
  return client === undefined || isIP(client) === 0 ? undefined : client;
}

/** Some proxies add the port (Azure Application Gateway): `1.2.3.4:567`, `[::1]:567`. */
function withoutPort(hop: string): string {
  return /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? hop;
}
