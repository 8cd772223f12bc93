import { ApiError } from '@mts/domain';
import type { CallbackLogin, CallbackMethod, CallbackTarget } from '@mts/outputs';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

import { Refusal } from '../http/refusal.js';
import { problemsOf } from '../lists/list-checks.js';
import { flagOf, isBlank, methodOf, wholeNumber } from './callback-checks.js';
import { type AuthOauthDto, type AuthOdooDto, CallbackPropertiesDto } from './callback-properties.js';

const FIELD = 'request.callbackProperties';
/** The original's. */
const TIMEOUT_SECONDS = 10;

/**
 * Where a caller wants the results delivered.
 *
 * As in the original its own checks come first, in its order, and any code of their own goes before what is wrong with
 * the schema.
 *
 * @param output the id of the result format
 * @throws ApiError ATS-REQ-024 to 034; Refusal with everything else that is wrong
 */
export function readCallback(
  properties: unknown,
  output: string,
  deliver: CallbackTarget['deliver'],
): CallbackTarget {
  const given = checkedShape(properties);
  if (output === 'csv') {
    if (isBlank(given['requestFileName'])) throw new ApiError('ATS-REQ-025');
    if (flagOf(given['callInBulk']) !== true) throw new ApiError('ATS-REQ-026');
  }
  const dto = plainToInstance(CallbackPropertiesDto, given);
  const problems = problemsOf(validateSync(dto), `${FIELD}.`);
  const own = problems.find(({ code }) => code !== 'ATS-REQ-102');
  if (own !== undefined) throw own;
  const [first, ...others] = problems;
  if (first !== undefined) throw Refusal.ofAll([first, ...others]);
  return targetOf(dto, deliver);
}

function checkedShape(properties: unknown): Readonly<Record<string, unknown>> {
  if (isBlank(properties)) throw new ApiError('ATS-REQ-024');
  if (typeof properties !== 'object' || Array.isArray(properties)) {
    throw new ApiError('ATS-REQ-102', { field: FIELD, problem: 'value is not a valid dict' }, 422);
  }
  return properties as Readonly<Record<string, unknown>>;
}

function targetOf(dto: CallbackPropertiesDto, deliver: CallbackTarget['deliver']): CallbackTarget {
  return {
    url: dto.url,
    method: (methodOf(dto.httpMethod) ?? 'POST') as CallbackMethod,
    extraHeaders: headersOf(dto.extraHeaders),
    timeoutSeconds: wholeNumber(dto.timeoutSeconds) ?? TIMEOUT_SECONDS,
    inBulk: flagOf(dto.callInBulk) ?? false,
    fileName: String(dto.requestFileName ?? ''),
    login: loginOf(dto),
    signingSecret: dto.signingSecret,
    deliver,
  };
}

function loginOf({ authType, authOdoo, authOauth, authStaticBearer }: CallbackPropertiesDto): CallbackLogin {
  if (authType === 'odoo' && authOdoo !== undefined) return odooLogin(authOdoo);
  if (authType === 'oauth' && authOauth !== undefined) return oauthLogin(authOauth);
  if (authType === 'staticBearer' && authStaticBearer !== undefined) {
    return { kind: 'staticBearer', token: String(authStaticBearer.token) };
  }
  return { kind: 'none' };
}

function odooLogin({ authUrl, database, username, password, extraHeaders }: AuthOdooDto): CallbackLogin {
  return {
    kind: 'odoo',
    authUrl,
    database: String(database),
    username: String(username),
    password: String(password),
    extraHeaders: headersOf(extraHeaders),
  };
}

function oauthLogin({
  authUrl,
  username,
  password,
  clientId,
  clientSecret,
  extraHeaders,
}: AuthOauthDto): CallbackLogin {
  if (username === undefined && clientId === undefined) {
    const problem = 'clientId and clientSecret, or username and password, are expected';
    throw new ApiError('ATS-REQ-102', { field: `${FIELD}.authOauth`, problem });
  }
  return {
    kind: 'oauth',
    authUrl,
    username: text(username),
    password: text(password),
    clientId: text(clientId),
    clientSecret: text(clientSecret),
    extraHeaders: headersOf(extraHeaders),
  };
}

function headersOf(headers: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, string>> {
  const given = Object.entries(headers).filter(([, value]) => !isBlank(value) || value === 0);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function text(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
