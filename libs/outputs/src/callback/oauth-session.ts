import type { OutboundClient } from '@mts/platform';
import {
  allowInsecureRequests,
  clientCredentialsGrant,
  ClientError,
  Configuration,
  customFetch,
  type CustomFetchOptions,
  genericGrantRequest,
  ResponseBodyError,
  type TokenEndpointResponse,
  WWWAuthenticateChallengeError,
} from 'openid-client';

import { isObject, parsed } from './answer.js';
import { CallbackFault } from './fault.js';
import { knownOAuthError } from './known-words.js';
import { retryAfterMs } from './retry-after.js';
import type { Session } from './session.js';
import type { Headers, OAuthLogin } from './target.js';
import { type Answer, faultOf } from './wire.js';

/** A token that is over in less than this is not used any more. */
const SPARE_MS = 5_000;

/** A bearer token of an OAuth server; whatever it holds, it is only passed on, and asked for anew when it is refused. */
export class OAuthSession implements Session {
  private readonly server: Configuration;
  private token: { readonly value: string; readonly usableUntilMs: number } | undefined;

  constructor(
    private readonly login: OAuthLogin,
    private readonly fetch: OutboundClient['fetch'],
    timeoutSeconds: number,
    private readonly clock: () => Date,
  ) {
    this.server = serverOf(login);
    this.server.timeout = timeoutSeconds;
    // Whether http is allowed is the guard's to say, see MTS_OUTBOUND_ALLOWED.
    if (login.authUrl.startsWith('http:')) allowInsecureRequests(this.server);
  }

  async headers(signal: AbortSignal): Promise<Headers> {
    if (this.token === undefined || this.token.usableUntilMs <= this.clock().getTime()) {
      this.token = await this.askForToken(signal);
    }
    return { authorization: `Bearer ${this.token.value}` };
  }

  note(): void {
    // An answer to a callback says nothing about its token but that it is refused.
  }

  isOver(answer: Answer): boolean {
    if (answer.status !== 401) return false;
    this.token = undefined;
    return true;
  }

  /** The token just expires: few servers let it be revoked (RFC 7009). */
  async end(): Promise<void> {
    this.token = undefined;
    return Promise.resolve();
  }

  private async askForToken(signal: AbortSignal): Promise<NonNullable<OAuthSession['token']>> {
    const refusal: { answer?: Response } = {};
    this.server[customFetch] = async (url, options) => {
      const answer = await this.request(url, options, signal);
      // Only a whole answer is one: one that breaks off, or is not over in time, refuses nothing.
      const text = await answer.text();
      refusal.answer = answer;
      return answer.ok ? conforming(text, answer.status) : new Response(text === '' ? null : text, answer);
    };
    try {
      const { access_token: value, expires_in: lifeSeconds } = await this.grant();
      const lifeMs = lifeSeconds === undefined ? Infinity : Math.max(lifeSeconds * 1000 - SPARE_MS, 0);
      return { value, usableUntilMs: this.clock().getTime() + lifeMs };
    } catch (error) {
      signal.throwIfAborted();
      throw this.faultAt(error, refusal.answer);
    }
  }

  private async grant(): Promise<TokenEndpointResponse> {
    const { username, password } = this.login;
    if (username === undefined) return clientCredentialsGrant(this.server);
    return genericGrantRequest(this.server, 'password', { username, ...(password && { password }) });
  }

  private async request(url: string, options: CustomFetchOptions, signal: AbortSignal): Promise<Response> {
    const headers = { ...options.headers, 'content-type': FORM, ...this.login.extraHeaders };
    const signals = [signal, options.signal].filter((one) => one !== undefined);
    const body = asTheOriginal(new URLSearchParams(options.body as URLSearchParams));
    return this.fetch(url, { method: options.method, headers, body, signal: AbortSignal.any(signals) });
  }

  private faultAt(error: unknown, answer: Response | undefined): Error {
    if (answer === undefined) return faultOf(error);
    const { status } = answer;
    if (status === 429 || status >= 500) {
      const waitMs = retryAfterMs(answer.headers.get('retry-after') ?? undefined, this.clock());
      return new CallbackFault(
        'busy',
        'MTS-DLV-104',
        { problem: `HTTP ${String(status)} at the log-in` },
        waitMs,
      );
    }
    return new CallbackFault('final', 'MTS-DLV-101', { problem: refusalIn(error, status) });
  }
}

/** Its metadata as far as this goes: a token endpoint needs no issuer, and that of the answer is not looked at. */
function serverOf({ authUrl, clientId, clientSecret }: OAuthLogin): Configuration {
  const metadata = { issuer: authUrl, token_endpoint: authUrl };
  // RFC 6749, 2.3.1: in the body, as the original sends them; a user's password alone needs no client.
  return new Configuration(metadata, clientId ?? NO_CLIENT, undefined, (_server, _client, body) => {
    if (clientId !== undefined) body.set('client_id', clientId);
    if (clientSecret !== undefined) body.set('client_secret', clientSecret);
  });
}

const FORM = 'application/x-www-form-urlencoded';

/** The original's order of the fields, as its receivers have seen it, by what comes first. */
const FIELDS = {
  username: ['username', 'grant_type', 'password', 'client_id', 'client_secret'],
  client_id: ['client_id', 'grant_type', 'client_secret'],
} as const;

function asTheOriginal(form: URLSearchParams): string {
  const fields = FIELDS[form.has('username') ? 'username' : 'client_id'];
  const given = fields.map((name) => [name, form.get(name)] as const);
  return new URLSearchParams(
    given.filter((one): one is [(typeof one)[0], string] => one[1] !== null),
  ).toString();
}

/** openid-client wants one; it is not sent. */
const NO_CLIENT = 'none';

/**
 * The answer as RFC 6749, 5.1, has it: of what else is in it an id_token would be looked at, for nothing; and some servers
 * leave out the token_type, which is always Bearer here.
 */
function conforming(text: string, status: number): Response {
  const json = parsed(text);
  if (!isObject(json)) return Response.json(null, { status });
  const { access_token, expires_in, token_type = 'Bearer' } = json;
  return Response.json({ access_token, expires_in, token_type }, { status });
}

/** RFC 6749, 5.2: the code alone, and a known one. Anything else may say anything. */
function refusalIn(error: unknown, status: number): string {
  if (error instanceof ResponseBodyError) return knownOAuthError(error.error) ?? `HTTP ${String(status)}`;
  if (error instanceof WWWAuthenticateChallengeError || !(error instanceof ClientError))
    return `HTTP ${String(status)}`;
  return status === 200 ? 'its answer holds no access token' : `HTTP ${String(status)}`;
}
