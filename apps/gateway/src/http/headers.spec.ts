import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

const PAGE = 'https://registry.example.org';

let open: GatewayFixture;
let closed: GatewayFixture;
beforeAll(async () => {
  [open, closed] = await Promise.all([
    GatewayFixture.start({ env: { MTS_CORS_ORIGINS: PAGE } }),
    GatewayFixture.start(),
  ]);
});
afterAll(async () => Promise.all([open.stop(), closed.stop()]));

const PATHS = [
  '/ping',
  '/health',
  '/authtoken/authfields',
  '/authtoken/status/x',
  '/nothing',
  '/%zz',
  '/openapi.json',
];

it.each(PATHS)('forbids keeping, framing and guessing at what %s answers', async (path) => {
  const { headers } = await supertest(closed.url).get(path);
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  });
  expect(headers['x-powered-by']).toBeUndefined();
});

it('lets the page of the description load what it needs from here alone', async () => {
  const { headers } = await supertest(closed.url).get('/docs');
  expect(headers['content-security-policy']).toContain("script-src 'self';");
  expect(headers['content-security-policy']).not.toContain('http');
});

async function preflight(gateway: GatewayFixture, origin: string): Promise<supertest.Response> {
  return supertest(gateway.url).options('/authtoken/json').set({
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  });
}

describe('a web page of another origin', () => {
  it('may not call unless its origin is configured', async () => {
    for (const gateway of [open, closed]) {
      const { headers } = await preflight(gateway, 'https://evil.example.org');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await preflight(closed, PAGE)).status).toBe(405);
  });

  it('may call when its origin is configured, without cookies', async () => {
    const { status, headers } = await preflight(open, PAGE);
    expect([status, headers['access-control-allow-origin']]).toEqual([204, PAGE]);
    expect(headers['access-control-allow-headers']).toContain('authorization');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    const answer = await supertest(open.url).get('/ping').set({ origin: PAGE });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, PAGE]);
    expect(answer.headers['vary']).toContain('Origin');
  });

  it('may read what an answer says beside its body, and say which result it holds', async () => {
    const { headers } = await supertest(open.url).get('/ping').set({ origin: PAGE });
    for (const name of ['correlation-id', 'request-identifier', 'etag', 'retry-after', 'content-disposition'])
      expect(headers['access-control-expose-headers']).toContain(name);
    expect((await preflight(open, PAGE)).headers['access-control-allow-headers']).toContain('if-none-match');
  });

  it('gets a result that no cache takes for that of another origin', async () => {
    const taken = await supertest(open.url)
      .post('/authtoken/json')
      .set({ origin: PAGE })
      .send(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
    const id = (taken.body as { response: { request_identifier: string } }).response.request_identifier;
    await open.process(id, () => ({ token: '1' }));
    const { status, headers } = await supertest(open.url).get(`/authtoken/file/${id}`).set({ origin: PAGE });
    expect([status, headers['vary']]).toEqual([200, 'Origin, accept-encoding']);
  });

  it('may not even hand a list in blindly where everybody on this machine is let in', async () => {
    const form = { 'content-type': 'multipart/form-data; boundary=x', origin: 'https://evil.example.org' };
    const { status, body } = await supertest(closed.url).post('/authtoken/csv').set(form).send('--x--\r\n');
    expect([status, body]).toMatchObject([401, { errors: [{ errorCode: 'MTS-AUTH-001' }] }]);
    const rebound = await supertest(closed.url)
      .get('/authtoken/authfields')
      .set({ host: 'evil.example.org' });
    expect(rebound.status).toBe(401);
  });

  it('is not taken for a configured one that is only alike', async () => {
    for (const origin of [
      `${PAGE}.evil.org`,
      `${PAGE}:8443`,
      'http://registry.example.org',
      'null',
      `x${PAGE}`,
    ]) {
      expect((await preflight(open, origin)).headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});
