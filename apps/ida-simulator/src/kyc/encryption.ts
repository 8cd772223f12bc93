import {
  constants,
  createCipheriv,
  createHash,
  publicEncrypt,
  randomBytes,
  type X509Certificate,
} from 'node:crypto';

/** `mosip.kernel.data-key-splitter`, the same in every configuration that MOSIP publishes. */
const KEY_SPLITTER = '#KEY_SPLITTER#';
/** keymanager 1.2.0.1 `CryptoCore.symmetricEncrypt`: a nonce of one AES block, after the tag. */
const IV_BYTES = 16;
const SESSION_KEY_BYTES = 32;

interface Encrypted {
  /** RSA-OAEP with SHA-256 for the label and for MGF1. */
  readonly sessionKey: Buffer;
  /** AES-256-GCM: `ciphertext | tag (16) | IV (16)`. */
  readonly data: Buffer;
}

/** What an answer says about an identity; only the holder of the partner's key can read it. */
export interface DisclosedIdentity {
  readonly thumbprint: string;
  readonly identity: string;
  /** IDA 1.1.5 has it in `identity`. */
  readonly sessionKey?: string;
}

/** id-authentication v1.2.0 and later, `IdAuthSecurityManager.encryptData`: unpadded base64url, thumbprint in hex. */
export function encryptInFields(identity: string, certificate: X509Certificate): DisclosedIdentity {
  const { sessionKey, data } = encrypt(identity, certificate);
  return {
    thumbprint: thumbprintOf(certificate).toString('hex').toUpperCase(),
    identity: data.toString('base64url'),
    sessionKey: sessionKey.toString('base64url'),
  };
}

/** id-authentication v1.1.5.5, the same method: session key, splitter and data in one, thumbprint in base64url. */
export function encryptInBlob(identity: string, certificate: X509Certificate): DisclosedIdentity {
  const { sessionKey, data } = encrypt(identity, certificate);
  return {
    thumbprint: thumbprintOf(certificate).toString('base64url'),
    identity: Buffer.concat([sessionKey, Buffer.from(KEY_SPLITTER), data]).toString('base64url'),
  };
}

function encrypt(plaintext: string, certificate: X509Certificate): Encrypted {
  const [key, iv] = [randomBytes(SESSION_KEY_BYTES), randomBytes(IV_BYTES)];
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const ciphertext = [cipher.update(plaintext, 'utf8'), cipher.final()];
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  return {
    sessionKey: publicEncrypt({ key: certificate.publicKey, ...oaep }, key),
    data: Buffer.concat([...ciphertext, cipher.getAuthTag(), iv]),
  };
}

function thumbprintOf(certificate: X509Certificate): Buffer {
  return createHash('sha256').update(certificate.raw).digest();
}
