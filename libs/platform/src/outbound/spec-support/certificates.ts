import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

import forge from 'node-forge';

/** What a TLS server is started with. */
export interface ServerKeys {
  readonly key: string;
  readonly cert: string;
}

/** A throw-away authority. */
export interface Authority {
  readonly caPem: string;
  /** A key, and a certificate for that host name. */
  readonly issueFor: (hostname: string) => ServerKeys;
}

export function newAuthority(name: string): Authority {
  const ca = newKey();
  const issuer = [{ shortName: 'CN', value: name }];
  const certify = (subject: forge.pki.CertificateField[], key: KeyObject, extensions: object[]): string => {
    const certificate = forge.pki.createCertificate();
    certificate.serialNumber = '01';
    certificate.publicKey = forge.pki.publicKeyFromPem(
      createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    );
    certificate.setSubject(subject);
    certificate.setIssuer(issuer);
    certificate.setExtensions(extensions);
    certificate.validity.notBefore = new Date('2026-01-01');
    certificate.validity.notAfter = new Date('2046-01-01');
    certificate.sign(forge.pki.privateKeyFromPem(pemOf(ca)), forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };
  const caPem = certify(issuer, ca, [{ name: 'basicConstraints', cA: true }]);
  const issueFor = (hostname: string): ServerKeys => {
    const key = newKey();
    const names = [{ name: 'subjectAltName', altNames: [{ type: 2, value: hostname }] }];
    return { key: pemOf(key), cert: certify([{ shortName: 'CN', value: hostname }], key, names) };
  };
  return { caPem, issueFor };
}

const newKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs1', format: 'pem' }).toString();
