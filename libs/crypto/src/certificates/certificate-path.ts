import type { X509Certificate } from 'node:crypto';
import { isIssuedBy } from './certificate.js';
import { certificateLimits } from './certificate-extensions.js';

/**
 * Whether a path leads from a signing certificate to one of the trusted CA certificates (RFC 5280 §6, as far as IDA's
 * own trust check goes): each certificate is issued by the next, the last by an anchor; all are within their dates;
 * every issuer is a CA whose path length allows it; the first may sign; none demands what is not judged here. There
 * is no check of revocation, as IDA has none.
 *
 * @param path the signing certificate first, then its issuers in order; the anchor may stand at the end or be left out
 * @throws RangeError when the DER of a certificate is not readable
 */
export function leadsToAnchor(
  path: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  at: Date,
): boolean {
  let subject: X509Certificate | undefined;
  for (const [casBelow, certificate] of path.entries()) {
    const limits = certificateLimits(certificate);
    if (!isWithinDates(certificate, at) || limits.demandsMore) return false;
    if (subject === undefined ? !limits.maySign : !mayIssue(certificate, subject, casBelow - 1)) return false;
    if (anchors.some((anchor) => isWithinDates(anchor, at) && mayIssue(anchor, certificate, casBelow)))
      return true;
    subject = certificate;
  }
  return false;
}

/** Whether the moment is within the certificate's validity, both ends included. */
export function isWithinDates(certificate: X509Certificate, at: Date): boolean {
  return certificate.validFromDate <= at && at <= certificate.validToDate;
}

/** @param casBelow CA certificates between the issuer and the signing certificate, which its path length limits */
function mayIssue(issuer: X509Certificate, subject: X509Certificate, casBelow: number): boolean {
  // `ca` is basicConstraints and, where there is a key usage, keyCertSign in it (X509_check_ca of OpenSSL answers 1).
  return issuer.ca && isIssuedBy(subject, issuer) && casBelow <= certificateLimits(issuer).pathLength;
}
