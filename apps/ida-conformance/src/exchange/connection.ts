import type { X509Certificate } from 'node:crypto';

import type { PartnerKey } from '@mts/crypto';

import type { Version } from '../cases/case.js';
import type { OtherName } from './changes.js';

/** How the IDA under test is reached, and as whom. */
export interface Connection {
  /** Of the `/auth` call, without the licence, partner and API key behind it. */
  readonly authUrl: string;
  readonly version: Version;
  readonly partnerId: string;
  /** Secret. */
  readonly apiKey: string;
  /** Secret. */
  readonly mispLicenceKey: string;
  readonly partnerKey: PartnerKey;
  /** Of another partner under the same CA. */
  readonly otherPartnerKey: PartnerKey | undefined;
  /** Application `IDA`, reference `PARTNER`. */
  readonly idaCertificate: X509Certificate;
  /** Certificates that must have signed the answers; without any, the one in the answer itself is taken. */
  readonly answerPins: readonly X509Certificate[];
  readonly domainUri: string | undefined;
  /** As the country calls its UIN in `individualIdType`. */
  readonly uinType: string;
  readonly uinLengthDigits: number;
  readonly vidLengthDigits: number;
  /** Secrets: licence and API keys of other registrations. */
  readonly others: Readonly<Partial<Record<OtherName, string>>>;
  readonly answerTimeoutMs: number;
}
