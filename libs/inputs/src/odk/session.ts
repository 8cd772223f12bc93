import { isObject } from '@mts/domain';
import { setTimeout as wait } from 'node:timers/promises';

import { loginRefusalOf, readCode, readJson } from './answers.js';
import { OdkFault, transportFault } from './fault.js';
import type { OdkSource } from './source.js';

/** The part of an outbound client that is used: redirects are answers, and every connection is guarded. */
export type Fetch = typeof globalThis.fetch;

/** How ODK Central is called. */
export interface OdkAccess {
  readonly fetch: Fetch;
  readonly source: Pick<OdkSource, 'address' | 'email' | 'password'>;
  /** Ends the pull. */
  readonly signal: AbortSignal;
  /** Between the tries of one call. Default: 2, 4 and 8 seconds. */
  readonly retryDelaysMs?: readonly number[] | undefined;
}

const RETRY_DELAYS_MS = [2000, 4000, 8000];
/** Who is asked to wait for longer comes back later, and not with a session and a half-read form in hand. */
const RETRY_AFTER_SECONDS_MAX = 30;
const LOG_OUT_LIMIT_MS = 5000;

const HTTP_UNAUTHORIZED = 401;
const HTTP_NOT_FOUND = 404;

/**
 * One session of ODK Central for one pull: begun with the first call, used for all of them, begun anew once when it is
 * no longer taken (it lives for a day, or as short as the operator says), and ended with the pull. Its token goes to the
 * addresses of the source and nowhere else.
 */
export class OdkSession {
  private token: string | undefined;

  constructor(private readonly access: OdkAccess) {}

  /** Whether somebody has logged in and not out again. */
  get isOpen(): boolean {
    return this.token !== undefined;
  }

  /**
   * Any answer but 401; it has yet to be looked at.
   * @throws OdkFault for a log-in that is refused, and for what did not get an answer
   */
  async get(url: string): Promise<Response> {
    const { token = await this.logIn() } = this;
    const response = await this.call(url, token);
    if (response.status !== HTTP_UNAUTHORIZED) return response;
    await response.body?.cancel();
    const answer = await this.call(url, await this.logIn());
    if (answer.status === HTTP_UNAUTHORIZED) throw loginRefusalOf(answer, await readCode(answer));
    return answer;
  }

  /** Repeats what failed for a reason that passes, a few times. */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    const { retryDelaysMs = RETRY_DELAYS_MS, signal } = this.access;
    for (const delayMs of retryDelaysMs) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof OdkFault) || error.kind === 'final') throw error;
        const { retryAfterSeconds = 0 } = error;
        if (retryAfterSeconds > RETRY_AFTER_SECONDS_MAX) throw error;
        await wait(Math.max(delayMs, retryAfterSeconds * 1000), undefined, { signal });
      }
    }
    return work();
  }

  /** Logs out, if it can. */
  async close(): Promise<void> {
    const { token } = this;
    if (token === undefined) return;
    this.token = undefined;
    try {
      const status = await this.logOut('current', token);
      // Before v2023.4 there is only this address.
      if (status === HTTP_NOT_FOUND) await this.logOut(encodeURIComponent(token), token);
    } catch {
      // Whatever it was: the session ends by itself within a day, and what was pulled is whole.
    }
  }

  private async logIn(): Promise<string> {
    const { source } = this.access;
    const { email, password } = source;
    const response = await this.fetch(`${source.address.api}/sessions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    if (!response.ok) throw loginRefusalOf(response, await readCode(response));
    const answer = await readJson(response);
    const token = isObject(answer) ? answer['token'] : undefined;
    if (typeof token !== 'string' || !/^[\x21-\x7E]+$/.test(token))
      throw new OdkFault('final', isObject(answer) ? 'MTS-ODK-001' : 'MTS-ODK-006');
    this.token = token;
    return token;
  }

  private async logOut(session: string, token: string): Promise<number> {
    const response = await this.access.fetch(`${this.access.source.address.api}/sessions/${session}`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${token}` },
      // The pull's own signal may be the reason for the end.
      signal: AbortSignal.timeout(LOG_OUT_LIMIT_MS),
    });
    await response.body?.cancel();
    return response.status;
  }

  private async call(url: string, token: string): Promise<Response> {
    return this.fetch(url, { headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' } });
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    const { fetch, signal } = this.access;
    try {
      return await fetch(url, { ...init, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw transportFault(error, 'connection');
    }
  }
}
