import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

/** The tests call from 127.0.0.1, and through it as a proxy from wherever they say. */
const PROXY = { MTS_TRUSTED_PROXIES: '127.0.0.1/32' };
const NETWORKS = '10.20.0.0/16=openg2p,10.30.0.0/16=opencrvs';

let behindProxy: GatewayFixture;
let direct: GatewayFixture;
beforeAll(async () => {
  const callers = { MTS_CALLERS: 'trusted-network,api-key' };
  [behindProxy, direct] = await Promise.all([
    GatewayFixture.start({ env: { ...callers, ...PROXY, MTS_TRUSTED_NETWORKS: NETWORKS } }),
    GatewayFixture.start({ env: { ...callers, MTS_TRUSTED_NETWORKS: '127.0.0.0/8=local-client' } }),
  ]);
});
afterAll(async () => Promise.all([behindProxy.stop(), direct.stop()]));

type Headers = Readonly<Record<string, string>>;
const from = (...hops: string[]): Headers => ({ 'x-forwarded-for': hops.join(', ') });

async function handIn(gateway: GatewayFixture, headers: Headers): Promise<supertest.Response> {
  return supertest(gateway.url)
    .post('/authtoken/json')
    .set(headers)
    .send(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
}

async function requestOf(gateway: GatewayFixture, headers: Headers): Promise<string> {
  const { body } = await handIn(gateway, headers);
  return (body as { response: { request_identifier: string } }).response.request_identifier;
}

describe('a call from a trusted network', () => {
  it('is that of its caller, who sees its own requests alone', async () => {
    const id = await requestOf(behindProxy, from('10.20.1.1'));
    expect((await behindProxy.requests.find(id))?.owner).toBe('network:openg2p');
    const status = async (headers: Headers): Promise<supertest.Response> =>
      supertest(behindProxy.url).get(`/authtoken/status/${id}`).set(headers);
    expect((await status(from('10.20.255.9'))).status).toBe(200);
    expect((await status(from('10.30.0.1'))).status).toBe(404);
    expect((await status(from('10.40.0.1'))).status).toBe(401);
  });

  it('needs no header where nothing stands between', async () => {
    const id = await requestOf(direct, {});
    expect((await direct.requests.find(id))?.owner).toBe('network:local-client');
  });

  it('gets at the addresses of the original alone', async () => {
    const original = ['/authtoken/status/x', '/authtoken/file/x', '/authtoken/authfields', '/ping'];
    for (const path of original) {
      expect([404, 200]).toContain((await supertest(direct.url).get(path)).status);
    }
    for (const path of ['/authtoken/admin/api-keys', '/authtoken/sameperson/x']) {
      expect((await supertest(direct.url).get(path)).status).toBe(401);
    }
    for (const path of ['/authtoken/preview', '/authtoken/preflight', '/authtoken/resume/x']) {
      expect((await supertest(direct.url).post(path)).status).toBe(401);
    }
  });
});

describe('an address that is spoofed', () => {
  it.each([
    ['in front of the real one', from('10.20.1.1', '192.0.2.1')],
    [
      'in a header of its own',
      { ...from('192.0.2.1'), 'x-real-ip': '10.20.1.1', forwarded: 'for=10.20.1.1' },
    ],
    ['behind nonsense', from('10.20.1.1', 'unknown')],
    ['as a name', from('localhost')],
    ['as one of our proxies', from('127.0.0.1')],
    ['with a zone', from('10.20.1.1%eth0')],
  ])('is not believed: %s', async (_title, headers) => {
    expect((await handIn(behindProxy, headers)).status).toBe(401);
  });

  it('is not believed where no proxy was named', async () => {
    const untold = await GatewayFixture.start({
      env: { MTS_CALLERS: 'trusted-network', MTS_TRUSTED_NETWORKS: NETWORKS },
    });
    expect((await handIn(untold, from('10.20.1.1'))).status).toBe(401);
    await untold.stop();
  });
});

describe('the address of a proxy', () => {
  it('is nobody, when the proxy does not say for whom it calls', async () => {
    expect((await handIn(behindProxy, {})).status).toBe(401);
  });

  it.each([from('192.0.2.1'), { forwarded: 'for=192.0.2.1' }, { via: '1.1 ingress' }])(
    'is nobody, when it lies in a trusted network and nobody has said that it is a proxy: %j',
    async (headers) => {
      expect((await handIn(direct, headers)).status).toBe(401);
    },
  );
});

it('does not take a browser for a system of its network', async () => {
  for (const headers of [{ origin: 'https://evil.example.org' }, { 'sec-fetch-site': 'cross-site' }]) {
    expect((await handIn(direct, headers)).status).toBe(401);
  }
});

it('does not let a wrong key in because of the network that it comes from', async () => {
  expect((await handIn(direct, { 'x-api-key': 'wrong' })).status).toBe(401);
  const key = await direct.apiKey('registry', 'submit', 'read');
  const id = await requestOf(direct, { 'x-api-key': key });
  expect((await direct.requests.find(id))?.owner).toBe('api-key:registry');
  expect((await supertest(direct.url).get(`/authtoken/status/${id}`)).status).toBe(404);
});

it('is told loudly in health and log, without networks and names where strangers read', async () => {
  const { body } = await supertest(direct.url).get('/health');
  expect(body).toMatchObject({
    response: {
      callers: {
        modes: ['trusted-network', 'api-key'],
        warning: expect.stringContaining('without any proof'),
      },
    },
  });
  expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.0|local-client/);
  const warning = direct.logLines.find((line) => line.includes('without any proof'));
  expect(warning).toContain('"level":"warn"');
  expect(warning).toContain('127.0.0.0/8=local-client');
});
