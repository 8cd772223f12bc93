import { CallbackFault, type CallbackFaultEffect } from './fault.js';
import { knownException } from './known-words.js';
import { retryAfterMs } from './retry-after.js';
import type { Answer } from './wire.js';

/**
 * Why an answer is not that of a receiver that has taken the body; undefined when it is one: 2xx, and no error of
 * JSON-RPC in it, which Odoo sends with status 200.
 */
export function faultIn(answer: Answer, now: Date): CallbackFault | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return faultInJsonRpc(answer);
  const problem = `HTTP ${String(status)}`;
  if (status >= 300 && status < 400) return new CallbackFault('final', 'MTS-DLV-106', { problem });
  if (status === 401) return new CallbackFault('final', 'MTS-DLV-108', { problem });
  const waitMs = retryAfterMs(answer.headers.get('retry-after'), now);
  const effect = effectOf(status, waitMs !== undefined);
  const code = effect === 'later' || effect === 'busy' ? 'MTS-DLV-104' : 'MTS-DLV-105';
  return new CallbackFault(effect, code, { problem }, waitMs);
}

/** RFC 9110, 15.5 and 15.6; RFC 6585, 4 (429); RFC 8470, 5.2 (425). */
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);
const BUSY: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** They speak of the address, the method or the type, which are the same for every record: 405, 407, 410, 415, 501, 505. */
const FOR_ALL: ReadonlySet<number> = new Set([405, 407, 410, 415, 501, 505]);

function effectOf(status: number, saysWhen: boolean): CallbackFaultEffect {
  if (FOR_ALL.has(status)) return 'final';
  if (status < 500 && !AGAIN.has(status)) return 'refused';
  return saysWhen || BUSY.has(status) ? 'busy' : 'later';
}

/** https://www.jsonrpc.org/specification, 5.1; code and data as Odoo 15 to 19 fill them (odoo/http.py, serialize_exception). */
interface JsonRpcError {
  readonly code?: unknown;
  readonly data?: { readonly name?: unknown };
}

/** `SessionExpiredException` (odoo/http.py); and 404, which Odoo 15 with several databases says without a session. */
const NO_SESSION: ReadonlySet<unknown> = new Set([100, 404]);

/** Whether an Odoo says that it does not know the session (any more): also by a redirect to its log-in page. */
export function isSessionOver(answer: Answer): boolean {
  if (answer.status === 401 || (answer.status >= 300 && answer.status < 400)) return true;
  const error = answer.status === 200 ? jsonRpcError(answer.text) : undefined;
  return error !== undefined && NO_SESSION.has(error.code);
}

function faultInJsonRpc(answer: Answer): CallbackFault | undefined {
  const error = jsonRpcError(answer.text);
  if (error === undefined) return undefined;
  if (error.code === 100) return new CallbackFault('final', 'MTS-DLV-108', { problem: exceptionName(error) });
  const effect = isPassing(error) ? 'later' : 'refused';
  return new CallbackFault(effect, 'MTS-DLV-107', { problem: exceptionName(error) });
}

/** The database of the receiver: a lost connection, a conflict of two transactions. */
export function isPassing({ data }: JsonRpcError): boolean {
  return typeof data?.name === 'string' && data.name.startsWith('psycopg2.');
}

/** The error in an answer, when it is one of JSON-RPC; a plain receiver may well answer `{"error": null}`. */
export function jsonRpcError(text: string): JsonRpcError | undefined {
  const json = parsed(text);
  if (!isObject(json)) return undefined;
  const { error } = json;
  if (isObject(error)) return error;
  // As an error is written by hand: `{"jsonrpc": "2.0", "error": "no such person"}`.
  return 'jsonrpc' in json && error !== undefined && error !== null ? {} : undefined;
}

/** The class of the exception alone, and a known one: the message may name people, and so may a class of the receiver's own. */
export function exceptionName(error: JsonRpcError): string {
  return knownException(error.data?.name) ?? 'an error of JSON-RPC';
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Most receivers answer with text or HTML, or nothing: then there is no JSON to look into.
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
