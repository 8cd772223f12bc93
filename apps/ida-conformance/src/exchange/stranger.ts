import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';

import forge from 'node-forge';

/** A key and a self-signed certificate that no IDA has ever seen. */
export interface Stranger {
  readonly privateKey: KeyObject;
  readonly certificate: X509Certificate;
}

let made: Stranger | undefined;

/** Made when it is first needed, and the same from then on. */
export function stranger(): Stranger {
  made ??= make();
  return made;
}

function make(): Stranger {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  );
  certificate.serialNumber = '01';
  const yesterday = Date.now() - 86_400_000;
  certificate.validity.notBefore = new Date(yesterday);
  certificate.validity.notAfter = new Date(yesterday + 30 * 86_400_000);
  const name = [{ name: 'commonName', value: 'IDA conformance, certificate of nobody' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  certificate.sign(forge.pki.privateKeyFromPem(pem), forge.md.sha256.create());
  return { privateKey, certificate: new X509Certificate(forge.pki.certificateToPem(certificate)) };
}
