import {
  decryptSessionKey,
  decryptWithSessionKey,
  requestHash,
  thumbprintBytes,
} from '../../crypto/envelope.js';
import { decodeBase64Url } from '../../crypto/java-base64.js';
import { found, NO_OBJECTION, type Call, type Check, type Ida } from '../call.js';
import { idaError } from '../codes.js';
import { ThrownByIda, UncaughtInIda } from '../outcomes.js';

/*
 * The envelope, in IDA's order (id-authentication v1.2.0.1, `IdAuthFilter.decipherRequest`). A call without `request` is
 * let through by all of it; the validator stumbles over it.
 */

/** base64url of the three fields. */
export const envelopeDecoded: Check = {
  name: 'envelope decoded',
  step: 6,
  run: (call, ida) => {
    if (!isSealed(call)) return NO_OBJECTION;
    const { request, requestHMAC, requestSessionKey } = call.body;
    const encryptedRequest = decoded(request, ida);
    if (isAbsent(requestHMAC)) return [idaError('MISSING_INPUT_PARAMETER', 'requestHMAC')];
    const encryptedHash = decoded(requestHMAC, ida);
    if (isAbsent(requestSessionKey)) throw new UncaughtInIda('no session key');
    const encryptedKey = decoded(requestSessionKey, ida);
    call.sealed = { request: encryptedRequest, hash: encryptedHash, sessionKey: encryptedKey };
    return NO_OBJECTION;
  },
};

/** Thumbprint, session key, and with it `requestHMAC`. */
export const hashDecrypted: Check = {
  name: 'hash decrypted',
  step: 7,
  run: (call, ida) => {
    if (!isSealed(call)) return NO_OBJECTION;
    const sealed = found(call.sealed, 'the decoded envelope');
    const sessionKey = sessionKeyFor(ida, call.body['thumbprint'], sealed.sessionKey);
    const hash = sessionKey && decryptWithSessionKey(sessionKey, sealed.hash);
    if (sessionKey === undefined || hash === undefined) return [idaError('INVALID_ENCRYPTION')];
    call.opened = { sessionKey, hash: hash.toString('utf8') };
    return NO_OBJECTION;
  },
};

export const requestDecrypted: Check = {
  name: 'request decrypted',
  step: 8,
  run: (call) => {
    if (!isSealed(call)) return NO_OBJECTION;
    const { sessionKey } = found(call.opened, 'the session key');
    const { request } = found(call.sealed, 'the decoded envelope');
    const plaintext = decryptWithSessionKey(sessionKey, request);
    if (plaintext === undefined) return [idaError('INVALID_ENCRYPTION')];
    call.plaintext = plaintext.toString('utf8');
    return NO_OBJECTION;
  },
};

export const hashMatches: Check = {
  name: 'hash matches',
  step: 9,
  run: (call) => {
    if (!isSealed(call)) return NO_OBJECTION;
    const { hash } = found(call.opened, 'the hash');
    const matches = hash === requestHash(found(call.plaintext, 'the request block'));
    return matches ? NO_OBJECTION : [idaError('HMAC_VALIDATION_FAILED')];
  },
};

/** Any JSON object will do. */
export const blockParsed: Check = {
  name: 'block parsed',
  step: 10,
  run: (call) => {
    if (isSealed(call)) call.requestJson = parsed(found(call.plaintext, 'the request block'));
    return NO_OBJECTION;
  },
};

export const ENVELOPE: readonly Check[] = [
  envelopeDecoded,
  hashDecrypted,
  requestDecrypted,
  hashMatches,
  blockParsed,
];

/** Whether the call has an encrypted block at all. */
export function isSealed({ body }: Call): boolean {
  return !isAbsent(body['request']);
}

function isAbsent(field: unknown): boolean {
  return field === undefined || field === null;
}

/** What is no text cannot be cast to one. */
function decoded(field: unknown, { profile }: Ida): Buffer {
  if (typeof field !== 'string') throw new ThrownByIda(idaError('UNABLE_TO_PROCESS'));
  const bytes = decodeBase64Url(field);
  if (bytes === undefined) throw new ThrownByIda(idaError(profile.undecodableField));
  return bytes;
}

function sessionKeyFor({ decryptionKeys }: Ida, thumbprint: unknown, encrypted: Buffer): Buffer | undefined {
  const bytes = typeof thumbprint === 'string' ? thumbprintBytes(thumbprint) : undefined;
  if (bytes === undefined) throw new UncaughtInIda('no readable thumbprint');
  const key = decryptionKeys.find(bytes);
  return key && decryptSessionKey(key.privateKey, encrypted);
}

function parsed(plaintext: string): Readonly<Record<string, unknown>> {
  const json = parseJson(plaintext);
  if (json === null) throw new UncaughtInIda('the request block is null');
  if (typeof json !== 'object' || Array.isArray(json)) throw new ThrownByIda(idaError('UNABLE_TO_PROCESS'));
  return json as Readonly<Record<string, unknown>>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ThrownByIda(idaError('UNABLE_TO_PROCESS'));
  }
}
