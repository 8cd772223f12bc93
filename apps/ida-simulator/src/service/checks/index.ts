import type { Check, FactorCheck } from '../call.js';
import { biometricMatch } from './biometric-match.js';
import {
  captureCircumstances,
  captureTypes,
  deviceDetails,
  domainUriWithBiometrics,
  environmentWithBiometrics,
} from './biometric-validity.js';
import { biometrics } from './biometrics.js';
import { demographics } from './demographics.js';
import { ENVELOPE } from './envelope.js';
import { factorsSupported, someFactor } from './factors.js';
import {
  authTypeLock,
  childAge,
  existence,
  expiry,
  hotlist,
  individualId,
  token,
  vidConsumption,
} from './individual.js';
import { disclosure, partnerCertificate, secondaryLanguage } from './kyc.js';
import { idIs, version } from './message.js';
import {
  callNoted,
  knownBeforehand,
  otpChannels,
  otpMessage,
  otpRequestTime,
  otpSending,
} from './otp-request.js';
import { otp, otpForm } from './otp.js';
import {
  factorsAllowed,
  kycAllowed,
  mandatoryFactors,
  otpRequestAllowed,
  partner,
  pathParameters,
} from './partner.js';
import { readable } from './request-block.js';
import { authorizationPresent, certificateNamed, signaturePresent, signatureValid } from './signature.js';
import { consent, requestTimes, transactionId } from './validity.js';

const signature = [signaturePresent, signatureValid, authorizationPresent];
const relyingParty = [certificateNamed, pathParameters, partner];
const policy = [readable, factorsAllowed, mandatoryFactors];

/**
 * What IDA checks, in its order (id-authentication v1.2.0.1). In each stage the first check that objects ends it.
 *
 * - `filter` (servlet filters): answered as two errors, the general IDA-MLC-007 and the specific one.
 * - `validator` (`AuthRequestValidator` and its kin).
 * - `controller` (`AuthController`, `KycAuthController`, `OTPController`): done whatever the validator found, its
 *   objections are added.
 * - `facade` (`AuthFacadeImpl` or `OTPServiceImpl`, up to the comparison): from `VID consumption` on a VID can be used up.
 * - `factors`: what the call brought is compared, up to the first factor that does not match; after the last, eKYC
 *   puts its answer together.
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
    ...ENVELOPE,
    biometrics,
    ...relyingParty,
    ...policy,
  ],
  validator: [
    consent,
    requestTimes,
    domainUriWithBiometrics,
    environmentWithBiometrics,
    transactionId,
    factorsSupported,
    otpForm,
    captureTypes,
    captureCircumstances,
    someFactor,
  ],
  controller: [individualId, deviceDetails],
  facade: [existence, expiry, vidConsumption, token, callNoted, hotlist, childAge, authTypeLock],
  factors: [otp, demographics, biometricMatch],
};

/** As an authentication, and what the policy discloses is put together in the end. */
export const KYC_STAGES: Stages = {
  filter: [
    idIs('mosip.identity.kyc'),
    version,
    ...signature,
    ...ENVELOPE,
    biometrics,
    ...relyingParty,
    partnerCertificate,
    kycAllowed,
    ...policy,
  ],
  validator: [...AUTH_STAGES.validator, secondaryLanguage],
  controller: AUTH_STAGES.controller,
  facade: AUTH_STAGES.facade,
  factors: [...AUTH_STAGES.factors, disclosure],
};

/** An OTP request is signed, not encrypted; a block that it brings is opened all the same. */
export const OTP_STAGES: Stages = {
  filter: [
    idIs('mosip.identity.otp'),
    version,
    ...signature,
    ...ENVELOPE,
    ...relyingParty,
    otpRequestAllowed,
  ],
  validator: [otpMessage, knownBeforehand, otpRequestTime, otpChannels],
  controller: [individualId],
  facade: [existence, expiry, otpSending],
  factors: [],
};
