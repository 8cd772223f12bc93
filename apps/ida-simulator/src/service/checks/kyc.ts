import { disclosedIdentity, type Disclosure } from '../../kyc/disclosure.js';
import { disclosedIdentity115, PHOTO } from '../../kyc/disclosure-115.js';
import { encryptInBlob, encryptInFields } from '../../kyc/encryption.js';
import type { Identity } from '../../population/person.js';
import { found, NO_OBJECTION, type Call, type Check, type FactorCheck, type Ida } from '../call.js';
import { idaError } from '../codes.js';

/** 1.1.5 asks partner management for the certificate together with the policy (`PartnerServiceManager`). */
export const partnerCertificate: Check = {
  name: 'partner certificate',
  step: 12,
  run: (_call, { profile, registration }) =>
    profile.kyc.certificateCheck === 'in the filter' && registration.partner.certificate === undefined
      ? [idaError('PARTNER_CERT_NOT_AVAILABLE'), idaError('CLIENT_ERROR')]
      : NO_OBJECTION,
};

/** `secondaryLangCode` of 1.1.5, looked at once nothing else was objected to (`KycAuthRequestValidator`). */
export const secondaryLanguage: Check = {
  name: 'secondary language',
  step: 21,
  run: ({ body }, { profile, settings }) => {
    const language = body['secondaryLangCode'];
    if (profile.kyc.languages !== 'request' || typeof language !== 'string') return NO_OBJECTION;
    return settings.languages.includes(language)
      ? NO_OBJECTION
      : [idaError('UNSUPPORTED_LANGUAGE', `secondaryLangCode : ${language}`)];
  },
};

/**
 * Puts together and encrypts what the policy discloses of a person whose factors all matched. If it cannot be encrypted
 * the answer is the general error, though the VID was used up (`KycFacadeImpl.encryptKycResponse`).
 */
export const disclosure: FactorCheck = {
  name: 'eKYC disclosure',
  step: 28,
  run: (call, ida) => {
    const { profile, registration } = ida;
    const photo = photoOf(call, ida);
    if (photo === 'missing') {
      return { kind: 'stopped', error: idaError('BIOMETRIC_MISSING', profile.kyc.missingPhoto) };
    }
    const identity = disclosedBy(call, ida, photo);
    if (identity === undefined) return { kind: 'match' };
    const { certificate } = registration.partner;
    if (certificate === undefined) return { kind: 'stopped', error: idaError('UNABLE_TO_PROCESS') };
    const encrypt = profile.kyc.form === 'fields' ? encryptInFields : encryptInBlob;
    call.disclosedIdentity = encrypt(JSON.stringify(identity), certificate);
    return { kind: 'match' };
  },
};

/** The attribute of the policy that discloses the photo, and the photo. */
type Photo = Readonly<Record<string, string>> | 'missing' | undefined;

function photoOf(call: Call, { registration }: Ida): Photo {
  const asked = registration.policy.allowedKycAttributes.find((name) =>
    [PHOTO, 'face'].includes(name.toLowerCase()),
  );
  if (asked === undefined) return undefined;
  const { biometrics } = found(call.individual, 'the individual').person;
  const face = biometrics?.['Face'];
  return face === undefined ? 'missing' : { [asked]: face };
}

function disclosedBy(call: Call, ida: Ida, photo: Exclude<Photo, 'missing'>): object | undefined {
  const { policy } = ida.registration;
  const identity: Identity = { ...found(call.individual, 'the individual').person.identity, ...photo };
  if (policy.allowedKycAttributes.length === 0) return undefined;
  if (ida.profile.kyc.languages === 'policy') {
    return disclosedIdentity(identity, disclosureOf(call, ida, languagesOfPolicy(ida)));
  }
  if (photo === undefined) return undefined;
  const texts = disclosedIdentity115(identity, disclosureOf(call, ida, languagesOfRequest(call, ida)));
  return identity[PHOTO] === undefined ? texts : { ...texts, Face: identity[PHOTO] };
}

function disclosureOf(call: Call, { profile, registration }: Ida, languages: readonly string[]): Disclosure {
  return {
    attributes: registration.policy.allowedKycAttributes,
    languages,
    dynamicAttributes: profile.demographics.dynamicAttributes,
    fullAddressSeparator: profile.kyc.fullAddressSeparator,
    today: call.now,
  };
}

/** `IdAuthFilter.validateAndGetKycLanguages`. */
function languagesOfPolicy({ registration, settings }: Ida): readonly string[] {
  const { kycLanguages } = registration.policy;
  return kycLanguages.some((language) => settings.languages.includes(language))
    ? kycLanguages
    : settings.languages;
}

/** [cfg] `mosip.primary-language` and `mosip.secondary-language`: here the first two. */
function languagesOfRequest({ body }: Call, { settings }: Ida): readonly string[] {
  const asked = body['secondaryLangCode'];
  const isSecondAsked = typeof asked === 'string' && settings.languages.includes(asked);
  return settings.languages.slice(0, isSecondAsked ? 2 : 1);
}
