import { generateKeyPairSync } from 'node:crypto';

import forge from 'node-forge';

import type { TlsIdentity } from './recorded-peers.js';

/** A new key and a certificate for localhost of its own making, which is to be trusted as it is. */
export function localhostIdentity(): TlsIdentity {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = '01';
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  for (const name of ['setSubject', 'setIssuer'] as const)
    certificate[name]([{ shortName: 'CN', value: 'localhost' }]);
  certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }]);
  certificate.validity.notBefore = new Date('2026-01-01');
  certificate.validity.notAfter = new Date('2046-01-01');
  certificate.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create());
  return { key: pair.privateKey, cert: forge.pki.certificateToPem(certificate) };
}
