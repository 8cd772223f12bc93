import { describe, expect, it } from 'vitest';

import { neighbourhoodOf, Network, readNamedNetwork, subscriberOf } from './networks.js';

describe('a network', () => {
  it.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:0a01:0203', true],
    ['192.0.2.7/32', '192.0.2.7', true],
    ['192.0.2.7/32', '192.0.2.8', false],
    ['fd00:1::/32', 'fd00:1:ffff::1', true],
    ['fd00:1::/32', 'fd00:2::1', false],
    ['fd00:1::/32', '10.0.0.1', false],
    ['0.0.0.0/0', 'no address', false],
    ['0.0.0.0/0', '', false],
    ['10.0.0.0/8', '012.0.0.1', false],
    ['10.0.0.0/8', '167772161', false],
    ['fe80::/16', 'fe80::1%eth0', false],
  ])('%s has %s: %s', (network, address, expected) => {
    expect(Network.read(network)?.has(address)).toBe(expected);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0/8',
    '::/129',
    '::ffff:10.0.0.0/104',
    'a/8',
    '10.0.0.0/08',
    '/8',
  ])('is not read from %s', (text) => {
    expect(Network.read(text)).toBeUndefined();
  });
});

describe('the network of a caller', () => {
  it('has a name', () => {
    const named = readNamedNetwork('10.20.0.0/16=openg2p');
    expect([named?.name, named?.network.has('10.20.1.1')]).toEqual(['openg2p', true]);
  });

  it.each([
    ['without a name', '10.0.0.0/8'],
    ['with an empty name', '10.0.0.0/8='],
    ['with a name for people', '10.0.0.0/8=Ada Lovelace'],
    ['with two names', '10.0.0.0/8=a=b'],
    ['that is the whole internet', '0.0.0.0/0=all'],
    ['that is half of it', '128.0.0.0/1=half'],
    ['that is all of IPv6', '::/0=all'],
    ['that is all that is public of IPv6', '2000::/3=all'],
  ])('is not one %s: %s', (_title, text) => {
    expect(readNamedNetwork(text)).toBeUndefined();
  });
});

it.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2::77', '2001:db8:1::/48'],
  ['nothing', 'unknown'],
])('tells of %s no more than %s', (address, told) => {
  expect(neighbourhoodOf(address)).toBe(told);
});

it('knows what one subscriber has', () => {
  expect(subscriberOf('::ffff:192.0.2.1')).toBe(subscriberOf('192.0.2.1'));
  expect(subscriberOf('2001:db8:1:2::1')).toBe(subscriberOf('2001:db8:1:2:3:4:5:6'));
  expect(subscriberOf('2001:db8:1:2::1')).not.toBe(subscriberOf('2001:db8:1:3::1'));
  expect(subscriberOf('nothing')).toBe('nothing');
});
