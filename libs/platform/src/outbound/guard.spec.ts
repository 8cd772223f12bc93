import { describe, expect, it } from 'vitest';

import { OutboundGuard, type Resolve } from './guard.js';

/** Names as a name server in the hands of an attacker would answer them. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'example.org': ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'half.example.org': ['93.184.215.14', '10.0.0.7'],
  'odoo.internal': ['10.0.0.7'],
  'nat64.example.org': ['64:ff9b::5db8:d70e'],
  'mapped.example.org': ['::ffff:10.0.0.7'],
  'odd.example.org': ['fe80::1%eth0'],
  localhost: ['127.0.0.1'],
  'kubernetes.default.svc': ['10.96.0.1'],
  '127.0.0.1.nip.io': ['127.0.0.1'],
  'xn--80ak6aa92e.com': ['192.168.1.1'],
};

const resolve: Resolve = async (hostname) => {
  const addresses = NAMES[hostname.replace(/\.$/, '')];
  if (addresses === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};

const closed = new OutboundGuard({ allowed: [] }, resolve);

const HOSTILE_LITERALS = [
  'https://127.0.0.1/',
  'https://127.0.0.1./',
  'https://127.1/',
  'https://127.0.1:8443/',
  'https://2130706433/',
  'https://017700000001/',
  'https://0177.0.0.1/',
  'https://0x7f.1/',
  'https://0x7f000001/',
  'https://0X7F.0.0.0x1/',
  'https://0/',
  'https://0.0.0.0/',
  'https://0.1.2.3/',
  'https://１２７.0.0.1/',
  'https://①②⑦.0.0.1/',
  'https://127。0。0。1/',
  'https://%31%32%37.0.0.1/',
  'https://10.1.2.3/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.0.1/',
  'https://100.64.0.1/',
  'https://100.100.100.200/latest/meta-data/',
  'https://169.254.169.254/latest/meta-data/',
  'https://0xa9fea9fe/',
  'https://168.63.129.16/',
  'https://192.0.0.192/',
  'https://192.0.2.1/',
  'https://192.88.99.1/',
  'https://198.18.0.1/',
  'https://198.51.100.1/',
  'https://203.0.113.1/',
  'https://224.0.0.1/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://[::]/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]:8443/',
  'https://[::127.0.0.1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:0:127.0.0.1]/',
  'https://[64:ff9b::127.0.0.1]/',
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://[64:ff9b:1::7f00:1]/',
  'https://[100::1]/',
  'https://[2001::1]/',
  'https://[2001:db8::1]/',
  'https://[2001:2::1]/',
  'https://[2002:7f00:1::]/',
  'https://[3fff::1]/',
  'https://[4000::1]/',
  'https://[5f00::1]/',
  'https://[fc00::1]/',
  'https://[fd00:ec2::254]/',
  'https://[fe80::1]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
];

const HOSTILE_NAMES = [
  'https://localhost/',
  'https://LOCALHOST/',
  'https://localhost./',
  'https://kubernetes.default.svc/',
  'https://127.0.0.1.nip.io/',
  'https://аррӏе.com/',
  'https://odoo.internal/',
  'https://half.example.org/',
  'https://mapped.example.org/',
  'https://odd.example.org/',
];

const HOSTILE_FORMS = [
  '',
  'example.org/path',
  '//example.org/',
  'https:example.org',
  'https:/example.org/',
  'https:///example.org/',
  'https://',
  'https://?x',
  'file:///etc/passwd',
  'FILE:///etc/passwd',
  'ftp://example.org/',
  'gopher://example.org:443/_x',
  'data:text/plain,x',
  'blob:https://example.org/x',
  'javascript:alert(1)',
  'ws://example.org/',
  'unix:/var/run/docker.sock',
  'http://example.org/',
  'HTTP://example.org/',
  'http://example.org:443/',
  'https://example.org:80/',
  'https://example.org:22/',
  'https://example.org:0/',
  'https://example.org:65536/',
  'https://example.org:443:443/',
  'https://user:s3cr3t@example.org/',
  'https://user@example.org/',
  'https://@example.org/',
  'https://:@example.org/',
  'https://example.org@127.0.0.1/',
  'https://example.org:443@[::1]/',
  'https://example.org/#section',
  'https://example.org/#',
  'https://127.0.0.1#@example.org/',
  ' https://example.org/',
  'https://example.org/ ',
  'https://exam\tple.org/',
  'https://example.org/\r\nHost: x',
  'https://example.org/\0',
  'https://exam\u00ADple.org/',
  'https://\u202Eexample.org/',
  'https:\\\\example.org\\',
  'https://127.0.0.1\\@example.org/',
  'https://[fe80::1%25eth0]/',
  'https://[::1/',
  'https://[::1]x/',
  'https://ex%00ample.org/',
  'https://256.256.256.256/',
  'https://1.2.3.4.5/',
  `https://example.org/${'a'.repeat(2048)}`,
];

const UNKNOWN_NAMES = ['https://no.such.name/', 'https://xn--a.example.org/'];

/** The parts of an address that would tell where it leads. */
const tellTales = (url: string): string[] =>
  url.split(/[/:@?#[\]\\]+/).filter((part) => part.length > 4 && part !== 'https');

describe('an address that a caller names', () => {
  it.each(HOSTILE_LITERALS)('is refused by its text when it is %s', (url) => {
    expect(closed.problemOf(url)).toMatch(/^must lead to a host on the public internet/);
  });

  it.each(HOSTILE_FORMS)('is refused by its form when it is %j', (url) => {
    const problem = closed.problemOf(url);
    expect(problem).toMatch(/^(must|is not) /);
    for (const part of tellTales(url)) expect(problem).not.toContain(part);
  });

  it.each([...HOSTILE_NAMES, ...UNKNOWN_NAMES])(
    'is refused for what the name resolves to when it is %s',
    async (url) => {
      expect(closed.problemOf(url)).toBeUndefined();
      // The same text for a name that does not exist: private names cannot be explored.
      expect(await closed.resolvedProblemOf(url)).toBe(
        'must lead to a host on the public internet, unless the operator lists it in MTS_OUTBOUND_ALLOWED',
      );
    },
  );

  it.each([...HOSTILE_LITERALS, ...HOSTILE_FORMS, ...HOSTILE_NAMES])(
    'gets no call either way when it is %j',
    async (url) => {
      const client = closed.client({ connectTimeoutMs: 1_000, idleTimeoutMs: 1_000 });
      const byFetch = client.fetch(url).catch((error: unknown) => error);
      const byAxios = client.http.post(url, 'x').catch((error: unknown) => error);
      for (const error of [await byFetch, await byAxios]) {
        expect(error).toBeInstanceOf(Error);
        const { message, name } = error as Error;
        expect({ url, name }).toEqual({ url, name: 'ForbiddenAddressError' });
        for (const part of tellTales(url)) expect(message).not.toContain(part);
      }
      await client.close();
    },
  );

  it.each([
    'https://example.org',
    'https://example.org/path?query=1',
    'https://example.org:8443/',
    'https://example.org./',
    'HTTPS://EXAMPLE.ORG:443/',
    'https://93.184.215.14/',
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/',
    'https://[64:ff9b::93.184.215.14]/',
    'https://nat64.example.org/',
    'https://[::ffff:93.184.215.14]/',
  ])('is fine when it is public: %s', async (url) => {
    expect(await closed.resolvedProblemOf(url)).toBeUndefined();
  });

  it('is refused alike whether a private name exists or not, also where http is open to some', async () => {
    const guard = new OutboundGuard({ allowed: ['192.168.7.0/24'] }, resolve);
    for (const scheme of ['http', 'https']) {
      const problem = await guard.resolvedProblemOf(`${scheme}://odoo.internal/`);
      expect(problem).toMatch(/^must /);
      expect(await guard.resolvedProblemOf(`${scheme}://no.such.name/`)).toBe(problem);
    }
  });

  it('is left to the connection when no name server answers in time, or at all', async () => {
    const silent = new OutboundGuard({ allowed: [] }, async () => new Promise(() => {}));
    expect(await silent.resolvedProblemOf('https://example.org/')).toBeUndefined();
    const broken = new OutboundGuard({ allowed: [] }, async () => {
      throw Object.assign(new Error('try again'), { code: 'EAI_AGAIN' });
    });
    expect(await broken.resolvedProblemOf('https://example.org/')).toBeUndefined();
  });
});

describe('an address that the operator has listed', () => {
  it.each([
    ['odoo.internal', 'http://odoo.internal:8069/x'],
    ['odoo.internal', 'http://ODOO.internal./'],
    ['Odoo.Internal', 'https://odoo.internal/'],
    ['odoo.internal:8069', 'http://odoo.internal:8069/'],
    ['*.internal', 'http://odoo.internal/'],
    ['*.svc.cluster.local', 'http://odk.central.svc.cluster.local:8383/'],
    ['127.0.0.1', 'http://127.0.0.1:9000/'],
    ['127.0.0.1', 'http://localhost:9000/'],
    ['127.0.0.1:9000', 'http://127.0.0.1:9000/'],
    ['::1', 'http://[::1]:9000/'],
    ['[::1]:9000', 'http://[0:0::1]:9000/'],
    ['10.0.0.0/8', 'http://10.1.2.3:8069/'],
    ['10.0.0.0/8', 'http://[::ffff:10.1.2.3]/'],
    ['10.0.0.0/8', 'http://odoo.internal:8069/'],
    ['10.0.0.0/8', 'http://mapped.example.org/'],
    ['10.0.0.0/8', 'https://half.example.org/'],
    ['fd00::/8', 'http://[fd12::1]:8080/'],
  ])('is fine: %s lets in %s', async (entry, url) => {
    const guard = new OutboundGuard({ allowed: ['other.example.org', entry] }, resolve);
    expect(await guard.resolvedProblemOf(url)).toBeUndefined();
  });

  it.each([
    ['odoo.internal:8069', 'https://odoo.internal:8070/'],
    ['odoo.internal:8069', 'http://odoo.internal/'],
    ['internal', 'https://odoo.internal/'],
    ['*.internal', 'https://internal/'],
    ['*.nal', 'https://odoo.internal/'],
    ['127.0.0.1:9000', 'http://127.0.0.1:9001/'],
    ['127.0.0.1:9000', 'http://localhost:9001/'],
    ['10.0.0.0/8', 'http://11.0.0.1/'],
    ['10.0.0.0/8', 'http://localhost/'],
    ['10.0.0.0/8', 'http://half.example.org/'],
    ['10.0.0.0/8', 'http://example.org:8069/'],
    ['10.0.0.7', 'https://kubernetes.default.svc/'],
    ['fd00::/8', 'https://[fc00::1]/'],
    ['odoo.internal', 'http://user:s3cr3t@odoo.internal/'],
    ['odoo.internal', 'ftp://odoo.internal/'],
    ['odoo.internal', 'http://odoo.internal/#x'],
  ])('does not open more than it says: %s keeps out %s', async (entry, url) => {
    const guard = new OutboundGuard({ allowed: [entry] }, resolve);
    expect(await guard.resolvedProblemOf(url)).toMatch(/^must /);
  });
});
