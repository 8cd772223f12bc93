import type { X509Certificate } from 'node:crypto';

/** A status as partner management publishes it to IDA. */
type Status = 'ACTIVE' | 'INACTIVE' | 'DELETED';

interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** A factor that a request can bring (`MatchType.Category`). */
export type Factor = 'demo' | 'otp' | 'pin' | 'bio';

export const BIO_TYPES = ['Finger', 'Iris', 'Face'] as const;
export type BioType = (typeof BIO_TYPES)[number];

/** What a policy can allow or demand: factors, biometrics of each type by themselves, and two services. */
export type Permission = Exclude<Factor, 'bio'> | `bio-${BioType}` | 'otp-request' | 'kyc';

/** `random`: another token in each call. Anything else that a policy may say counts as random in IDA. */
export type AuthTokenType = 'random' | 'partner' | 'policy';

/** What a relying party may do, and what it is told. */
export interface Policy {
  readonly id: string;
  readonly status: Status;
  readonly period: Period;
  /** `allowedAuthTypes`. */
  readonly allowedFactors: readonly Permission[];
  /** Those of `allowedAuthTypes` that are marked mandatory. */
  readonly mandatoryFactors: readonly Permission[];
  readonly authTokenType: AuthTokenType;
  /** What eKYC discloses, by the attributes of the identity (`fullName`, `dateOfBirth`, `photo`, …). */
  readonly allowedKycAttributes: readonly string[];
  /** In which languages; if the country uses none of them (or none is named), in all that it uses. */
  readonly kycLanguages: readonly string[];
}

/** What IDA knows of the one relying party that it serves here, and of the MISP it comes through. */
export interface Registration {
  readonly partner: {
    readonly id: string;
    readonly status: Status;
    /** On the hotlist: found out only after a VID was used up. */
    readonly isBlocked: boolean;
    /** Upper-case hex SHA-256 of the registered certificate: the one that PMS signed. */
    readonly certificateSha256: string;
    /** The same certificate: what eKYC answers are encrypted for. Without it there are none. */
    readonly certificate?: X509Certificate;
  };
  readonly apiKey: { readonly key: string; readonly status: Status; readonly period: Period };
  readonly misp: {
    readonly licenceKey: string;
    readonly status: Status;
    readonly period: Period;
    /** The MISP may sign in place of the relying party. */
    readonly certificateSha256?: string;
  };
  readonly policy: Policy;
}

export function isWithin({ from, to }: Period, now: Date): boolean {
  return from <= now && now <= to;
}
