import type { KeyObject, X509Certificate } from 'node:crypto';

/** What the relying party signs its requests with. */
export interface PartnerKey {
  readonly privateKey: KeyObject;
  /** The certificate of that key: the one that MOSIP's partner management signed and IDA holds. */
  readonly certificate: X509Certificate;
  /** The certificates of its issuers, nearest first, as far as they were given. */
  readonly chain: readonly X509Certificate[];
}
