import { generateKeyPairSync } from 'node:crypto';

import forge from 'node-forge';

/** A PKCS#12 file of a new key with a certificate of its own making. */
export function newPartnerFile(password: string): Buffer {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const key = forge.pki.privateKeyFromPem(pair.privateKey);
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = '01';
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  for (const name of ['setSubject', 'setIssuer'] as const)
    certificate[name]([{ shortName: 'CN', value: 'TEST ONLY' }]);
  certificate.validity.notBefore = new Date('2026-01-01');
  certificate.validity.notAfter = new Date('2046-01-01');
  certificate.sign(key, forge.md.sha256.create());
  const file = forge.pkcs12.toPkcs12Asn1(key, certificate, password);
  return Buffer.from(forge.asn1.toDer(file).getBytes(), 'latin1');
}
