import { createHash } from 'node:crypto';

import { idaError, type CodeName, type IdaError } from '../codes.js';
import { found, NO_OBJECTION, type Call, type Check } from '../call.js';
import { isWithin, type Factor, type Registration } from '../registration.js';

/** The last three segments of the URL, whatever stands before them (`IdAuthFilter.getAuthPart`). */
interface Credentials {
  readonly licenceKey: string;
  readonly partnerId: string;
  readonly apiKey: string;
}

/** `/auth/{licence}/{partner}` has three segments too: only fewer than three are noticed. */
export const pathParameters: Check = {
  name: 'path parameters',
  step: 12,
  run: ({ segments }) => (segments.length < 3 ? [idaError('URI_PATH_PARAMS_MISSING')] : NO_OBJECTION),
};

/** id-authentication v1.2.0.1, `PartnerServiceManager.validatePartnerMappingDetails`: the first objection counts. */
export const partner: Check = {
  name: 'partner',
  step: 12,
  run: (call, { registration }) => {
    const objection = objectionTo(registration, call);
    return objection === undefined ? NO_OBJECTION : [idaError(objection)];
  },
};

function objectionTo(registration: Registration, call: Call): CodeName | undefined {
  const { partner: relyingParty, apiKey, policy } = registration;
  const given = credentialsOf(call);
  if (given.partnerId !== relyingParty.id || given.apiKey !== apiKey.key) return 'PARTNER_NOT_REGISTERED';
  if (relyingParty.status === 'DELETED') return 'PARTNER_NOT_REGISTERED';
  if (relyingParty.status === 'INACTIVE') return 'PARTNER_DEACTIVATED';
  if (policy.status === 'DELETED') return 'INVALID_POLICY_ID';
  if (policy.status === 'INACTIVE' || !isWithin(policy.period, call.now)) return 'PARTNER_POLICY_NOT_ACTIVE';
  if (apiKey.status === 'DELETED') return 'PARTNER_NOT_REGISTERED';
  if (apiKey.status === 'INACTIVE') return 'PARTNER_DEACTIVATED';
  if (!isWithin(apiKey.period, call.now)) return 'PARTNER_API_EXPIRED';
  if (!isCertificateRegistered(registration, call, given)) return 'PARTNER_CERTIFICATE_NOT_MATCHED';
  return objectionToMisp(registration.misp, given, call.now);
}

function objectionToMisp(misp: Registration['misp'], given: Credentials, now: Date): CodeName | undefined {
  if (given.licenceKey !== misp.licenceKey || misp.status === 'DELETED') return 'INVALID_LICENSEKEY';
  if (misp.status === 'INACTIVE') return 'LICENSEKEY_SUSPENDED';
  if (now < misp.period.from) return 'INVALID_LICENSEKEY';
  return misp.period.to < now ? 'LICENSEKEY_EXPIRED' : undefined;
}

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

/** How the policy check of `/auth` calls a factor (`MatchType.Category` names). */
const FACTOR_NAMES: Readonly<Record<Factor, string>> = { demo: 'DEMO', bio: 'BIO', pin: 'SPIN', otp: 'OTP' };

/** `IdAuthFilter.checkAllowedAuthTypeBasedOnPolicy`. */
export const factorsAllowed: Check = {
  name: 'factors allowed',
  step: 13,
  run: ({ request }, { registration }) => {
    const { allowedFactors } = registration.policy;
    const refused = request?.block?.factors.find(
      (factor) => !allowedFactors.some((allowed) => allowed === factor),
    );
    return refused === undefined ? NO_OBJECTION : [idaError('AUTHTYPE_NOT_ALLOWED', FACTOR_NAMES[refused])];
  },
};

/** `IdAuthFilter.checkMandatoryAuthTypeBasedOnPolicy`. */
export const mandatoryFactors: Check = {
  name: 'mandatory factors',
  step: 13,
  run: ({ request }, { registration }) => {
    const missing = registration.policy.mandatoryFactors.find(
      (factor) => !request?.block?.factors.includes(factor),
    );
    return missing === undefined ? NO_OBJECTION : [idaError('AUTHTYPE_MANDATORY', missing)];
  },
};

/** eKYC and OTP requests need an entry of their own in the policy; here no policy has one. */
export const kycAllowed: Check = {
  name: 'eKYC allowed',
  step: 13,
  run: () => refusal('UNAUTHORISED_PARTNER'),
};
export const otpRequestAllowed: Check = {
  name: 'OTP request allowed',
  step: 13,
  run: () => refusal('OTPREQUEST_NOT_ALLOWED'),
};

function refusal(name: CodeName): readonly IdaError[] {
  return [idaError(name)];
}
