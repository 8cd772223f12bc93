import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

import forge from 'node-forge';

export interface Issued {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

interface Subject {
  readonly organization: string;
  readonly commonName: string;
}

const KEY_BITS = 2048;
const YEARS_IN_FORCE = 20;
const generate = promisify(generateKeyPair);

/** A certificate authority: self-signed without `issuer`. */
export async function issueAuthority(subject: Subject, issuer?: Issued): Promise<Issued> {
  return issue(subject, issuer, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]);
}

/** An end entity that signs, and decrypts keys. */
export async function issueLeaf(subject: Subject, issuer: Issued): Promise<Issued> {
  return issue(subject, issuer, [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
  ]);
}

async function issue(
  subject: Subject,
  issuer: Issued | undefined,
  extensions: readonly object[],
): Promise<Issued> {
  const { publicKey, privateKey } = await generate('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = serialNumber();
  const now = new Date();
  certificate.validity.notBefore = new Date(now.getTime() - 24 * 3_600_000);
  certificate.validity.notAfter = new Date(now);
  certificate.validity.notAfter.setUTCFullYear(now.getUTCFullYear() + YEARS_IN_FORCE);
  const name = nameOf(subject);
  certificate.setSubject(name);
  certificate.setIssuer(
    issuer ? forge.pki.certificateFromPem(issuer.certificatePem).subject.attributes : name,
  );
  certificate.setExtensions([...extensions, { name: 'subjectKeyIdentifier' }]);
  const signingKey = forge.pki.privateKeyFromPem(issuer?.privateKeyPem ?? privateKey);
  certificate.sign(signingKey, forge.md.sha256.create());
  return { certificatePem: forge.pki.certificateToPem(certificate), privateKeyPem: privateKey };
}

/** Positive, as RFC 5280 section 4.1.2.2 asks. */
function serialNumber(): string {
  return `01${randomBytes(15).toString('hex')}`;
}

function nameOf({ organization, commonName }: Subject): forge.pki.CertificateField[] {
  return [
    { name: 'countryName', value: 'XX' },
    { name: 'organizationName', value: organization },
    { name: 'organizationalUnitName', value: 'IDA simulator' },
    { name: 'commonName', value: commonName },
  ];
}

/** PKCS#12 with PBES2 AES-256; the key's own certificate is the one that carries its localKeyID. */
export function pkcs12(leaf: Issued, chain: readonly Issued[], password: string): Buffer {
  const key = forge.pki.privateKeyFromPem(leaf.privateKeyPem);
  const certificates = [leaf, ...chain].map(({ certificatePem }) =>
    forge.pki.certificateFromPem(certificatePem),
  );
  const asn1 = forge.pkcs12.toPkcs12Asn1(key, certificates, password, { algorithm: 'aes256' });
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary');
}
