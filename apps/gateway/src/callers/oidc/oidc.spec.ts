import { type CryptoKey as SigningKey, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../../spec-support/gateway-fixture.js';
import { AUDIENCE, type Client, OpenIdProvider } from '../../spec-support/openid-provider.js';

let provider: OpenIdProvider;
let gateway: GatewayFixture;
beforeAll(async () => {
  provider = await OpenIdProvider.start();
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.stop();
  await provider.goDown();
});

async function startGateway(env: Record<string, string> = {}): Promise<GatewayFixture> {
  return GatewayFixture.start({
    env: { MTS_CALLERS: 'oidc', MTS_OIDC_ISSUER: provider.issuer, MTS_OIDC_AUDIENCE: AUDIENCE, ...env },
  });
}

async function call(token: string, on: GatewayFixture = gateway): Promise<supertest.Response> {
  return supertest(on.url).get('/authtoken/status/x').set('authorization', `Bearer ${token}`);
}

/** The request is looked for, so the caller was let in. */
const LET_IN = 404;

async function handIn(client: Client): Promise<supertest.Response> {
  return supertest(gateway.url)
    .post('/authtoken/json')
    .set('authorization', `Bearer ${await provider.token(client)}`)
    .send(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
}

describe('an access token', () => {
  it('of the provider is taken, and stands for its subject without telling it', async () => {
    const { status, body } = await handIn('registry');
    expect(status).toBe(200);
    const id = (body as { response: { request_identifier: string } }).response.request_identifier;
    const owner = (await gateway.requests.find(id))?.owner ?? '';
    expect(owner).toMatch(/^oidc:[\w-]{43}$/);
    expect(owner).not.toContain('registry');
    const ask = async (client: Client): Promise<number> => {
      const token = await provider.token(client);
      const path = `/authtoken/status/${id}`;
      return (await supertest(gateway.url).get(path).set('authorization', `Bearer ${token}`)).status;
    };
    expect([await ask('registry'), await ask('console')]).toEqual([200, 404]);
  });

  it('gives the roles that stand in it, and none for the roles of others', async () => {
    expect((await handIn('console')).status).toBe(403);
    const { status, body, headers } = await call(await provider.token('stranger'));
    expect([status, body]).toMatchObject([403, { errors: [{ errorCode: 'MTS-AUTH-002' }], response: null }]);
    expect(headers['www-authenticate']).toContain('error="insufficient_scope"');
    expect((await call(await provider.sign({ realm_access: undefined }))).status).toBe(403);
    expect((await call(await provider.sign({ realm_access: 'mts-read' }))).status).toBe(403);
    expect((await call(await provider.sign({ realm_access: { roles: 'mts-read other' } }))).status).toBe(
      LET_IN,
    );
  });

  it('may have several audiences, and be a little late', async () => {
    expect((await call(await provider.sign({ aud: ['other', AUDIENCE] }))).status).toBe(LET_IN);
    const nowSeconds = Math.floor(Date.now() / 1000);
    expect((await call(await provider.sign({ exp: nowSeconds - 10 }))).status).toBe(LET_IN);
    expect((await call(await provider.sign({}, { typ: 'JWT' }))).status).toBe(LET_IN);
  });
});

const soon = (): number => Math.floor(Date.now() / 1000) + 600;

/** A token of somebody else's key that says all that a good one says. */
async function forged(
  header: Readonly<Record<string, string>>,
  key: SigningKey | Uint8Array,
): Promise<string> {
  const claims = {
    iss: provider.issuer,
    aud: AUDIENCE,
    sub: 'registry',
    realm_access: { roles: ['mts-read'] },
  };
  return new SignJWT(claims)
    .setExpirationTime(soon())
    .setProtectedHeader({ alg: 'RS256', ...header })
    .sign(key);
}

const BAD_TOKENS: readonly [title: string, token: () => Promise<string>, says?: RegExp][] = [
  ['expired', async () => provider.sign({ exp: soon() - 700 }), /has expired/],
  ['without an end', async () => provider.sign({ exp: undefined })],
  ['not valid yet', async () => provider.sign({ nbf: soon() }), /not for this service \(nbf\)/],
  ['for somebody else', async () => provider.sign({ aud: 'other' }), /not for this service \(aud\)/],
  ['for nobody', async () => provider.sign({ aud: undefined })],
  ['of another issuer', async () => provider.sign({ iss: 'https://evil.example.org' }), /\(iss\)/],
  ['of an issuer that is alike', async () => provider.sign({ iss: `${provider.issuer}/` }), /\(iss\)/],
  ['without a subject', async () => provider.sign({ sub: undefined })],
  ['whose subject is a number', async () => provider.sign({ sub: 5 })],
  ['whose subject is an object', async () => provider.sign({ sub: { a: 1 } })],
  ['whose type is no text', async () => provider.sign({}, { typ: 5 })],
  ['with an empty subject', async () => provider.sign({ sub: '' })],
  ['bound to a key of its holder', async () => provider.sign({ cnf: { jkt: 'x' } })],
  ['made for log-out', async () => provider.sign({}, { typ: 'logout+jwt' })],
  [
    'signed with nothing',
    async () =>
      Promise.resolve(
        new UnsecuredJWT({ sub: 'registry', realm_access: { roles: ['mts-read'] } })
          .setIssuer(provider.issuer)
          .setAudience(AUDIENCE)
          .setExpirationTime(soon())
          .encode(),
      ),
  ],
  [
    'signed with the public key as if it were a secret',
    async () => forged({ alg: 'HS256', kid: 'first' }, new TextEncoder().encode(provider.publicPem)),
  ],
  ['signed with another key under a known id', async () => forged({ kid: 'first' }, await strangersKey())],
  ['signed with a key that is not known', async () => forged({ kid: 'unknown' }, await strangersKey())],
  [
    'whose header says where its key is',
    async () => forged({ kid: 'first', jku: 'http://127.0.0.1:1/keys' }, await strangersKey()),
  ],
  ['cut off', async () => (await provider.sign({})).slice(0, -10)],
  ['too large', async () => provider.sign({ padding: 'x'.repeat(9000) })],
  ['opaque', async () => Promise.resolve('2YotnFZFEjr1zCsicMWpAA'), /no signed JWT; opaque/],
  ['no token at all', async () => Promise.resolve('a.b.c')],
];

async function strangersKey(): Promise<SigningKey> {
  return (await generateKeyPair('RS256')).privateKey;
}

describe('a token that is refused', () => {
  it.each(BAD_TOKENS)('is one %s', async (_title, token, says = /not valid here|not for this service/) => {
    const text = await token();
    const { status, body, headers } = await call(text);
    expect([status, body]).toMatchObject([401, { errors: [{ errorCode: 'MTS-AUTH-001' }], response: null }]);
    expect((body as { errors: [{ errorMessage: string }] }).errors[0].errorMessage).toMatch(says);
    expect(headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('and is larger than all headers may be never reaches us, and is answered with the envelope', async () => {
    const { status, body } = await call(await provider.sign({ padding: 'x'.repeat(20_000) }));
    expect([status, body]).toMatchObject([431, { errors: [{ errorCode: 'ATS-REQ-102' }] }]);
  });

  it('is not told to the log', () => {
    expect(gateway.logLines.join('')).not.toMatch(/eyJ/);
  });
});

describe('the keys of the provider', () => {
  it('are asked for once, and not for each token', async () => {
    provider.asked.length = 0;
    const on = await startGateway();
    await Promise.all([1, 2, 3].map(async () => call(await provider.sign({}), on)));
    expect(provider.asked.filter((path) => path.includes('jwks'))).toHaveLength(1);
    await on.stop();
  });

  it('may change: tokens of the new key are taken at once, and those of the old one no longer', async () => {
    const on = await startGateway();
    const old = await provider.token('registry');
    expect((await call(old, on)).status).toBe(LET_IN);
    await provider.rotate('second');
    expect((await call(await provider.token('registry'), on)).status).toBe(LET_IN);
    expect((await call(old, on)).status).toBe(401);
    await on.stop();
  });
});

describe('a provider that is down', () => {
  it('at the start lets the gateway start, and nobody in, who is told to try again', async () => {
    const token = await provider.sign({});
    await provider.goDown();
    const on = await startGateway();
    const { status, body, headers } = await call(token, on);
    expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-AUTH-003' }], response: null }]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await supertest(on.url).get('/health/ready')).status).toBe(200);
    expect(on.logLines.join('')).toContain('the OpenID provider cannot be asked for its keys');
    await on.stop();
    await provider.goUp();
  });

  it('later stops nobody whose key is known, and lets no other in', async () => {
    const on = await startGateway();
    const token = await provider.sign({});
    expect((await call(token, on)).status).toBe(LET_IN);
    await provider.goDown();
    expect((await call(token, on)).status).toBe(LET_IN);
    expect((await call(await provider.sign({ exp: soon() - 700 }), on)).status).toBe(401);
    await on.stop();
    await provider.goUp();
  });
});
