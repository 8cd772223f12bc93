import type { KeyObject } from 'node:crypto';
import { decrypt } from './session-cipher.js';
import { unwrapSessionKey } from './session-key-wrapping.js';

/** The encrypted fields of an eKYC answer of IDA 1.2.0 and later, named as on the wire; base64url. */
export interface SealedIdaAnswer {
  /** The session key, encrypted for the partner certificate that IDA holds. */
  readonly sessionKey: string;
  /** The identity attributes, encrypted under the session key. */
  readonly identity: string;
}

/** Between key and data where both are one text (`mosip.kernel.data-key-splitter`, mosip-config 1.1.5 to 1.3.0). */
const KEY_SPLITTER = Buffer.from('#KEY_SPLITTER#', 'ascii');

/**
 * Opens the identity of an eKYC answer: JSON, as UTF-8. It is personal data.
 *
 * @throws when it was encrypted for another certificate, or altered
 */
export function openIdaAnswer({ sessionKey, identity }: SealedIdaAnswer, privateKey: KeyObject): Buffer {
  return open(
    { sessionKey: Buffer.from(sessionKey, 'base64url'), identity: Buffer.from(identity, 'base64url') },
    privateKey,
  );
}

/**
 * The same for IDA 1.1.x, which joins `session key | #KEY_SPLITTER# | identity` into one base64url text
 * (IdAuthSecurityManager.encrypt, id-authentication 1.1.5.5; CryptoUtil.combineByteArray, commons 1.1.5.5).
 *
 * @throws when it was encrypted for another certificate, or altered
 */
export function openJoinedIdaAnswer(joined: string, privateKey: KeyObject): Buffer {
  const bytes = Buffer.from(joined, 'base64url');
  // An encrypted key is as long as the modulus; looking for the splitter could find it in the key by chance.
  const keyEnd = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const identityStart = keyEnd + KEY_SPLITTER.length;
  if (!bytes.subarray(keyEnd, identityStart).equals(KEY_SPLITTER)) throw cannotOpen();
  return open({ sessionKey: bytes.subarray(0, keyEnd), identity: bytes.subarray(identityStart) }, privateKey);
}

function open(
  sealed: { readonly sessionKey: Buffer; readonly identity: Buffer },
  privateKey: KeyObject,
): Buffer {
  try {
    return decrypt(unwrapSessionKey(privateKey, sealed.sessionKey), sealed.identity);
  } catch (error) {
    throw cannotOpen({ cause: error });
  }
}

const cannotOpen = (options?: ErrorOptions): Error =>
  new Error(
    'The eKYC answer does not open: IDA encrypts it for the certificate that MOSIP holds of this partner, ' +
      'so the partner key must be the one of that certificate. Else it was altered on its way',
    options,
  );
