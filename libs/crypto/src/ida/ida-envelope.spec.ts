import {
  constants,
  createDecipheriv,
  createHash,
  createPrivateKey,
  type JsonWebKey,
  privateDecrypt,
  X509Certificate,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IDA_VECTOR_PASSWORD, idaVector, idaVectorPath } from '@mts/testing';
import { describe, expect, it } from 'vitest';
import { readPkcs12 } from '../pkcs12/index.js';
import { IdaEnvelope, type SealedRequest } from './index.js';

const certificate = new X509Certificate(readFileSync(idaVectorPath('keys/ida-partner.crt.der')));
const idaKey = createPrivateKey({
  key: JSON.parse(readFileSync(idaVectorPath('keys/ida-partner.key.jwk.json'), 'utf8')) as JsonWebKey,
  format: 'jwk',
});

const sessionKeyOf = ({ requestSessionKey }: Pick<SealedRequest, 'requestSessionKey'>): Buffer =>
  privateDecrypt(
    { key: idaKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    Buffer.from(requestSessionKey, 'base64url'),
  );

/** As IDA reads it: the last 16 bytes are the IV, the 16 before them the tag. */
function opened(sessionKey: Buffer, field: string): Buffer {
  const bytes = Buffer.from(field, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', sessionKey, bytes.subarray(-16), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-32, -16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -32)), decipher.final()]);
}

const plaintext = Buffer.from(
  '{"demographics":{"name":[{"language":"ara","value":"ليلى"}]},"biometrics":[]}',
);
const envelope = new IdaEnvelope(certificate);

describe('the reader of these tests', () => {
  it('opens what the original sealed', () => {
    const { body, expected } = idaVector('v01');
    const request = JSON.parse(body) as SealedRequest;
    const sessionKey = sessionKeyOf(request);
    expect(opened(sessionKey, request.request).toString()).toBe(expected.plaintext_request);
    expect(opened(sessionKey, request.requestHMAC).toString()).toBe(expected.hmac_plaintext);
  });
});

describe('IdaEnvelope', () => {
  it('seals the request so that the holder of the IDA key reads it byte for byte', () => {
    const sealed = envelope.seal(plaintext);
    expect(opened(sessionKeyOf(sealed), sealed.request).equals(plaintext)).toBe(true);
  });

  it('seals an AES-256 key in one RSA block', () => {
    const sealed = envelope.seal(plaintext);
    expect(sessionKeyOf(sealed)).toHaveLength(32);
    expect(Buffer.from(sealed.requestSessionKey, 'base64url')).toHaveLength(256);
  });

  it('seals the upper-case hexadecimal SHA-256 of the plaintext as requestHMAC', () => {
    const sealed = envelope.seal(plaintext);
    const hash = createHash('sha256').update(plaintext).digest('hex').toUpperCase();
    expect(opened(sessionKeyOf(sealed), sealed.requestHMAC).toString('ascii')).toBe(hash);
  });

  it('names the IDA certificate by the SHA-256 of its DER in base64url', () => {
    const expected = Buffer.from(idaVector('v01').expected.ida_cert_sha256_hex_upper, 'hex').toString(
      'base64url',
    );
    expect(envelope.seal(plaintext).thumbprint).toBe(expected);
  });

  it('writes every field in base64url without padding', () => {
    for (const field of Object.values(envelope.seal(plaintext))) expect(field).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('uses a new session key for each request and a new IV for each field', () => {
    const sealed = Array.from({ length: 5 }, () => envelope.seal(plaintext));
    const keys = sealed.map((request) => sessionKeyOf(request).toString('hex'));
    const ivs = sealed
      .flatMap(({ request, requestHMAC }) => [request, requestHMAC])
      .map((field) => Buffer.from(field, 'base64url').subarray(-16).toString('hex'));
    expect(new Set(keys).size).toBe(5);
    expect(new Set(ivs).size).toBe(10);
  });

  it('refuses a certificate without an RSA key and tells which one to give', () => {
    const elliptic = readFileSync(new URL('../pkcs12/fixtures/elliptic.p12', import.meta.url));
    expect(() => new IdaEnvelope(readPkcs12(elliptic, IDA_VECTOR_PASSWORD).certificate)).toThrow(
      /no RSA key of 2048 bits or more: give the one of application IDA/,
    );
  });
});
