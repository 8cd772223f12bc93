import { createHash } from 'node:crypto';

import { idaError, type CodeName, type IdaError } from '../codes.js';
import { found, NO_OBJECTION, type Call, type Check, type Ida } from '../call.js';
import { UnknownToIda } from '../outcomes.js';
import type { Profile } from '../profiles.js';
import { BIO_TYPES, isWithin, type Factor, type Permission, type Registration } from '../registration.js';
import { missingBioType, objectionsToBioTypes } from './biometric-policy.js';
import { objectionsOfPartnerManagement, type Credentials } from './partner-of-pms.js';

/**
 * `/auth/{licence}/{partner}` has three segments too: only fewer than three are noticed. Before 1.2.0.1 nothing about the
 * relying party is looked at then, and Spring has no handler for such an address.
 */
export const pathParameters: Check = {
  name: 'path parameters',
  step: 12,
  run: ({ segments }, { profile }) => {
    if (segments.length >= 3) return NO_OBJECTION;
    if (profile.missingPathParameters === 'not found') throw new UnknownToIda('no handler for the address');
    return [idaError('URI_PATH_PARAMS_MISSING')];
  },
};

/** id-authentication v1.2.0.1, `PartnerServiceManager.validatePartnerMappingDetails`: the first objection counts. */
export const partner: Check = {
  name: 'partner',
  step: 12,
  run: (call, { registration, profile }) => {
    if (profile.partnerRegistry === 'partner management') {
      return objectionsOfPartnerManagement(registration, credentialsOf(call), call.now);
    }
    const objection = objectionTo(registration, call, profile);
    return objection === undefined ? NO_OBJECTION : [idaError(objection)];
  },
};

function objectionTo(registration: Registration, call: Call, profile: Profile): CodeName | undefined {
  const { partner: relyingParty, apiKey, policy } = registration;
  const given = credentialsOf(call);
  if (given.partnerId !== relyingParty.id || given.apiKey !== apiKey.key) return 'PARTNER_NOT_REGISTERED';
  if (relyingParty.status === 'DELETED') return 'PARTNER_NOT_REGISTERED';
  if (relyingParty.status === 'INACTIVE') return 'PARTNER_DEACTIVATED';
  if (policy.status === 'DELETED') return 'INVALID_POLICY_ID';
  if (policy.status === 'INACTIVE' || !isWithin(policy.period, call.now)) return 'PARTNER_POLICY_NOT_ACTIVE';
  if (apiKey.status === 'DELETED') return 'PARTNER_NOT_REGISTERED';
  if (apiKey.status === 'INACTIVE') return 'PARTNER_DEACTIVATED';
  if (!isWithin(apiKey.period, call.now)) return profile.apiKeyOutOfPeriod;
  if (profile.signerCertificate === 'registered' && !isCertificateRegistered(registration, call, given)) {
    return 'PARTNER_CERTIFICATE_NOT_MATCHED';
  }
  return objectionToMisp(registration.misp, given, call.now);
}

function objectionToMisp(misp: Registration['misp'], given: Credentials, now: Date): CodeName | undefined {
  if (given.licenceKey !== misp.licenceKey || misp.status === 'DELETED') return 'INVALID_LICENSEKEY';
  if (misp.status === 'INACTIVE') return 'LICENSEKEY_SUSPENDED';
  if (now < misp.period.from) return 'INVALID_LICENSEKEY';
  return misp.period.to < now ? 'LICENSEKEY_EXPIRED' : undefined;
}

/** The last three segments of the URL, whatever stands before them (`IdAuthFilter.getAuthPart`). */
function credentialsOf({ segments }: Call): Credentials {
  const [licenceKey = '', partnerId = '', apiKey = ''] = segments.slice(-3);
  return { licenceKey, partnerId, apiKey };
}

function isCertificateRegistered(
  { partner: relyingParty, misp }: Registration,
  call: Call,
  given: Credentials,
): boolean {
  const { raw } = found(call.signer, 'the signer');
  const sha256 = createHash('sha256').update(raw).digest('hex').toUpperCase();
  if (sha256 === relyingParty.certificateSha256) return true;
  return given.licenceKey === misp.licenceKey && sha256 === misp.certificateSha256;
}

/** How the policy check calls a factor (`MatchType.Category` names). */
const FACTOR_NAMES: Readonly<Record<Exclude<Factor, 'bio'>, string>> = {
  demo: 'DEMO',
  pin: 'SPIN',
  otp: 'OTP',
};

/** `IdAuthFilter.checkAllowedAuthTypeBasedOnPolicy`. */
export const factorsAllowed: Check = {
  name: 'factors allowed',
  step: 13,
  run: (call, ida) => {
    for (const factor of call.request?.block?.factors ?? []) {
      const objections = factor === 'bio' ? objectionsToBioTypes(call, ida) : objectionsToFactor(factor, ida);
      if (objections.length > 0) return objections;
    }
    return NO_OBJECTION;
  },
};

function objectionsToFactor(factor: Exclude<Factor, 'bio'>, ida: Ida): readonly IdaError[] {
  return allows(ida, factor) ? NO_OBJECTION : [idaError('AUTHTYPE_NOT_ALLOWED', FACTOR_NAMES[factor])];
}

function allows({ registration }: Ida, permission: Permission): boolean {
  return registration.policy.allowedFactors.includes(permission);
}

/** `IdAuthFilter.checkMandatoryAuthTypeBasedOnPolicy`. */
export const mandatoryFactors: Check = {
  name: 'mandatory factors',
  step: 13,
  run: (call, { registration }) => {
    for (const permission of registration.policy.mandatoryFactors) {
      const missing = missingFor(permission, call);
      if (missing !== undefined) return [idaError('AUTHTYPE_MANDATORY', missing)];
    }
    return NO_OBJECTION;
  },
};

/** How what a call lacks is spoken of; that OTP requests are mandatory means nothing (`validateAuthPolicy`). */
function missingFor(permission: Permission, call: Call): string | undefined {
  if (permission === 'otp-request') return undefined;
  if (permission === 'kyc') return call.body['id'] === 'mosip.identity.kyc' ? undefined : 'kyc';
  const bioType = BIO_TYPES.find((type) => permission === `bio-${type}`);
  if (bioType !== undefined) return missingBioType(bioType, call);
  const isBrought = call.request?.block?.factors.some((factor) => factor === permission) === true;
  return isBrought ? undefined : permission;
}

/** `KycAuthenticationFilter.checkAllowedAuthTypeBasedOnPolicy`, before the factors. */
export const kycAllowed: Check = {
  name: 'eKYC allowed',
  step: 13,
  run: (_call, ida) => (allows(ida, 'kyc') ? NO_OBJECTION : [idaError('UNAUTHORISED_PARTNER')]),
};

/** `OTPFilter.checkAllowedAuthTypeBasedOnPolicy`. */
export const otpRequestAllowed: Check = {
  name: 'OTP request allowed',
  step: 13,
  run: (_call, ida) => (allows(ida, 'otp-request') ? NO_OBJECTION : [idaError('OTPREQUEST_NOT_ALLOWED')]),
};
