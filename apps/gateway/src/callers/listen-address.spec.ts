import { expect, it } from 'vitest';

import { listenAddress } from './listen-address.js';

const OPEN = { isOpen: true };
const resolvingTo =
  (...addresses: string[]) =>
  async () =>
    Promise.resolve(addresses.map((address) => ({ address })));
const failing = async (): Promise<never> => Promise.reject(new Error('ENOTFOUND'));

it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost'])(
  'listens for everybody on loopback: %s',
  async (host) => {
    expect(await listenAddress(host, OPEN)).toMatch(/^(?:127\.|::1$)/);
  },
);

it.each(['0.0.0.0', '0', '::', '::ffff:0.0.0.0', '192.0.2.1', '0x7f.1.1.1.1'])(
  'does not listen for everybody where others get in: %s',
  async (host) => {
    await expect(listenAddress(host, OPEN)).rejects.toThrow(/^MTS_GATEWAY_HOST: /);
  },
);

it('is not deceived by a name, even one that only sometimes leads elsewhere', async () => {
  await expect(listenAddress('localhost', OPEN, resolvingTo('192.0.2.1'))).rejects.toThrow(
    /^MTS_GATEWAY_HOST: localhost can be reached from other machines.*MTS_CALLERS=api-key/,
  );
  await expect(listenAddress('both', OPEN, resolvingTo('127.0.0.1', '192.0.2.1'))).rejects.toThrow(
    'MTS_CALLERS',
  );
});

it('listens on the address that was checked, not on the name, which may lead elsewhere by then', async () => {
  expect(await listenAddress('gateway.test', OPEN, resolvingTo('127.0.0.1'))).toBe('127.0.0.1');
});

it('listens anywhere once callers are known', async () => {
  for (const host of ['0.0.0.0', '::']) expect(await listenAddress(host, { isOpen: false })).toBe(host);
});

it('says that a name has no address', async () => {
  await expect(listenAddress('nowhere.invalid', OPEN, failing)).rejects.toThrow(
    /^MTS_GATEWAY_HOST: no address/,
  );
  await expect(listenAddress('nowhere.invalid', OPEN, resolvingTo())).rejects.toThrow('has no address');
});
