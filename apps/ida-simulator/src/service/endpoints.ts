import type { Call, Ida } from './call.js';
import { AUTH_STAGES, KYC_FILTER, OTP_FILTER, type Stages } from './checks/index.js';

/** An endpoint of IDA: `POST /idauthentication/v1/{name}/{licence}/{partner}/{apiKey}`. */
export interface Endpoint {
  readonly apiId: string;
  readonly stages: Stages;
  /** `response` of an answer that consists of errors. */
  readonly refusal: unknown;
  /** `response` of an answer about an individual, once all was compared. */
  readonly response: (call: Call, ida: Ida, verdict: 'matched' | 'not matched') => unknown;
}

const NO_FURTHER_STAGES = { validator: [], controller: [], facade: [], factors: [] };

/** `AuthFacadeImpl.authenticateIndividual`: up to 1.2.0.1 the token stands beside a mismatch too. */
const authResponse: Endpoint['response'] = ({ token }, { profile }, verdict) => ({
  authStatus: verdict === 'matched',
  authToken: verdict === 'matched' || profile.tokenOnMismatch === 'given' ? token : null,
});

export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  auth: {
    apiId: 'mosip.identity.auth',
    stages: AUTH_STAGES,
    refusal: { authStatus: false, authToken: null },
    response: authResponse,
  },
  kyc: {
    apiId: 'mosip.identity.kyc',
    stages: { filter: KYC_FILTER, ...NO_FURTHER_STAGES },
    refusal: { kycStatus: false, authToken: null, thumbprint: null, identity: null, sessionKey: null },
    response: () => null,
  },
  otp: {
    apiId: 'mosip.identity.otp',
    stages: { filter: OTP_FILTER, ...NO_FURTHER_STAGES },
    refusal: null,
    response: () => null,
  },
};
