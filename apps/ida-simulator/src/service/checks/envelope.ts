import {
  decryptSessionKey,
  decryptWithSessionKey,
  requestHash,
  thumbprintBytes,
} from '../../crypto/envelope.js';
import { decodeBase64Url } from '../../crypto/java-base64.js';
import { idaError } from '../codes.js';
import { NO_OBJECTION, type Check, type Ida } from '../call.js';
import { ThrownByIda, UncaughtInIda } from '../outcomes.js';

/**
 * Opens the envelope, in IDA's order (id-authentication v1.2.0.1, `IdAuthFilter.decipherRequest`): base64url of the
 * three fields, thumbprint and session key, the hash, the request, the comparison of both, the JSON.
 * A call without `request` is let through here; the validator stumbles over it.
 */
export const envelope: Check = {
  name: 'envelope',
  step: 6,
  run: (call, ida) => {
    const { request, requestHMAC, requestSessionKey, thumbprint } = call.body;
    if (request === undefined || request === null) return NO_OBJECTION;
    const encryptedRequest = decoded(request);
    if (requestHMAC === undefined || requestHMAC === null) {
      return [idaError('MISSING_INPUT_PARAMETER', 'requestHMAC')];
    }
    const encryptedHash = decoded(requestHMAC);
    if (requestSessionKey === undefined || requestSessionKey === null)
      throw new UncaughtInIda('no session key');
    const sessionKey = sessionKeyFor(ida, thumbprint, decoded(requestSessionKey));

    const hash = sessionKey && decryptWithSessionKey(sessionKey, encryptedHash);
    const plaintext = hash && decryptWithSessionKey(sessionKey, encryptedRequest)?.toString('utf8');
    if (plaintext === undefined) return [idaError('INVALID_ENCRYPTION')];
    if (hash?.toString('utf8') !== requestHash(plaintext)) return [idaError('HMAC_VALIDATION_FAILED')];
    call.requestJson = parsed(plaintext);
    return NO_OBJECTION;
  },
};

function decoded(field: unknown): Buffer {
  const bytes = typeof field === 'string' ? decodeBase64Url(field) : undefined;
  if (bytes === undefined) throw new ThrownByIda(idaError('UNABLE_TO_PROCESS'));
  return bytes;
}

function sessionKeyFor({ decryptionKey }: Ida, thumbprint: unknown, encrypted: Buffer): Buffer | undefined {
  const bytes = typeof thumbprint === 'string' ? thumbprintBytes(thumbprint) : undefined;
  if (bytes === undefined) throw new UncaughtInIda('no readable thumbprint');
  return bytes.equals(decryptionKey.thumbprint) ? decryptSessionKey(decryptionKey, encrypted) : undefined;
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
