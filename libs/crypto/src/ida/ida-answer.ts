import type { KeyObject } from 'node:crypto';
import { decrypt } from './session-cipher.js';
import { unwrapSessionKey } from './session-key-wrapping.js';

/** The encrypted fields of an eKYC answer, named as on the wire; base64url. */
export interface SealedIdaAnswer {
  /** The session key, encrypted for the partner certificate that IDA holds. */
  readonly sessionKey: string;
  /** The identity attributes, encrypted under the session key. */
  readonly identity: string;
}

/**
 * Opens the identity of an eKYC answer: JSON, as UTF-8. It is personal data.
 *
 * @throws when it was encrypted for another certificate, or altered
 */
export function openIdaAnswer(sealed: SealedIdaAnswer, privateKey: KeyObject): Buffer {
  try {
    return decrypt(unwrapSessionKey(privateKey, sealed.sessionKey), sealed.identity);
  } catch (error) {
    throw new Error(
      'The eKYC answer does not open: IDA encrypts it for the certificate that MOSIP holds of this partner, ' +
        'so the partner key must be the one of that certificate. Else it was altered on its way',
      { cause: error },
    );
  }
}
