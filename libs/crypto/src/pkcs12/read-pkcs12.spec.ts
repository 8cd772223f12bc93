import { type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { IDA_VECTOR_PASSWORD, idaVectorPath } from '@mts/testing';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { Pkcs12Error, readPkcs12 } from './index.js';

const keyFile = (name: string): Buffer => readFileSync(idaVectorPath(`keys/${name}`));
const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const certificate = (name: string): X509Certificate => new X509Certificate(keyFile(name));

const partner = certificate('partner.crt.pem');
const issuers = ['ca-inter.crt.pem', 'ca-root.crt.pem'].map(certificate);

const belongTogether = (privateKey: KeyObject, publicKey: KeyObject): boolean =>
  verify('sha256', Buffer.from('any'), publicKey, sign('sha256', Buffer.from('any'), privateKey));

function refusalOf(file: Buffer, password = IDA_VECTOR_PASSWORD): Error {
  try {
    readPkcs12(file, password);
  } catch (error) {
    if (error instanceof Pkcs12Error) return error;
  }
  throw new Error('The file was not refused');
}

describe('readPkcs12', () => {
  const files = readdirSync(idaVectorPath('keys')).filter((name) => name.endsWith('.p12'));

  it('is tried on all six kinds of file', () => {
    expect(files).toHaveLength(6);
  });

  it.each(files)('reads the partner key, its certificate and the issuers in order from %s', (name) => {
    const key = readPkcs12(keyFile(name), IDA_VECTOR_PASSWORD);
    expect(key.certificate.raw.equals(partner.raw)).toBe(true);
    expect(belongTogether(key.privateKey, partner.publicKey)).toBe(true);
    const expected = name === 'partner-modern-leafonly.p12' ? [] : issuers;
    expect(key.chain.map(({ fingerprint256 }) => fingerprint256)).toEqual(
      expected.map(({ fingerprint256 }) => fingerprint256),
    );
  });

  it('takes, of two certificates of the key, the one that the file ties to it and not the first', () => {
    const key = readPkcs12(fixture('same-key-twice.p12'), IDA_VECTOR_PASSWORD);
    expect(key.certificate.subject).toBe(partner.subject);
  });

  it('reads a key that is not RSA, which is for its user to judge', () => {
    const key = readPkcs12(fixture('elliptic.p12'), IDA_VECTOR_PASSWORD);
    expect(key.privateKey.asymmetricKeyType).toBe('ec');
    expect(belongTogether(key.privateKey, key.certificate.publicKey)).toBe(true);
  });

  it.each(files)('asks for the password of %s when it is another, and does not repeat it', (name) => {
    const { message, cause } = refusalOf(keyFile(name), 'another-Passw0rd');
    expect(message).toMatch(/does not open with this password: give the one that it was exported with/);
    expect(message + String(cause)).not.toContain('another-Passw0rd');
  });

  it('asks for an export with the key when there is only a certificate', () => {
    expect(refusalOf(fixture('no-key.p12')).message).toMatch(
      /no private key: export .* together with its key/,
    );
  });

  it('asks for an export with the certificate when there is only a key', () => {
    expect(refusalOf(fixture('key-only.p12')).message).toMatch(
      /not the certificate that belongs to it: export the key together with the partner certificate/,
    );
  });

  it('asks for it too when the file ties another certificate to the key', () => {
    const { privateKey } = readPkcs12(keyFile('partner-modern-leafonly.p12'), IDA_VECTOR_PASSWORD);
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    // node-forge gives the key and the first certificate the same localKeyID, whatever they are.
    const mixed = forge.pkcs12.toPkcs12Asn1(
      forge.pki.privateKeyFromPem(pem),
      [forge.pki.certificateFromPem(keyFile('ca-inter.crt.pem').toString())],
      IDA_VECTOR_PASSWORD,
    );
    const file = Buffer.from(forge.asn1.toDer(mixed).getBytes(), 'latin1');
    expect(refusalOf(file).message).toMatch(/not the certificate that belongs to it/);
  });

  it('asks for an export of one entry when there are several keys', () => {
    expect(refusalOf(fixture('two-keys.p12')).message).toMatch(/2 private keys: export the entry .* alone/);
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['a PEM file', keyFile('partner.crt.pem')],
    ['a DER certificate', keyFile('ida-partner.crt.der')],
    ['a cut-off file', keyFile('partner-modern-aes256.p12').subarray(0, 1000)],
  ])('asks for a .p12 instead of %s', (_what, bytes) => {
    expect(refusalOf(bytes).message).toMatch(/no PKCS#12 file: give the partner key as \.p12 or \.pfx/);
  });
});
