import { IDA_VERSIONS, type IdaVersion } from '@mts/domain';

/** What differs between versions of IDA for its caller; everything else is the same in all of them. */
export interface Profile {
  /** The patch of mosip/id-authentication that this profile was read from, the last of its line. */
  readonly tag: string;
  /** `requestedAuth` says which factors to check; from 1.2.0 IDA takes them from what is filled in. */
  readonly sendsRequestedAuth: boolean;
  /**
   * How an eKYC answer carries its key: `joined` with the identity in one text, or `split`, in a field of its own
   * (`IdAuthSecurityManager.encryptData`).
   */
  readonly kycIdentity: 'joined' | 'split';
  /** An eKYC request names the second language it wants; from 1.2.0 the policy does (`KycAuthRequestDTO`). */
  readonly sendsSecondaryLanguage: boolean;
  /** Seconds after which a request is too old, as configured by default: what is allowed and the adjustment together. */
  readonly windowSeconds: number;
  /** `IDA-MLC-007` stands in front of each code that the filter answers with (`BaseIDAFilter`). */
  readonly genericErrorInFront: boolean;
  /** The certificate in the signature must be the one that partner management gave back, to the byte. */
  readonly comparesCertificate: boolean;
  /** A token is sent with a refusal too (mosip/id-authentication pull request 1217). */
  readonly tokenOnRefusal: boolean;
  /** A certificate in the signature that is not plain base64 of DER is refused (keymanager, `SignatureServiceImpl`). */
  readonly strictCertificate: boolean;
}

/** Profiles by the version of IDA, as `mosip/id-authentication` tags it. A version is added as a row. */
export const PROFILES = {
  '1.1.5': {
    tag: 'v1.1.5.5',
    sendsRequestedAuth: true,
    kycIdentity: 'joined',
    sendsSecondaryLanguage: true,
    windowSeconds: 35 * 60,
    genericErrorInFront: false,
    comparesCertificate: false,
    tokenOnRefusal: true,
    strictCertificate: false,
  },
  '1.2.0': {
    tag: 'v1.2.0',
    sendsRequestedAuth: false,
    kycIdentity: 'split',
    sendsSecondaryLanguage: false,
    windowSeconds: 60,
    genericErrorInFront: true,
    comparesCertificate: false,
    tokenOnRefusal: true,
    strictCertificate: false,
  },
  '1.2.0.1': {
    tag: 'v1.2.0.1',
    sendsRequestedAuth: false,
    kycIdentity: 'split',
    sendsSecondaryLanguage: false,
    windowSeconds: 60,
    genericErrorInFront: true,
    comparesCertificate: true,
    tokenOnRefusal: true,
    strictCertificate: false,
  },
  '1.2.1': {
    tag: 'v1.2.1.2',
    sendsRequestedAuth: false,
    kycIdentity: 'split',
    sendsSecondaryLanguage: false,
    windowSeconds: 60,
    genericErrorInFront: true,
    comparesCertificate: true,
    tokenOnRefusal: false,
    strictCertificate: false,
  },
  '1.3.0': {
    tag: 'v1.3.0',
    sendsRequestedAuth: false,
    kycIdentity: 'split',
    sendsSecondaryLanguage: false,
    windowSeconds: 60,
    genericErrorInFront: true,
    comparesCertificate: true,
    tokenOnRefusal: false,
    strictCertificate: true,
  },
} as const satisfies Readonly<Record<IdaVersion, Profile>>;

export type ProfileName = IdaVersion;

/** All versions, the oldest first. */
export const PROFILE_NAMES: readonly ProfileName[] = IDA_VERSIONS;
