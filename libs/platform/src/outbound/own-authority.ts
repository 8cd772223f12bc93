import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs;

/**
 * Why a text cannot be the `caPem` of a client, as the end of a sentence that starts with the name of a field; undefined
 * when it can. Node itself takes any text and ignores what is no certificate.
 */
export function caPemProblemOf(caPem: string): string | undefined {
  const certificates = caPem.match(PEM_CERTIFICATE) ?? [];
  return certificates.length > 0 && certificates.every((pem) => isCertificate(pem))
    ? undefined
    : 'must hold one or more certificates in PEM';
}

/**
 * What a server's certificate is checked with: the authorities that Node trusts, and an own one if given.
 * @throws TypeError when that is none.
 */
export function secureContextWith(caPem: string | undefined): SecureContext {
  if (caPem === undefined) return createSecureContext();
  const problem = caPemProblemOf(caPem);
  if (problem !== undefined) throw new TypeError(`caPem ${problem}`);
  return createSecureContext({ ca: [...getCACertificates('default'), caPem] });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== '';
  } catch {
    // OpenSSL cannot read it: that is the answer.
    return false;
  }
}
