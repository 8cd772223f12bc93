import { tamperProofUrl } from '@mts/platform';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

import { Budgets } from '../budgets.js';

/** The provider cannot be asked, so that a token can be neither accepted nor refused. */
export class ProviderSilentError extends Error {
  override readonly name = 'ProviderSilentError';
}

/** A key that the provider has withdrawn is used no longer than this. */
const FRESH_MS = 10 * 60_000;
/** When the provider is silent its last keys go on working for so long. */
const KEPT_MS = 24 * 3_600_000;
/** Tokens with made-up key ids must not have us ask the provider each time; a change of keys must be seen at once. */
const QUESTIONS_PER_MINUTE_MAX = 6;
const ANSWER_LIMIT_MS = 5_000;
const ANSWER_SIZE_BYTES_MAX = 1_000_000;

export interface ProviderKeysOptions {
  readonly issuer: string;
  readonly onFault: (error: Error) => void;
  readonly nowMs?: () => number;
}

interface KnownKeys {
  readonly find: JWTVerifyGetKey;
  readonly atMs: number;
}

/**
 * The keys that a provider signs with, found by OpenID Connect Discovery 1.0 section 4 and kept for ten minutes.
 *
 * A key that is not among them has the provider asked again at once, if that has not been done too often lately. While it
 * does not answer, the keys that are known go on working for a day.
 */
export class ProviderKeys {
  private known: KnownKeys | undefined;
  private asking: Promise<void> | undefined;
  private readonly questions: Budgets;
  private fault: Error | undefined;
  private readonly nowMs: () => number;

  constructor(private readonly options: ProviderKeysOptions) {
    this.nowMs = options.nowMs ?? (() => performance.now());
    this.questions = new Budgets(QUESTIONS_PER_MINUTE_MAX, this.nowMs);
  }

  /**
   * The key that a token says it is signed with.
   *
   * @throws ProviderSilentError when the provider would have to be asked and does not answer
   * @throws errors.JOSEError when the provider has no such key
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const isStale = this.ageMs() > FRESH_MS;
    if (isStale) await this.ask();
    try {
      return await this.usable().find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (!isStale) await this.ask();
      if (this.fault !== undefined) throw this.silent();
      return this.usable().find(header, token);
    }
  };

  /** Asks the provider, unless it was asked too often lately; all who wait for it wait for the same answer. Never fails. */
  async ask(): Promise<void> {
    if (this.asking === undefined && this.questions.take(this.options.issuer) > 0) return;
    this.asking ??= this.askProvider().finally(() => (this.asking = undefined));
    await this.asking;
  }

  private async askProvider(): Promise<void> {
    try {
      const keys = await fetchKeys(this.options.issuer);
      this.known = { find: createLocalJWKSet(keys), atMs: this.nowMs() };
      this.fault = undefined;
    } catch (error) {
      this.fault = error instanceof Error ? error : new Error('the provider cannot be asked');
      this.options.onFault(this.fault);
    }
  }

  private usable(): KnownKeys {
    if (this.known === undefined || this.ageMs() > KEPT_MS) throw this.silent();
    return this.known;
  }

  private ageMs(): number {
    return this.known === undefined ? Number.POSITIVE_INFINITY : this.nowMs() - this.known.atMs;
  }

  private silent(): ProviderSilentError {
    return new ProviderSilentError('the keys of the OpenID provider are not known', { cause: this.fault });
  }
}

async function fetchKeys(issuer: string): Promise<JSONWebKeySet> {
  const metadata = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (metadata['issuer'] !== issuer) {
    throw new Error(
      'the OpenID provider calls itself otherwise than MTS_OIDC_ISSUER: they must be the same to the letter',
    );
  }
  const jwksUri = metadata['jwks_uri'];
  if (typeof jwksUri !== 'string' || tamperProofUrl.read(jwksUri) === undefined) {
    throw new Error('the OpenID provider has no jwks_uri that starts with https://');
  }
  // createLocalJWKSet checks what it is given.
  return (await fetchJson(jwksUri)) as unknown as JSONWebKeySet;
}

/** @throws whatever keeps it from being a JSON object that was answered in time */
async function fetchJson(url: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    // A redirect could lead to http.
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the OpenID provider answered with HTTP ${String(response.status)} at ${url}`);
  }
  const value: unknown = JSON.parse(await readText(response));
  if (typeof value !== 'object' || value === null) throw new Error(`no JSON object is at ${url}`);
  return value as Readonly<Record<string, unknown>>;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > ANSWER_SIZE_BYTES_MAX) throw new Error(`the answer at ${response.url} is too large`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
