import { ApiError, type ErrorCode, type JsonValue, isObject } from '@mts/domain';

import { parseJsonExact } from '../kit/exact.js';
import { OdkFault, transportFault } from './fault.js';

/** Far more than a list of fields, a session or an error takes. */
const SMALL_LENGTH_MAX = 8_000_000;

/** What ODK Central calls an error: `401.2`. Undefined for an answer that is none of its own. */
export type CentralCode = string | undefined;

/** The text of an answer, in parts as they come. @throws OdkFault for one that breaks off or is not UTF-8 */
export async function* textOf(response: Response): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    if (response.body !== null)
      for await (const chunk of response.body) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw transportFault(error, 'answer');
  }
}

/** A small answer. Undefined for what is no JSON. @throws OdkFault for one that breaks off */
export async function readJson(response: Response): Promise<JsonValue | undefined> {
  let text = '';
  for await (const part of textOf(response)) {
    text += part;
    if (text.length > SMALL_LENGTH_MAX) return undefined;
  }
  try {
    return parseJsonExact(text);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** Of an answer that refuses something. */
export async function readCode(response: Response): Promise<CentralCode> {
  const answer = await readJson(response);
  const code = isObject(answer) ? answer['code'] : undefined;
  return typeof code === 'number' || typeof code === 'string' ? String(code) : undefined;
}

/** An answer that asks for patience, whatever was asked. */
export function outageOf(response: Response): OdkFault | undefined {
  const { status } = response;
  // 501 says that a query is not supported: no outage.
  const isOutage = status === 408 || status === 429 || (status >= 500 && status !== 501);
  if (!isOutage) return undefined;
  const details = { problem: `HTTP ${String(status)}` };
  const retryAfterSeconds = retryAfterOf(response);
  return new OdkFault(
    'again',
    'MTS-ODK-103',
    retryAfterSeconds === undefined ? details : { ...details, retryAfterSeconds },
  );
}

/** Why submissions, or what belongs to them, were refused to a session. */
export function refusalOf(response: Response, code: CentralCode): OdkFault {
  return (
    outageOf(response) ??
    new OdkFault('final', finalCodeOf(response, code), { problem: nameOf(response, code) })
  );
}

/** Why a session was refused. */
export function loginRefusalOf(response: Response, code: CentralCode): OdkFault {
  const outage = outageOf(response);
  if (outage !== undefined) return outage;
  // With single sign-on there is no such address, and yet it is ODK Central that says so.
  if (code === '404.1') return new OdkFault('final', 'MTS-ODK-002');
  const { status } = response;
  const isRefused = status === 401 || (status !== 404 && !isRedirect(response) && isJson(response));
  return new OdkFault('final', isRefused ? 'MTS-ODK-001' : 'MTS-ODK-006');
}

function finalCodeOf(response: Response, code: CentralCode): ErrorCode {
  switch (response.status) {
    case 403:
      return 'MTS-ODK-003';
    case 404:
      return isWrongApi(code) || !isJson(response) ? 'MTS-ODK-006' : 'MTS-ODK-004';
    default:
      return isRedirect(response) ? 'MTS-ODK-006' : 'MTS-ODK-009';
  }
}

/** The path lacks the version of the API, or has one that the server does not know. */
function isWrongApi(code: CentralCode): boolean {
  return code === '404.2' || code === '404.3';
}

function isRedirect({ status }: Response): boolean {
  return status >= 300 && status < 400;
}

function isJson({ headers }: Response): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers.get('content-type') ?? '');
}

function nameOf({ status }: Response, code: CentralCode): string {
  return code !== undefined && /^\d{3}(?:\.\d{1,3})?$/.test(code) ? code : `HTTP ${String(status)}`;
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfterOf({ headers }: Response): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
