import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { type Adapter, Provider } from 'oidc-provider';

export const AUDIENCE = 'urn:mts';

/** Clients of the provider, and the roles that it gives each. */
export const CLIENTS = {
  registry: ['mts-submit', 'mts-read', 'offline_access'],
  console: ['mts-read'],
  stranger: ['admin', 'submit', 'MTS-ADMIN'],
} as const;
export type Client = keyof typeof CLIENTS;

/** Undefined leaves a claim out. */
/** Also such as no provider should give. */
type Claims = { readonly [name in keyof JWTPayload]: unknown };

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicPem: string;
  readonly jwk: JWK;
}

/** A real OpenID provider on loopback: it can be stopped, started again and given a new key. */
export class OpenIdProvider {
  /** Where its keys were asked for. */
  readonly asked: string[] = [];
  private server: Server | undefined;

  private constructor(
    readonly issuer: string,
    private readonly port: number,
    private key: SigningKey,
  ) {}

  static async start(): Promise<OpenIdProvider> {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    const provider = new OpenIdProvider(`http://127.0.0.1:${String(port)}`, port, await signingKey('first'));
    await provider.goUp();
    return provider;
  }

  get publicPem(): string {
    return this.key.publicPem;
  }

  async goUp(): Promise<void> {
    const handle = providerOf(this.issuer, this.key).callback();
    this.server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      void handle(request, response);
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async goDown(): Promise<void> {
    this.server?.close();
    this.server?.closeAllConnections();
    if (this.server !== undefined) await once(this.server, 'close');
    this.server = undefined;
  }

  /** From now on tokens are signed with another key, and the former one is gone. */
  async rotate(kid: string): Promise<void> {
    await this.goDown();
    this.key = await signingKey(kid);
    await this.goUp();
  }

  /** An access token as the provider gives it to a client. */
  async token(client: Client): Promise<string> {
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client}:secret-of-${client}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: AUDIENCE }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    return token;
  }

  /** A token of the provider's key that says what the test wants. */
  async sign(claims: Claims, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const nowSeconds = Math.floor(Date.now() / 1000);
    // JSON leaves out what is undefined.
    const payload = JSON.stringify({
      iss: this.issuer,
      aud: AUDIENCE,
      sub: 'registry',
      iat: nowSeconds,
      exp: nowSeconds + 600,
      realm_access: { roles: CLIENTS.registry },
      ...claims,
    });
    return new SignJWT(JSON.parse(payload) as JWTPayload)
      .setProtectedHeader({ alg: 'RS256', kid: this.key.kid, typ: 'at+jwt', ...header })
      .sign(this.key.privateKey);
  }
}

async function signingKey(kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateKey, publicPem: await exportSPKI(publicKey), jwk };
}

/** Tokens that are JWTs are not stored, and nothing else is asked for. */
const NOTHING_STORED: Adapter = {
  upsert: async () => undefined,
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
};

function providerOf(issuer: string, { jwk }: SigningKey): Provider {
  return new Provider(issuer, {
    adapter: () => NOTHING_STORED,
    ttl: { ClientCredentials: 600 },
    jwks: { keys: [jwk] },
    cookies: { keys: ['for tests alone'] },
    clients: Object.keys(CLIENTS).map((id) => ({
      client_id: id,
      client_secret: `secret-of-${id}`,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: '',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_context, token) => ({
      realm_access: { roles: CLIENTS[token.clientId as Client] },
    }),
  });
}
