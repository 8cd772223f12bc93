import { randomBytes } from 'node:crypto';

import { type Handler, type HttpReply, jsonReply, type ReceivedCall } from './receiving-server.js';

export interface TokenServerOptions {
  readonly client: { readonly id: string; readonly secret: string };
  readonly user?: { readonly name: string; readonly password: string };
  /** `opaque`: nothing can be read from it. Default `jwt`, whose payload has any length. */
  readonly tokens?: 'jwt' | 'opaque';
  /** Left out of the answer when not given. */
  readonly expiresInSeconds?: number;
}

/** The token endpoint of an OAuth server (RFC 6749): client credentials, and the password grant. */
export class TokenServer {
  /** Tokens that are good now; the others were revoked, or never given. */
  private readonly good = new Set<string>();
  private given = 0;

  constructor(private readonly options: TokenServerOptions) {}

  get tokensGiven(): number {
    return this.given;
  }

  revokeAll(): void {
    this.good.clear();
  }

  readonly handle: Handler = ({ method, headers, body }) => {
    if (method !== 'POST') return { status: 405 };
    if (!String(headers['content-type']).startsWith('application/x-www-form-urlencoded')) {
      return jsonReply(400, { error: 'invalid_request' });
    }
    return this.grant(new URLSearchParams(body.toString()));
  };

  /** Whether a call bears a token that is good. */
  isAuthorized({ headers }: ReceivedCall): boolean {
    return this.good.has(/^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
  }

  private grant(form: URLSearchParams): HttpReply {
    const { client, user } = this.options;
    if (form.get('client_id') !== client.id || form.get('client_secret') !== client.secret) {
      return jsonReply(401, { error: 'invalid_client' });
    }
    const kind = form.get('grant_type');
    if (kind === 'client_credentials') return this.give();
    if (kind !== 'password') return jsonReply(400, { error: 'unsupported_grant_type' });
    const isKnown = user?.name === form.get('username') && user?.password === form.get('password');
    return isKnown ? this.give() : jsonReply(400, { error: 'invalid_grant' });
  }

  private give(): HttpReply {
    this.given += 1;
    const token = this.options.tokens === 'opaque' ? randomBytes(20).toString('hex') : this.jwt();
    this.good.add(token);
    const { expiresInSeconds } = this.options;
    return jsonReply(200, {
      access_token: token,
      token_type: 'Bearer',
      ...(expiresInSeconds === undefined ? {} : { expires_in: expiresInSeconds }),
    });
  }

  /** Not signed: nobody who only passes it on has a reason to look into it. The padding goes through all lengths. */
  private jwt(): string {
    return `${part({ alg: 'none' })}.${part({ n: this.given, pad: 'x'.repeat(this.given % 4) })}.sig`;
  }
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
