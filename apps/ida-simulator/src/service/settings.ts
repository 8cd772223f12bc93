import { normalizationRules, type NormalizationRules } from '../matching/normalization.js';
import type { Factor } from './registration.js';

/** What a country configures; the defaults are those of mosip-config v1.2.0.1. */
export interface Settings {
  /** `mosip.mandatory-languages`, then `mosip.optional-languages`. */
  readonly languages: readonly string[];
  /** `mosip.ida.allowed.domain.uris`. */
  readonly domainUris: readonly string[];
  /** `mosip.ida.allowed.enviromemnts` (sic). */
  readonly environments: readonly string[];
  /** `auth.types.allowed`. */
  readonly allowedFactors: readonly string[];
  /** `request.idtypes.allowed`; default: that of the version's own configuration. */
  readonly allowedIdTypes?: readonly string[];
  readonly normalization: NormalizationRules;
  readonly tokens: TokenSettings;
  /** `static.token.enable`. */
  readonly tokenInAnswer: 'given' | 'left out';
  readonly child: ChildSettings;
}

/** `ida.child-auth-filter.*`. */
export interface ChildSettings {
  /** `child.max.age`: whoever is younger is a child. */
  readonly maxAgeYears: number;
  /** `factors.denied`. */
  readonly deniedFactors: readonly Factor[];
}

export interface TokenSettings {
  /** `mosip.kernel.tokenid.uin.salt`. */
  readonly uinSalt: string;
  /** `mosip.kernel.tokenid.partnercode.salt`. */
  readonly partnerCodeSalt: string;
  /** `mosip.kernel.tokenid.length`, in decimal digits. */
  readonly length: number;
}

/** The domain that the sample relying party is registered with. */
export const SAMPLE_DOMAIN_URI = 'https://ida.sample.invalid';

export const SAMPLE_PARTNER_ID = 'mts-sample-rp';

/** What the policy of the sample relying party discloses; no photo, as the sample people have none. */
export const SAMPLE_KYC_ATTRIBUTES: readonly string[] = [
  'fullName',
  'dateOfBirth',
  'gender',
  'phone',
  'email',
  'addressLine1',
  'addressLine2',
  'addressLine3',
  'city',
  'region',
  'province',
  'postalCode',
  'fullAddress',
];

/** Fixed, so that the tokens of the sample people can be known beforehand; a real deployment keeps its salts secret. */
export const SAMPLE_TOKENS: TokenSettings = {
  uinSalt: 'mts-sample-uin-salt',
  partnerCodeSalt: 'mts-sample-partner-salt',
  length: 36,
};

export const SAMPLE_SETTINGS: Settings = {
  languages: ['eng', 'ara', 'fra'],
  domainUris: [SAMPLE_DOMAIN_URI],
  environments: ['Staging', 'Developer', 'Pre-Production', 'Production'],
  allowedFactors: ['demo', 'otp', 'bio-Finger', 'bio-Iris', 'bio-Face', 'pwd', 'kbt'],
  normalization: normalizationRules(),
  tokens: SAMPLE_TOKENS,
  tokenInAnswer: 'given',
  child: { maxAgeYears: 5, deniedFactors: ['otp', 'bio'] },
};
