import type { X509Certificate } from 'node:crypto';
import type { PartnerKey } from '@mts/crypto';

/** Where the key comes from that signs requests and opens eKYC answers. */
export interface PartnerKeySource {
  /** The key for the next call; a call keeps the one that it began with. Asked for each call, so it should be quick. */
  current(): PartnerKey | Promise<PartnerKey>;
}

/** Where the certificate comes from that requests are sealed for. */
export interface IdaCertificateSource {
  /** The certificate for the next call. Asked for each call, so it should be quick. */
  current(): X509Certificate | Promise<X509Certificate>;
  /**
   * Gets the certificate again, because IDA cannot read what was sealed for the current one. `changed`: `current` gives
   * another one from now on. Asked by every call that was refused, also by many at once.
   *
   * @throws KeySourceError it cannot be got; the current one stays
   */
  renew(): Promise<'changed' | 'same'>;
}

/** A key or certificate that cannot be had. The text is for the operator, and holds no secret; there is no `cause`. */
export class KeySourceError extends Error {
  override readonly name = 'KeySourceError';
}

/** The text of an error that is made for the operator, without what it wraps. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
