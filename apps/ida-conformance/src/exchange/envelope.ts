import {
  constants,
  createCipheriv,
  createHash,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  type X509Certificate,
} from 'node:crypto';

import { certificateThumbprint } from '@mts/crypto';

import type { EnvelopeForm } from './changes.js';
import { stranger } from './stranger.js';

/** The fields that hide the inner part, as on the wire. */
export interface Envelope {
  readonly request: string;
  readonly requestHMAC: string;
  readonly requestSessionKey: string;
  readonly thumbprint: string;
}

const TAG_BYTES = 16;
/** Flips the lowest bit of the last byte but so many. */
const flipped = (bytes: Buffer, fromTheEnd: number): Buffer => {
  const copy = Buffer.from(bytes);
  const at = copy.length - 1 - fromTheEnd;
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
};

/**
 * Seals the inner part for IDA: as a client must (AES-256-GCM as `ciphertext | tag | nonce of 16 bytes`, the hash as
 * upper-case hex, the session key under RSA-OAEP with SHA-256; `IdAuthFilter.decipherRequest`, `CryptoCore`), or with
 * the one difference that is asked for.
 */
export function seal(plaintext: Buffer, idaCertificate: X509Certificate, form?: EnvelopeForm): Envelope {
  const sessionKey = randomBytes(form === 'key of 128 bits' ? 16 : 32);
  const request = encrypt(sessionKey, plaintext, form);
  const hashKey = form === 'hash under another key' ? randomBytes(32) : sessionKey;
  const hash = encrypt(hashKey, Buffer.from(hashText(plaintext, form), 'ascii'));
  const wrapFor = form === 'key for another certificate' ? stranger().certificate : idaCertificate;
  return {
    request: encodedRequest(form === 'damaged tag' ? flipped(request, TAG_BYTES) : request, form),
    requestHMAC: encoded(form === 'damaged hash' ? flipped(hash, TAG_BYTES) : hash, form),
    requestSessionKey: encoded(wrap(wrapFor.publicKey, sessionKey, form), form),
    thumbprint: thumbprint(idaCertificate, form),
  };
}

function encrypt(key: Buffer, plaintext: Buffer, form?: EnvelopeForm): Buffer {
  const nonce = randomBytes(form === 'nonce of 12 bytes' ? 12 : 16);
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm', key, nonce, {
    authTagLength: TAG_BYTES,
  });
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat(form === 'nonce in front' ? [nonce, sealed] : [sealed, nonce]);
}

function hashText(plaintext: Buffer, form?: EnvelopeForm): string {
  const hash = createHash('sha256').update(plaintext);
  if (form === 'hash of something else') hash.update(' ');
  const hex = hash.digest('hex');
  return form === 'hash in lower case' ? hex : hex.toUpperCase();
}

function wrap(publicKey: KeyObject, key: Buffer, form?: EnvelopeForm): Buffer {
  if (form === 'key wrapped with PKCS #1 v1.5') {
    return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key);
  }
  const oaepHash = form === 'key wrapped with OAEP SHA-1' ? 'sha1' : 'sha256';
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, key);
}

function thumbprint(certificate: X509Certificate, form?: EnvelopeForm): string {
  if (form === 'thumbprint of another certificate') {
    return certificateThumbprint(stranger().certificate).toString('base64url');
  }
  const bytes = certificateThumbprint(certificate);
  if (form === 'thumbprint in hex') return bytes.toString('hex').toUpperCase();
  return bytes.toString(form === 'thumbprint in lower-case hex' ? 'hex' : 'base64url');
}

function encoded(bytes: Buffer, form?: EnvelopeForm): string {
  const text = bytes.toString('base64url');
  return form === 'padded' ? text.padEnd(Math.ceil(text.length / 4) * 4, '=') : text;
}

/** Where the base64 itself is at fault, the `request` alone is. */
function encodedRequest(bytes: Buffer, form?: EnvelopeForm): string {
  const text = encoded(bytes, form);
  if (form === 'with line breaks') return text.replaceAll(/.{76}/g, '$&\n');
  if (form === 'wrong padding') return `${text}=${text.length % 4 === 3 ? '=' : ''}`;
  // The first character is replaced where chance made a text in which the alphabets do not differ.
  if (form === 'standard alphabet')
    return bytes.toString('base64').replace(/^[^+/]*$/, (all) => `+${all.slice(1)}`);
  return text;
}
