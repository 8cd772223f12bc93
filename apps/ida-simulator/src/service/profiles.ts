/** What differs between versions of IDA, as data. */
export interface Profile {
  readonly version: string;
  readonly requestTime: {
    /** How old a request may be: `authrequest.received-time-allowed.seconds`. */
    readonly allowedSeconds: number;
    /** Added to that, and how far ahead its clock may be: `authrequest.received-time-adjustment.seconds`. */
    readonly adjustmentSeconds: number;
  };
  /** Whether a person whose data did not match is answered with a token all the same (fixed in 1.2.1.0). */
  readonly tokenOnMismatch: 'given' | 'withheld';
}

/** Defaults of mosip-config, `id-authentication-default.properties`, of each version. */
export const PROFILES = {
  '1.2.0.1': {
    version: '1.2.0.1',
    requestTime: { allowedSeconds: 30, adjustmentSeconds: 30 },
    tokenOnMismatch: 'given',
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;
export const DEFAULT_PROFILE: ProfileName = '1.2.0.1';
