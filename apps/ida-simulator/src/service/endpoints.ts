import type { Call, Ida } from './call.js';
import { AUTH_STAGES, KYC_STAGES, OTP_STAGES, type Stages } from './checks/index.js';
import type { Profile } from './profiles.js';

/** An endpoint of IDA: `POST /idauthentication/v1/{name}/{licence}/{partner}/{apiKey}`. */
export interface Endpoint {
  readonly apiId: string;
  readonly stages: Stages;
  /** What an answer consists of, in order. */
  readonly fields: readonly Field[];
  /** `response` of an answer that consists of errors. */
  readonly refusal: (profile: Profile) => unknown;
  /** `response` of an answer about an individual, once all was compared. */
  readonly response: (call: Call, ida: Ida, verdict: Verdict) => unknown;
}

type Field = 'id' | 'version' | 'transactionID' | 'responseTime' | 'errors' | 'response';

/** `BaseAuthResponseDTO` and those that extend it, then `OtpResponseDTO`, which does not. */
const AUTH_FIELDS = ['transactionID', 'version', 'id', 'errors', 'responseTime', 'response'] as const;
const OTP_FIELDS = ['id', 'version', 'transactionID', 'responseTime', 'errors', 'response'] as const;

type Verdict = 'matched' | 'not matched';

export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  auth: {
    apiId: 'mosip.identity.auth',
    stages: AUTH_STAGES,
    fields: AUTH_FIELDS,
    refusal: () => ({ authStatus: false, authToken: null }),
    response: (call, ida, verdict) => ({
      authStatus: verdict === 'matched',
      authToken: tokenFor(call, ida, verdict),
    }),
  },
  kyc: {
    apiId: 'mosip.identity.kyc',
    stages: KYC_STAGES,
    fields: AUTH_FIELDS,
    refusal: ({ kyc }) => (kyc.refusal === 'null' ? null : kycResponse(false, null)),
    response: (call, ida, verdict) => {
      const all = kycResponse(verdict === 'matched', tokenFor(call, ida, verdict), call.disclosedIdentity);
      if (ida.profile.kyc.form === 'fields') return all;
      const { sessionKey: _inIdentity, ...withoutSessionKey } = all;
      return withoutSessionKey;
    },
  },
  otp: {
    apiId: 'mosip.identity.otp',
    stages: OTP_STAGES,
    fields: OTP_FIELDS,
    refusal: () => null,
    response: ({ maskedAddresses }) => maskedAddresses,
  },
};

/** `AuthFacadeImpl.authenticateIndividual`: up to 1.2.0.1 the token stands beside a mismatch too. */
function tokenFor({ token }: Call, { profile }: Ida, verdict: Verdict): string | null {
  return verdict === 'matched' || profile.tokenOnMismatch === 'given' ? (token ?? null) : null;
}

/** `EKycResponseDTO`. */
function kycResponse(kycStatus: boolean, authToken: string | null, disclosed?: Call['disclosedIdentity']) {
  const { thumbprint = null, identity = null, sessionKey = null } = disclosed ?? {};
  return { kycStatus, authToken, thumbprint, identity, sessionKey };
}
