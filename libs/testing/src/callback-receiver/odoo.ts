import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { type Handler, type HttpReply, jsonReply, type ReceivedCall } from './receiving-server.js';

export interface OdooOptions {
  /** They differ in what a failed log-in looks like. Default 17. */
  readonly version?: 15 | 17;
  readonly database: string;
  readonly login: string;
  readonly password: string;
  /** The user has to give a code after the password. */
  readonly hasSecondFactor?: boolean;
}

/** A row of OpenG2P's `g2p.reg.id`. */
export interface Identification {
  readonly partner_id: number;
  readonly id_type: string;
  value: unknown;
}

/** About what a small update takes. */
const TRANSACTION_MS = 10;

const LOG_IN = '/web/session/authenticate';
const LOG_OUT = '/web/session/logout';
export const UPDATE_IDENTIFICATION = '/api/v1/registry/individual/updateIdentification';
export const HTTP_ROUTE = '/custom/http';
export const JSON_ROUTE = '/custom/json';

/** How Odoo says no within HTTP 200 (odoo/http.py, serialize_exception). */
const rpcError = (code: number, name: string, message: string): HttpReply['body'] =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: null,
    error: { code, message: 'Odoo Server Error', data: { name, message, debug: 'Traceback …' } },
  });
const json = (body: HttpReply['body'], cookies: readonly string[] = []): HttpReply => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...(cookies.length > 0 && { 'set-cookie': cookies }) },
  ...(body === undefined ? {} : { body }),
});

/**
 * An Odoo as seen by whoever calls it: log-in and log-out of version 15 and 17, OpenG2P's route `updateIdentification`,
 * and one route of either kind.
 */
export class Odoo {
  readonly identifications: Identification[] = [];
  private readonly sessions = new Set<string>();

  constructor(private readonly options: OdooOptions) {}

  get openSessions(): number {
    return this.sessions.size;
  }

  /** As after an idle time, or a restart with a new key. */
  endSessions(): void {
    this.sessions.clear();
  }

  readonly handle: Handler = async (call) => {
    if (call.path === LOG_IN) return this.logIn(call);
    if (call.path === LOG_OUT) return this.logOut(call);
    if (call.path === UPDATE_IDENTIFICATION) return this.update(call);
    if (call.path === HTTP_ROUTE) return this.isKnown(call) ? { status: 200, body: 'ok' } : TO_LOG_IN_PAGE;
    if (call.path === JSON_ROUTE) return this.jsonRoute(call);
    if (call.path === '/web/login') return { status: 200, headers: HTML, body: '<html>Log in</html>' };
    return { status: 404, headers: HTML, body: '<h1>Not Found</h1>' };
  };

  /** Takes any method; knows success by the user id in the answer alone. */
  private logIn({ headers, body }: ReceivedCall): HttpReply {
    if (!/^application\/json(?:-rpc)?(?:;|$)/.test(headers['content-type'] ?? '')) {
      const problem = "Request inferred type is compatible with ['http'] but the route is type='json'.";
      return { status: 400, headers: HTML, body: problem };
    }
    const given = parse(body);
    if (!isObject(given)) return { status: 400, headers: withCookie(anonymous()), body: 'Invalid JSON data' };
    const { db, login, password } = isObject(given['params']) ? given['params'] : {};
    if (db === undefined || login === undefined || password === undefined) {
      return json(rpcError(200, 'builtins.TypeError', 'authenticate() missing a required argument'));
    }
    if (db !== this.options.database) return this.unknownDatabase();
    if (login !== this.options.login || password !== this.options.password) return this.accessDenied();
    return this.loggedIn();
  }

  private loggedIn(): HttpReply {
    const { database: db, login: username, version = 17, hasSecondFactor = false } = this.options;
    const id = sessionId();
    const uid = hasSecondFactor ? null : 7;
    if (!hasSecondFactor) this.sessions.add(id);
    const result = { uid, db, username, server_version: `${String(version)}.0` };
    const cookies = [cookieOf(id), 'frontend_lang=en_US; Path=/'];
    return json(JSON.stringify({ jsonrpc: '2.0', id: null, result }), cookies);
  }

  /** 15 sets the cookie of a session that nobody has logged in to. */
  private accessDenied(): HttpReply {
    const cookies = this.options.version === 15 ? [anonymous()] : [];
    return json(rpcError(200, 'odoo.exceptions.AccessDenied', 'Access Denied'), cookies);
  }

  private unknownDatabase(): HttpReply {
    return this.options.version === 15
      ? json(rpcError(200, 'psycopg2.OperationalError', 'FATAL: database does not exist'), [anonymous()])
      : json(rpcError(200, 'odoo.exceptions.AccessError', 'Database not found.'));
  }

  private logOut(call: ReceivedCall): HttpReply {
    if (call.method !== 'GET') {
      return { status: 400, headers: HTML, body: 'Session expired (invalid CSRF token)' };
    }
    this.sessions.delete(sessionOf(call));
    return { status: 303, headers: { location: '/web', ...withCookie(anonymous()) } };
  }

  /** base_rest, `auth="user"`: real statuses, and check-then-create without a unique index. */
  private async update(call: ReceivedCall): Promise<HttpReply> {
    if (call.method !== 'PATCH') return jsonReply(405, { code: 405, name: 'Method Not Allowed' });
    if (!this.isKnown(call)) return jsonReply(401, { code: 401, name: 'Unauthorized' });
    const given = parse(call.body);
    if (!isObject(given) || !Number.isInteger(given['partner_id'])) {
      return refusal('G2P-REQ-013', 'partner_id is required');
    }
    const { partner_id, id_type, value } = given;
    if (typeof id_type !== 'string') return refusal('G2P-REQ-005', 'id_type is required');
    if (typeof value !== 'string') return refusal('400', 'value must be a text');
    await this.upsert({ partner_id: partner_id as number, id_type, value });
    return jsonReply(200, { id: 1, id_type, value, expiry_date: null, partner_id });
  }

  private async upsert(given: Identification): Promise<void> {
    const found = this.identifications.find(
      (one) => one.partner_id === given.partner_id && one.id_type === given.id_type,
    );
    // What another call does meanwhile is not seen, as between two transactions.
    await wait(TRANSACTION_MS);
    if (found === undefined) this.identifications.push(given);
    else found.value = given.value;
  }

  /** `type="json"`: always 200, but for an array. A session that is over has a code of its own. */
  private jsonRoute(call: ReceivedCall): HttpReply {
    const given = parse(call.body);
    if (!isObject(given)) return { status: 400, headers: HTML, body: 'Invalid JSON-RPC data' };
    if (!this.isKnown(call)) {
      return json(rpcError(100, 'odoo.http.SessionExpiredException', 'Session expired'));
    }
    // A method without a result.
    if (isObject(given['params'])) return json(JSON.stringify({ jsonrpc: '2.0', id: null }));
    return json(rpcError(200, 'builtins.TypeError', 'a required argument is missing'));
  }

  private isKnown(call: ReceivedCall): boolean {
    return this.sessions.has(sessionOf(call));
  }
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const TO_LOG_IN_PAGE: HttpReply = {
  status: 303,
  headers: { location: '/web/login?redirect=%2Fcustom%2Fhttp' },
};

function refusal(errorCode: string, errorMessage: string): HttpReply {
  return jsonReply(400, { errorCode, errorMessage, errorDescription: '' });
}

function sessionId(): string {
  return randomBytes(20).toString('hex');
}

const anonymous = (): string => cookieOf(sessionId());

function cookieOf(id: string): string {
  return `session_id=${id}; Expires=Tue, 29 Dec 2099 00:00:00 GMT; Max-Age=604800; HttpOnly; Path=/`;
}

function withCookie(cookie: string): Record<string, string | readonly string[]> {
  return { ...HTML, 'set-cookie': [cookie] };
}

function sessionOf({ headers }: ReceivedCall): string {
  return /(?:^|;\s*)session_id=([0-9a-f]{40})(?:;|$)/.exec(headers.cookie ?? '')?.[1] ?? '';
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // Answered as what it is: no JSON.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
