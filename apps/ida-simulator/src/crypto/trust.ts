import { X509Certificate } from 'node:crypto';

/** More than any MOSIP chain has (root, intermediate, partner); ends the search in a store with a loop. */
const LONGEST_PATH = 8;

/** The CA certificates of keymanager's `AUTH` domain: roots, and the intermediates that PMS signs partners with. */
export class TrustStore {
  readonly #authorities: readonly X509Certificate[];

  constructor(authorities: readonly X509Certificate[]) {
    this.#authorities = authorities.filter((certificate) => certificate.ca);
  }

  /** The path from a leaf to a self-signed root of the store, leaf first; undefined if there is none. */
  pathOf(leaf: X509Certificate): readonly X509Certificate[] | undefined {
    const path = [leaf];
    let current = leaf;
    while (path.length < LONGEST_PATH) {
      const issuer = this.#issuerOf(current);
      if (issuer === undefined) return undefined;
      path.push(issuer);
      if (isSelfSigned(issuer)) return path;
      current = issuer;
    }
    return undefined;
  }

  #issuerOf(certificate: X509Certificate): X509Certificate | undefined {
    return this.#authorities.find(
      (authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
    );
  }
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
}

export function isInForce(certificate: X509Certificate, now: Date): boolean {
  return certificate.validFromDate <= now && now <= certificate.validToDate;
}

/** DER or PEM, as Java's `CertificateFactory` reads either; undefined if it is neither. */
export function readCertificate(bytes: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(bytes);
    // Read on demand only, and throws then if the key is broken: `CertificateFactory` reads it at once.
    return certificate.publicKey.asymmetricKeyType === undefined ? undefined : certificate;
  } catch {
    return undefined;
  }
}
