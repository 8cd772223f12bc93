import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
let adminKey: string;
beforeAll(async () => {
  gateway = await GatewayFixture.start({ env: { MTS_CALLERS: 'api-key' } });
  adminKey = await gateway.apiKey('operator', 'admin');
});
afterAll(async () => gateway.stop());

interface ApiKey {
  readonly id: string;
  readonly key: string;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

const KEYS = '/authtoken/admin/api-keys';
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

async function make(wish: object): Promise<supertest.Response> {
  return supertest(gateway.url).post(KEYS).set(bearer(adminKey)).send(wish);
}

async function made(name: string, ...roles: string[]): Promise<ApiKey> {
  const { body } = await make({ name, roles });
  return (body as { response: ApiKey }).response;
}

async function listed(id: string): Promise<ApiKey | undefined> {
  const { body } = await supertest(gateway.url).get(KEYS).set(bearer(adminKey));
  return (body as { response: { apiKeys: ApiKey[] } }).response.apiKeys.find((one) => one.id === id);
}

async function handIn(key: string): Promise<string> {
  const { body } = await supertest(gateway.url)
    .post('/authtoken/json')
    .set(bearer(key))
    .send(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
  return (body as { response: { request_identifier: string } }).response.request_identifier;
}

async function statusOf(id: string, key: string): Promise<number> {
  return (await supertest(gateway.url).get(`/authtoken/status/${id}`).set(bearer(key))).status;
}

describe('an API key', () => {
  it('is shown once, works at once, and is stored as a hash alone', async () => {
    const { id, key } = await made('registry', 'submit', 'read');
    expect(await statusOf(await handIn(key), key)).toBe(200);
    expect(JSON.stringify(await listed(id))).not.toContain(key.slice(37));
    const rows = await gateway.database.query<object>('SELECT * FROM api_key');
    expect(JSON.stringify(rows)).not.toContain(key.slice(37));
    expect(gateway.logLines.join('')).not.toContain(key.slice(37));
  });

  it('may also be sent as X-API-Key', async () => {
    const { key } = await made('other-header', 'read');
    const { status } = await supertest(gateway.url).get('/authtoken/authfields').set('x-api-key', key);
    expect(status).toBe(200);
  });

  it('is refused from the moment it is revoked, and stays revoked since then', async () => {
    const { id, key } = await made('leaver', 'read');
    expect(await statusOf('x', key)).toBe(404);
    const first = await supertest(gateway.url).delete(`${KEYS}/${id}`).set(bearer(adminKey));
    expect(first.body).toMatchObject({ response: { id, revokedAt: expect.stringMatching(/Z$/) } });
    expect(await statusOf('x', key)).toBe(401);
    const again = await supertest(gateway.url).delete(`${KEYS}/${id}`).set(bearer(adminKey));
    expect((again.body as { response: unknown }).response).toEqual(
      (first.body as { response: unknown }).response,
    );
  });

  it('is rotated without its caller losing its requests, and only when that is said', async () => {
    const old = await made('rotating', 'submit', 'read');
    const request = await handIn(old.key);
    const refused = await make({ name: 'rotating', roles: ['read'] });
    expect([refused.status, refused.body]).toMatchObject([409, { errors: [{ errorCode: 'MTS-AUTH-005' }] }]);
    const { body } = await make({ name: 'rotating', roles: ['read'], rotate: true });
    const { key } = (body as { response: ApiKey }).response;
    await supertest(gateway.url).delete(`${KEYS}/${old.id}`).set(bearer(adminKey));
    expect(await statusOf(request, key)).toBe(200);
    // The name of a revoked key still stands for what was handed in with it.
    expect((await make({ name: 'rotating', roles: ['read'] })).status).toBe(409);
    expect((await make({ name: 'never-seen', roles: ['read'], rotate: true })).status).toBe(404);
  });

  it('of two callers that are made at the same moment under one name is made once', async () => {
    const wish = { name: 'twin', roles: ['read'] };
    const answers = await Promise.all([make(wish), make(wish), make(wish)]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409', '409']);
  });

  it('tells when it was last used', async () => {
    const { id, key } = await made('used', 'read');
    expect((await listed(id))?.lastUsedAt).toBeNull();
    await statusOf('x', key);
    const first = (await listed(id))?.lastUsedAt;
    expect(first).toMatch(/Z$/);
    await statusOf('x', key);
    expect((await listed(id))?.lastUsedAt).toBe(first);
  });
});

describe('what is no valid key', () => {
  it.each([
    ['nothing', {}, /send an API key/],
    ['another scheme', { authorization: 'Basic eDp5' }, /Bearer/],
    ['no key', { authorization: 'Bearer' }, /Bearer/],
    ['a made-up key', bearer(`mts_${'0'.repeat(32)}_${'0'.repeat(72)}`), /API key is not valid/],
    ['a token, where none are taken', bearer('a.b.c'), /access token is not valid/],
    ['an odd header', { 'x-api-key': '\u00ff' }, /API key is not valid/],
    ['two at once', { ...bearer('a.b.c'), 'x-api-key': 'x' }, /not both/],
  ])('is refused and told how to call: %s', async (_title, headers, message) => {
    const { status, body, headers: answered } = await supertest(gateway.url).get(KEYS).set(headers);
    expect([status, body]).toMatchObject([401, { errors: [{ errorCode: 'MTS-AUTH-001' }], response: null }]);
    expect((body as { errors: [{ errorMessage: string }] }).errors[0].errorMessage).toMatch(message);
    expect(answered['www-authenticate']).toBe(
      `Bearer realm="mosip-token-seeder"${Object.keys(headers).length > 0 ? ', error="invalid_token"' : ''}`,
    );
  });

  it('has the right checksum, the id of a real key and another secret', async () => {
    const [one, other] = [await made('one', 'read'), await made('other', 'read')];
    const { makeApiKey } = await import('@mts/crypto');
    const stranger = makeApiKey();
    await gateway.database.query('UPDATE api_key SET id = $1 WHERE id = $2', [stranger.id, one.id]);
    expect(await statusOf('x', stranger.text)).toBe(401);
    expect(await statusOf('x', other.key)).toBe(404);
  });

  it('is not taken from the address', async () => {
    const { status } = await supertest(gateway.url).get(
      `/authtoken/authfields?access_token=${adminKey}&api_key=${adminKey}`,
    );
    expect(status).toBe(401);
  });
});

describe('a wish for a key', () => {
  it.each([
    [[], 'object'],
    [{ roles: ['read'] }, 'name'],
    [{ name: 'Ada Lovelace', roles: ['read'] }, 'name'],
    [{ name: 'a', roles: [] }, 'roles'],
    [{ name: 'a', roles: ['root'] }, 'roles'],
    [{ name: 'a', roles: 'read' }, 'roles'],
    [{ name: 'a', roles: ['read'], role: 'admin' }, 'only name'],
    [{ name: 'a', roles: ['read'], rotate: 'yes' }, 'rotate'],
  ])('is refused with what is wrong: %j', async (wish, named) => {
    const { status, body } = await make(wish);
    expect([status, body]).toMatchObject([400, { errors: [{ errorCode: 'ATS-REQ-102' }] }]);
    expect((body as { errors: [{ errorMessage: string }] }).errors[0].errorMessage).toContain(named);
  });

  it('of a key that there is not is 404', async () => {
    for (const id of ['x', '0c1ed88a-7ff4-49db-a546-862cc8ebe111']) {
      expect((await supertest(gateway.url).delete(`${KEYS}/${id}`).set(bearer(adminKey))).status).toBe(404);
    }
  });
});
