import type { Check, FactorCheck } from '../call.js';
import { biometrics } from './biometrics.js';
import { demographics } from './demographics.js';
import { envelope } from './envelope.js';
import { factorsSupported, someFactor } from './factors.js';
import {
  authTypeLock,
  existence,
  expiry,
  hotlist,
  individualId,
  token,
  vidConsumption,
} from './individual.js';
import { idIs, version } from './message.js';
import {
  factorsAllowed,
  kycAllowed,
  mandatoryFactors,
  otpRequestAllowed,
  partner,
  pathParameters,
} from './partner.js';
import { readable } from './request-block.js';
import { authorizationPresent, signaturePresent, signatureValid } from './signature.js';
import { consent, domainUri, environment, requestTimes, transactionId } from './validity.js';

const signature = [signaturePresent, signatureValid, authorizationPresent];
const relyingParty = [pathParameters, partner];

/**
 * What IDA checks, in its order (id-authentication v1.2.0.1). In each stage the first check that objects ends it.
 *
 * - `filter` (servlet filters): answered as two errors, the general IDA-MLC-007 and the specific one.
 * - `validator` (`AuthRequestValidator`).
 * - `controller` (`AuthController`): done whatever the validator found, its objections are added.
 * - `facade` (`AuthFacadeImpl`, up to the comparison): from `VID consumption` on a VID can be used up.
 * - `factors`: what the call brought is compared, up to the first factor that does not match.
 */
export interface Stages {
  readonly filter: readonly Check[];
  readonly validator: readonly Check[];
  readonly controller: readonly Check[];
  readonly facade: readonly Check[];
  readonly factors: readonly FactorCheck[];
}

export const AUTH_STAGES: Stages = {
  filter: [
    idIs('mosip.identity.auth'),
    version,
    ...signature,
    envelope,
    biometrics,
    ...relyingParty,
    readable,
    factorsAllowed,
    mandatoryFactors,
  ],
  validator: [consent, requestTimes, domainUri, environment, transactionId, factorsSupported, someFactor],
  controller: [individualId],
  facade: [existence, expiry, vidConsumption, token, hotlist, authTypeLock],
  factors: [demographics],
};

/** No policy allows eKYC or OTP requests here, so both end in the filter. */
export const KYC_FILTER: readonly Check[] = [
  idIs('mosip.identity.kyc'),
  version,
  ...signature,
  envelope,
  biometrics,
  ...relyingParty,
  kycAllowed,
];

/** An OTP request is signed, not encrypted. */
export const OTP_FILTER: readonly Check[] = [
  idIs('mosip.identity.otp'),
  version,
  ...signature,
  ...relyingParty,
  otpRequestAllowed,
];
