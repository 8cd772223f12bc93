import { Network } from '@mts/platform';
import { expect, it } from 'vitest';

import { clientAddress } from './client-address.js';

const PROXIES = ['10.0.0.0/24', 'fd00::/64'].map((text) => Network.of(text));

it.each<[string, string | undefined, string | undefined, string]>([
  ['192.0.2.1', undefined, '192.0.2.1', 'nobody stands between'],
  ['192.0.2.1', '198.51.100.1', '192.0.2.1', 'a stranger wrote the header'],
  ['10.0.0.5', '198.51.100.1', '198.51.100.1', 'a proxy wrote it'],
  ['::ffff:10.0.0.5', '198.51.100.1', '198.51.100.1', 'a proxy, as a socket for both families tells it'],
  ['10.0.0.5', '10.1.1.1, 198.51.100.1', '198.51.100.1', 'the caller wrote the first part itself'],
  ['10.0.0.5', '10.1.1.1,198.51.100.1 , 10.0.0.6', '198.51.100.1', 'through two proxies'],
  ['fd00::1', '2001:db8::1', '2001:db8::1', 'IPv6'],
  ['10.0.0.5', '198.51.100.1:4711', '198.51.100.1', 'with a port'],
  ['10.0.0.5', '[2001:db8::1]:4711', '2001:db8::1', 'IPv6 with a port'],
  ['10.0.0.5', undefined, undefined, 'a proxy that does not say for whom'],
  ['10.0.0.5', '10.0.0.6', undefined, 'proxies among themselves'],
  ['10.0.0.5', '10.1.1.1, unknown', undefined, 'a proxy that does not know for whom'],
  ['10.0.0.5', '10.1.1.1,', undefined, 'nothing at the end'],
  ['10.0.0.5', '10.1.1.1, 10.1.1.1; DROP', undefined, 'nonsense at the end'],
])('takes from %s with %s the address %s: %s', (peer, header, expected) => {
  expect(clientAddress(peer, header, PROXIES)).toBe(expected);
});
