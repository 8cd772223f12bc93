import type { OutboundClient } from '@mts/platform';

import { spacedJson } from '../kit/spaced-json.js';
import {
  exceptionName,
  faultIn,
  isObject,
  isPassing,
  isSessionOver,
  jsonRpcError,
  parsed,
} from './answer.js';
import { jsonBody } from './bodies.js';
import { CallbackFault } from './fault.js';
import type { Session } from './session.js';
import type { Headers, OdooLogin } from './target.js';
import { type Answer, call } from './wire.js';

/**
 * A session of Odoo 15 to 19. Nothing is sent with a log-in that did not succeed: success is a user id in the answer,
 * for Odoo answers a wrong password with 200 too, and 15 sets a cookie even then.
 */
export class OdooSession implements Session {
  private readonly cookies = new Map<string, string>();
  private isOpen = false;

  constructor(
    private readonly login: OdooLogin,
    private readonly outbound: OutboundClient,
    private readonly clock: () => Date,
  ) {}

  async headers(signal: AbortSignal): Promise<Headers> {
    if (!this.isOpen) await this.logIn(signal);
    return { cookie: this.cookieHeader() };
  }

  note(answer: Answer): void {
    for (const cookie of answer.cookies) this.keep(cookie);
  }

  isOver(answer: Answer): boolean {
    if (!isSessionOver(answer)) return false;
    this.isOpen = false;
    return true;
  }

  /** GET: a POST would need a token against forged requests. The answer is a redirect to a page, of no interest. */
  async end(signal: AbortSignal): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    const url = new URL('logout', this.login.authUrl).href;
    const headers = { ...this.login.extraHeaders, cookie: this.cookieHeader() };
    await call(this.outbound, { method: 'GET', url, headers }, signal);
  }

  private async logIn(signal: AbortSignal): Promise<void> {
    const { authUrl: url, database, username, password, extraHeaders } = this.login;
    const params = { db: database, login: username, password };
    const body = jsonBody(spacedJson(JSON.stringify({ jsonrpc: '2.0', params })));
    const headers = { 'content-type': 'application/json', ...extraHeaders };
    this.cookies.clear();
    const answer = await call(this.outbound, { method: 'POST', url, headers, body }, signal);
    this.assertLoggedIn(answer);
    this.note(answer);
    if (this.cookies.size === 0) throw refused('it sets no cookie');
    this.isOpen = true;
  }

  private assertLoggedIn(answer: Answer): void {
    const error = jsonRpcError(answer.text);
    if (answer.status === 200 && error !== undefined) {
      // Odoo 15 says so of a database that is not there, and of one that is restarting.
      if (isPassing(error)) throw new CallbackFault('busy', 'MTS-DLV-104', { problem: exceptionName(error) });
      throw refused(exceptionName(error));
    }
    const fault = faultIn(answer, this.clock());
    if (fault?.canPass === true) throw fault;
    if (fault !== undefined) throw refused(`HTTP ${String(answer.status)}`);
    const uid = userIdIn(answer.text);
    if (uid === null) throw refused('it asks for a second factor, which no program has; use another user');
    if (!Number.isInteger(uid)) throw refused('its answer names no user');
  }

  /** RFC 6265, 5.2, as far as it goes for a few seconds: name, value, and whether it is taken back. */
  private keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split(';');
    const at = pair.indexOf('=');
    if (at < 1) return;
    const name = pair.slice(0, at).trim();
    if (attributes.some((attribute) => /^\s*max-age\s*=\s*(?:0|-\d+)\s*$/i.test(attribute))) {
      this.cookies.delete(name);
    } else this.cookies.set(name, pair.slice(at + 1).trim());
  }

  private cookieHeader(): string {
    return Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ');
  }
}

function refused(problem: string): CallbackFault {
  return new CallbackFault('final', 'MTS-DLV-101', { problem });
}

/** `result.uid`: null where a second factor is asked for (Odoo 17, auth_totp). */
function userIdIn(text: string): unknown {
  const json = parsed(text);
  const result = isObject(json) ? json['result'] : undefined;
  return isObject(result) ? result['uid'] : undefined;
}
