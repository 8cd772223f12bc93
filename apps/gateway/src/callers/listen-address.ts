import { lookup } from 'node:dns/promises';

import { ConfigError, isLoopback, openToOthers } from '@mts/platform';

import type { CallerSettings } from './caller-settings.js';

/** The lookup of the operating system; tests give another one. */
export type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

/**
 * The address to listen on. A name is looked up once, and what was checked is what is listened on: it may lead
 * elsewhere a moment later.
 *
 * @throws ConfigError when callers are not known and the address can be reached from another machine
 */
export async function listenAddress(
  host: string,
  { isOpen }: Pick<CallerSettings, 'isOpen'>,
  lookUp: Lookup = async (name) => lookup(name, { all: true }),
): Promise<string> {
  const addresses = await lookUp(host).catch((error: unknown) => {
    throw new ConfigError(`MTS_GATEWAY_HOST: no address of this machine is found for ${host}.`, {
      cause: error,
    });
  });
  const [first] = addresses;
  if (first === undefined) throw new ConfigError(`MTS_GATEWAY_HOST: ${host} has no address.`);
  if (isOpen && !addresses.every(({ address }) => isLoopback(address))) {
    throw new ConfigError(openToOthers(host));
  }
  return first.address;
}
