/** What differs between versions of IDA for its caller; everything else is the same in all of them. */
export interface Profile {
  /** `requestedAuth` says which factors to check; from 1.2.0 IDA takes them from what is filled in. */
  readonly sendsRequestedAuth: boolean;
}

/** Profiles by the version of IDA, as `mosip/id-authentication` tags it. A version is added as a row. */
export const PROFILES = {
  '1.2.0.1': { sendsRequestedAuth: false },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof PROFILES;
