import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import forge from 'node-forge';

/** A throw-away key with a certificate of its own making. */
export interface ForgedKey {
  readonly privateKey: KeyObject;
  readonly certificate: X509Certificate;
}

export interface ForgedKeyOptions {
  readonly lengthBits?: number;
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

export function forgedKey(options: ForgedKeyOptions = {}): ForgedKey {
  const { lengthBits = 2048, validFrom = new Date('2026-01-01'), validTo = new Date('2046-01-01') } = options;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: lengthBits });
  const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = '01';
  certificate.publicKey = forge.pki.publicKeyFromPem(publicPem);
  certificate.setSubject([{ shortName: 'CN', value: 'TEST ONLY' }]);
  certificate.setIssuer([{ shortName: 'CN', value: 'TEST ONLY' }]);
  certificate.validity.notBefore = validFrom;
  certificate.validity.notAfter = validTo;
  certificate.sign(forgeKey(privateKey), forge.md.sha256.create());
  return { privateKey, certificate: new X509Certificate(forge.pki.certificateToPem(certificate)) };
}

/** A PKCS#12 file of the key and its certificate. */
export function pkcs12Of({ privateKey, certificate }: ForgedKey, password: string): Buffer {
  const leaf = forge.pki.certificateFromPem(certificate.toString());
  const structure = forge.pkcs12.toPkcs12Asn1(forgeKey(privateKey), leaf, password);
  return Buffer.from(forge.asn1.toDer(structure).getBytes(), 'latin1');
}

function forgeKey(privateKey: KeyObject): forge.pki.rsa.PrivateKey {
  return forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
}
