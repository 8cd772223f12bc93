/** A status as partner management publishes it to IDA. */
type Status = 'ACTIVE' | 'INACTIVE' | 'DELETED';

interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** A factor that a request can bring (`MatchType.Category`). */
export type Factor = 'demo' | 'otp' | 'pin' | 'bio';

/** `random`: another token in each call. Anything else that a policy may say counts as random in IDA. */
export type AuthTokenType = 'random' | 'partner' | 'policy';

/** What IDA knows of the one relying party that it serves here, and of the MISP it comes through. */
export interface Registration {
  readonly partner: {
    readonly id: string;
    readonly status: Status;
    /** On the hotlist: found out only after a VID was used up. */
    readonly isBlocked: boolean;
    /** Upper-case hex SHA-256 of the registered certificate: the one that PMS signed. */
    readonly certificateSha256: string;
  };
  readonly apiKey: { readonly key: string; readonly status: Status; readonly period: Period };
  readonly misp: {
    readonly licenceKey: string;
    readonly status: Status;
    readonly period: Period;
    /** The MISP may sign in place of the relying party. */
    readonly certificateSha256?: string;
  };
  readonly policy: {
    readonly id: string;
    readonly status: Status;
    readonly period: Period;
    /** Demographic authentication is the only factor that can be allowed. */
    readonly allowedFactors: readonly 'demo'[];
    readonly mandatoryFactors: readonly Factor[];
    readonly authTokenType: AuthTokenType;
  };
}

export function isWithin({ from, to }: Period, now: Date): boolean {
  return from <= now && now <= to;
}
