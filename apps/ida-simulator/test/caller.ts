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
  readonly now: Date;
}

export const VECTOR_PATH = '/idauthentication/v1/auth/TEST_MISP_LK_0001/test-partner-01/TEST_API_KEY_0001';

/** Sends a call in the standard form, signed by the relying party of the vectors. */
export async function call(ida: VectorIda, changes: CallChanges): Promise<Posted> {
  const time = changes.now.toISOString();
  const block = {
    timestamp: time,
    demographics: { name: [{ language: 'eng', value: 'Emana Sar Test' }], ...changes.demographics },
    biometrics: [],
    ...changes.block,
  };
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
    ...sealed(JSON.stringify(block), await certificate('ida-partner')),
    ...changes.message,
  };
  const body = JSON.stringify(message);
  const headers = {
    'content-type': 'application/json',
    authorization: 'Authorization',
    signature: detachedJws(headerOf(await certificate('partner')), body, await key('partner')),
    ...changes.headers,
  };
  return ida.post(changes.path ?? VECTOR_PATH, headers, body);
}

/** Codes of an answer, in order. */
export function codes({ json }: Posted): readonly string[] {
  return (json.errors ?? []).map(({ errorCode }) => errorCode);
}
