import { describe, expect, it } from 'vitest';

import { readConfig } from '../config/read-config.js';

import { OutboundGuard } from './guard.js';

describe('an entry of the list of allowed addresses', () => {
  it.each([
    'odk.example.org',
    'ODK.example.org:8443',
    'odoo',
    'odoo_web',
    'xn--exmple-cua.org',
    '*.svc.cluster.local',
    '*.internal:8069',
    '10.1.2.3',
    '10.1.2.3:80',
    '10.0.0.0/8',
    '0.0.0.0/0',
    'fd00::1',
    '[fd00::1]',
    '[fd00::1]:8080',
    'fd00::/8',
    '2001:DB8::/32',
  ])('is accepted: %s', (entry) => {
    expect(readConfig(['outboundAllowed'], { MTS_OUTBOUND_ALLOWED: entry })).toEqual({
      outboundAllowed: [entry],
    });
    expect(() => new OutboundGuard({ allowed: [entry] })).not.toThrow();
  });

  it.each([
    '*',
    '*.',
    '*.*.example.org',
    'odk.*.org',
    '.example.org',
    'example.org.',
    'example..org',
    '-odk.example.org',
    'odk-.example.org',
    `${'a'.repeat(64)}.org`,
    `${'a.'.repeat(130)}org`,
    'exämple.org',
    'https://odk.example.org',
    'odk.example.org/',
    'user@odk.example.org',
    'odk example.org',
    'odk.example.org:',
    'odk.example.org:0',
    'odk.example.org:080',
    'odk.example.org:65536',
    'odk.example.org:http',
    '127.1',
    '0x7f.1',
    '2130706433',
    '010.1.2.3',
    '10.1.2.256',
    '10.1.2.3.4',
    '10.1.2.3/8',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/255.0.0.0',
    '10.0.0.0/8:80',
    'fd00::1/8',
    'fd00::/129',
    '[fd00::]/8',
    'fe80::1%eth0',
    '[10.1.2.3]:80',
    '[fd00::1]:0',
    'fd00:::1',
    '::ffff:10.0.0.0/104',
  ])('is refused at the start of the program: %s', (entry) => {
    expect(() => readConfig(['outboundAllowed'], { MTS_OUTBOUND_ALLOWED: `odoo,${entry}` })).toThrow(
      /^MTS_OUTBOUND_ALLOWED must be host names/,
    );
    expect(() => new OutboundGuard({ allowed: [entry] })).toThrow(TypeError);
  });

  it('is absent by default: callers reach the public internet alone', () => {
    expect(readConfig(['outboundAllowed'], {})).toEqual({ outboundAllowed: [] });
  });
});
