import { lookup } from 'node:dns/promises';

import { ConfigError, Network } from '@mts/platform';

import type { CallerSettings } from './caller-settings.js';

const LOOPBACK = ['127.0.0.0/8', '::1/128'].map((text) => Network.of(text));

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
  if (isOpen && !addresses.every(({ address }) => LOOPBACK.some((network) => network.has(address)))) {
    throw new ConfigError(
      `MTS_GATEWAY_HOST: ${host} can be reached from other machines, and with MTS_CALLERS=none everybody there could read everything. Let callers prove who they are (MTS_CALLERS=api-key, see docs/guide/callers.md), or listen on 127.0.0.1.`,
    );
  }
  return first.address;
}
