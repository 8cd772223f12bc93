import { AUTH_STAGES, KYC_FILTER, OTP_FILTER, type Stages } from './checks/index.js';

/** An endpoint of IDA: `POST /idauthentication/v1/{name}/{licence}/{partner}/{apiKey}`. */
export interface Endpoint {
  readonly apiId: string;
  readonly stages: Stages;
  /** `response` of an answer that consists of errors. */
  readonly refusal: unknown;
}

const NO_FURTHER_STAGES = { validator: [], controller: [], facade: [] };

export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  auth: {
    apiId: 'mosip.identity.auth',
    stages: AUTH_STAGES,
    refusal: { authStatus: false, authToken: null },
  },
  kyc: {
    apiId: 'mosip.identity.kyc',
    stages: { filter: KYC_FILTER, ...NO_FURTHER_STAGES },
    refusal: { kycStatus: false, authToken: null, thumbprint: null, identity: null, sessionKey: null },
  },
  otp: {
    apiId: 'mosip.identity.otp',
    stages: { filter: OTP_FILTER, ...NO_FURTHER_STAGES },
    refusal: null,
  },
};
