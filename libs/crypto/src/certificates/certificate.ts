import { createHash, X509Certificate } from 'node:crypto';

/**
 * The X.509 certificate in a PEM or DER file; of a PEM file that holds several, the first.
 *
 * @throws when the file holds no certificate; the text is for the operator
 */
export function readCertificate(file: Buffer): X509Certificate {
  try {
    return new X509Certificate(file);
  } catch (error) {
    throw new Error(
      'The file holds no X.509 certificate: give a PEM file (-----BEGIN CERTIFICATE-----) or a DER file (.cer, .crt, .der)',
      { cause: error },
    );
  }
}

/** SHA-256 of the certificate's DER: 32 bytes by which MOSIP's keymanager knows a certificate. */
export function certificateThumbprint(certificate: X509Certificate): Buffer {
  return createHash('sha256').update(certificate.raw).digest();
}

/** Whether the issuer's name and key made this certificate. Says nothing of dates, nor whether the issuer may. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
