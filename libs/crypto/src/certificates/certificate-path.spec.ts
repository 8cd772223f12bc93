import { createPrivateKey, createPublicKey, type JsonWebKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { idaVectorPath } from '@mts/testing';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { leadsToAnchor } from './certificate-path.js';

type KeyName = 'ca-root' | 'ca-inter' | 'partner' | 'ida-sign' | 'ida-partner';

const given = (name: string): X509Certificate =>
  new X509Certificate(readFileSync(idaVectorPath(`keys/${name}.crt.pem`)));
const root = given('ca-root');
const intermediate = given('ca-inter');
const leaf = given('partner');

const FROM = new Date('2030-01-01T00:00:00Z');
const UNTIL = new Date('2031-01-01T00:00:00Z');
const NOW = new Date('2030-06-01T00:00:00Z');

const CA = { name: 'basicConstraints', cA: true, critical: true };
const CERT_SIGN = { name: 'keyUsage', keyCertSign: true, critical: true };
const DIGITAL_SIGNATURE = { name: 'keyUsage', digitalSignature: true, critical: true };

function keyPair(name: KeyName): forge.pki.rsa.KeyPair {
  const jwk = JSON.parse(readFileSync(idaVectorPath(`keys/${name}.key.jwk.json`), 'utf8')) as JsonWebKey;
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return {
    privateKey: forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()),
    publicKey: forge.pki.publicKeyFromPem(publicPem),
  };
}

const nameOf = (key: KeyName): forge.pki.CertificateField[] => [
  { shortName: 'CN', value: `TEST ONLY ${key}` },
];

/** A certificate for one of the vectors' keys, signed by another of them. */
function issue(subject: KeyName, issuer: KeyName, extensions: readonly object[]): X509Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = '01';
  certificate.publicKey = keyPair(subject).publicKey;
  certificate.setSubject(nameOf(subject));
  certificate.setIssuer(nameOf(issuer));
  certificate.validity.notBefore = FROM;
  certificate.validity.notAfter = UNTIL;
  // Copies, since node-forge writes the encoded value into what it is given.
  certificate.setExtensions(extensions.map((extension) => ({ ...extension })));
  certificate.sign(keyPair(issuer).privateKey, forge.md.sha256.create());
  return new X509Certificate(forge.pki.certificateToPem(certificate));
}

describe('leadsToAnchor', () => {
  it('accepts a path to an anchor that is left out of it, stands at its end, or stands in its middle', () => {
    expect(leadsToAnchor([leaf, intermediate], [root], NOW)).toBe(true);
    expect(leadsToAnchor([leaf, intermediate, root], [root], NOW)).toBe(true);
    expect(leadsToAnchor([leaf, intermediate, root], [intermediate], NOW)).toBe(true);
  });

  it('accepts the right one among several anchors', () => {
    expect(leadsToAnchor([leaf, intermediate], [given('ida-sign'), root], NOW)).toBe(true);
  });

  it('refuses a path with a gap, in another order, to another anchor, to none, and an empty one', () => {
    expect(leadsToAnchor([leaf], [root], NOW)).toBe(false);
    expect(leadsToAnchor([intermediate, leaf], [leaf], NOW)).toBe(false);
    expect(leadsToAnchor([leaf, root, intermediate], [root], NOW)).toBe(false);
    expect(leadsToAnchor([leaf, intermediate], [given('ida-sign')], NOW)).toBe(false);
    expect(leadsToAnchor([leaf, intermediate], [], NOW)).toBe(false);
    expect(leadsToAnchor([], [root], NOW)).toBe(false);
  });

  it('refuses an issuer of another name though its key signed', () => {
    // The same key as that of the anchor, which has another subject.
    expect(leadsToAnchor([issue('partner', 'ca-root', [])], [root], NOW)).toBe(false);
  });

  it('refuses an issuer of the right name whose key did not sign', () => {
    const genuine = issue('ca-root', 'ca-root', [CA, CERT_SIGN]);
    const forged = forge.pki.certificateFromPem(issue('partner', 'ca-root', []).toString());
    forged.sign(keyPair('ida-partner').privateKey, forge.md.sha256.create());
    const signedByAnother = new X509Certificate(forge.pki.certificateToPem(forged));
    expect(leadsToAnchor([issue('partner', 'ca-root', [])], [genuine], NOW)).toBe(true);
    expect(leadsToAnchor([signedByAnother], [genuine], NOW)).toBe(false);
  });

  it.each([
    // The leaf becomes valid a second after its issuers, and ends a second after them.
    ['2026-11-22T00:47:16Z', false],
    ['2026-11-22T00:47:17Z', true],
    ['2046-11-17T00:47:16Z', true],
    ['2046-11-17T00:47:17Z', false],
  ])('holds to the dates of all certificates, the anchor included: at %s it answers %s', (time, accepted) => {
    expect(leadsToAnchor([leaf, intermediate], [root], new Date(time))).toBe(accepted);
    expect(leadsToAnchor([leaf], [intermediate], new Date(time))).toBe(accepted);
  });

  it('refuses an issuer that is no CA, between and as anchor', () => {
    const genuineRoot = issue('ca-root', 'ca-root', [CA, CERT_SIGN]);
    const endEntity = issue('partner', 'ca-root', [{ ...CA, cA: false }]);
    const issuedByEndEntity = issue('ida-sign', 'partner', []);
    expect(leadsToAnchor([issuedByEndEntity, endEntity], [genuineRoot], NOW)).toBe(false);
    expect(leadsToAnchor([issuedByEndEntity], [endEntity], NOW)).toBe(false);
  });

  it('refuses an issuer whose key usage leaves out signing certificates', () => {
    const notForCertificates = issue('ca-root', 'ca-root', [CA, DIGITAL_SIGNATURE]);
    expect(leadsToAnchor([issue('partner', 'ca-root', [])], [notForCertificates], NOW)).toBe(false);
  });

  it('holds to the path length of issuers, between and as anchor', () => {
    const signing = issue('ida-sign', 'ca-inter', []);
    const lower = issue('ca-inter', 'partner', [CA, CERT_SIGN]);
    const upper = (limit: object): X509Certificate =>
      issue('partner', 'ca-root', [{ ...CA, ...limit }, CERT_SIGN]);
    const top = (limit: object): X509Certificate =>
      issue('ca-root', 'ca-root', [{ ...CA, ...limit }, CERT_SIGN]);
    expect(leadsToAnchor([signing, lower, upper({})], [top({})], NOW)).toBe(true);
    expect(
      leadsToAnchor([signing, lower, upper({ pathLenConstraint: 1 })], [top({ pathLenConstraint: 2 })], NOW),
    ).toBe(true);
    expect(leadsToAnchor([signing, lower, upper({ pathLenConstraint: 0 })], [top({})], NOW)).toBe(false);
    expect(leadsToAnchor([signing, lower, upper({})], [top({ pathLenConstraint: 1 })], NOW)).toBe(false);
  });

  it('refuses a first certificate whose key usage leaves out signing', () => {
    const anchor = issue('ca-root', 'ca-root', [CA, CERT_SIGN]);
    const forSigning = issue('partner', 'ca-root', [DIGITAL_SIGNATURE]);
    const forEncryption = issue('partner', 'ca-root', [{ name: 'keyUsage', keyEncipherment: true }]);
    expect(leadsToAnchor([forSigning], [anchor], NOW)).toBe(true);
    expect(leadsToAnchor([forEncryption], [anchor], NOW)).toBe(false);
  });

  it('refuses a certificate with a critical extension that it does not judge, but not one that is not critical', () => {
    const anchor = issue('ca-root', 'ca-root', [CA, CERT_SIGN]);
    const extended = (critical: boolean): X509Certificate =>
      issue('partner', 'ca-root', [{ name: 'extKeyUsage', serverAuth: true, critical }]);
    expect(leadsToAnchor([extended(false)], [anchor], NOW)).toBe(true);
    expect(leadsToAnchor([extended(true)], [anchor], NOW)).toBe(false);
  });

  it.each([
    ['is cut off', '\u0003\u0005\u0000\u0080'],
    ['is empty', ''],
    ['has the indefinite length that DER forbids', '\u0003\u0080\u0000\u0000'],
  ])('throws when the key usage of a certificate %s', (_what, value) => {
    const anchor = issue('ca-root', 'ca-root', [CA, CERT_SIGN]);
    const malformed = issue('partner', 'ca-root', [{ id: '2.5.29.15', value }]);
    expect(() => leadsToAnchor([malformed], [anchor], NOW)).toThrow(RangeError);
  });
});
