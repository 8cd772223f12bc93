import type { X509Certificate } from 'node:crypto';

import { detachedJws, headerOf, sealed } from './envelope.js';
import { certificate, key, type Posted, type VectorIda } from './vector-ida.js';

/** What a test wants to be different from a call that IDA accepts. `undefined` leaves a field out. */
export interface CallChanges {
  /** Fields of the message. */
  readonly message?: Readonly<Record<string, unknown>>;
  /** Fields of the request block. */
  readonly block?: Readonly<Record<string, unknown>>;
  readonly demographics?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  /** Plaintext in place of the request block, and of what its hash is made of. */
  readonly plaintext?: string;
  readonly hashed?: string;
  /** Fields of the header of the signature; `undefined` leaves one out. */
  readonly jwsHeader?: Readonly<Record<string, unknown>>;
  /** What becomes of the finished signature. */
  readonly tamper?: (signature: string) => string;
  /** The certificate that the block is encrypted for; default: that of the vectors. */
  readonly encryptFor?: X509Certificate;
  readonly now: Date;
}

export const VECTOR_PATH = '/idauthentication/v1/auth/TEST_MISP_LK_0001/test-partner-01/TEST_API_KEY_0001';

/** What goes over the wire. */
export interface MadeCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a call. */
export async function call(ida: VectorIda, changes: CallChanges): Promise<Posted> {
  const { path, headers, body } = await makeCall(changes);
  return ida.post(path, headers, body);
}

/** A call in the standard form, signed by the relying party of the vectors. */
export async function makeCall(changes: CallChanges): Promise<MadeCall> {
  const time = changes.now.toISOString();
  const block = {
    timestamp: time,
    demographics: { name: [{ language: 'eng', value: 'Emana Sar Test' }], ...changes.demographics },
    biometrics: [],
    ...changes.block,
  };
  const plaintext = changes.plaintext ?? JSON.stringify(block);
  const message = {
    id: 'mosip.identity.auth',
    version: '1.0',
    individualId: '7465075291703420',
    individualIdType: 'VID',
    transactionID: '1234567890',
    requestTime: time,
    domainUri: 'https://ida.test.invalid',
    env: 'Staging',
    consentObtained: true,
    requestedAuth: { demo: true, bio: false, otp: false, pin: false },
    ...sealed(plaintext, changes.encryptFor ?? (await certificate('ida-partner')), changes.hashed),
    ...changes.message,
  };
  const body = JSON.stringify(message);
  const jwsHeader = { ...headerOf(await certificate('partner')), ...changes.jwsHeader };
  const signature = detachedJws(jwsHeader, body, await key('partner'));
  const headers = {
    'content-type': 'application/json',
    authorization: 'Authorization',
    signature: changes.tamper?.(signature) ?? signature,
    ...changes.headers,
  };
  return { path: changes.path ?? VECTOR_PATH, headers, body };
}

/** Codes of an answer, in order. */
export function codes({ json }: Posted): readonly string[] {
  return (json.errors ?? []).map(({ errorCode }) => errorCode);
}
