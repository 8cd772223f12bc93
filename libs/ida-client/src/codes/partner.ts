import { type CodeTable, defect, lateSetup, MATCHING, NEVER, refused, setup } from './rule.js';

const POLICY = 'Ask the MOSIP operator to change the policy in partner management.';
const PARTNER = 'Ask the MOSIP operator to look at the partner in partner management.';
const LICENCE = "Ask the licence's owner, the MISP, and set `MTS_IDA_MISP_LICENCE_KEY`.";
/** eSignet's calls: kyc-auth, kyc-exchange, identity-key-binding, vci-exchange. */
const OF_ESIGNET = {
  since: '1.2.0.1',
  calls: NEVER,
  advice:
    'Check `MTS_IDA_AUTH_URL`: it must end in `/auth`; this answer is one to calls that only eSignet makes.',
} as const;

/**
 * MPA: signature, decryption, licence, partner, policy. All in the filter, before anything else.
 * PMS_PMP: codes of partner management, which IDA 1.1.5 asks; it passes on only the expired licence by its own name.
 */
export const PARTNER_AND_POLICY: CodeTable = {
  'IDA-MPA-001': [
    // IdAuthFilter.verifyDigitalIdSignature, verifyBioDataSignature: the signature of the device, not ours.
    refused({
      text: 'Digital signature verification failed for %s',
      when: /for request\/biometrics\//,
      since: '1.2.0',
      calls: MATCHING,
      means: 'The capture is not signed by a device that IDA trusts.',
      advice: 'Capture again with a registered device.',
    }),
    setup({
      text: 'Digital signature verification failed for %s',
      otherTexts: ['Digital signature verification failed'],
      means:
        'IDA does not trust the signature: another key, an expired certificate, or one that it does not know.',
      advice:
        'Compare the certificate in `MTS_IDA_PARTNER_P12_FILE` with the one that partner management gave back.',
    }),
  ],
  'IDA-MPA-002': setup({
    text: 'Invalid certificate in digital signature',
    means: 'IDA cannot read the certificate that came with the signature.',
    advice: 'Use the certificate that partner management gave back.',
  }),
  'IDA-MPA-003': setup({
    text: 'Unable to decrypt Request',
    calls: MATCHING,
    means: 'The message was encrypted for another certificate than IDA has now.',
    advice:
      'Give the current `ida-partner.cer` of this IDA (`MTS_IDA_CERTIFICATE_FILE` or `MTS_IDA_CERTIFICATE_URL`).',
  }),
  'IDA-MPA-004': setup({
    text: 'MOSIP Public key expired',
    calls: MATCHING,
    means: 'The certificate for which the message was encrypted has expired.',
    advice:
      'Give the current `ida-partner.cer` of this IDA (`MTS_IDA_CERTIFICATE_FILE` or `MTS_IDA_CERTIFICATE_URL`).',
  }),
  'IDA-MPA-005': setup({
    text: 'OTP Request Usage not allowed as per policy',
    calls: ['otp'],
    means: "The partner's policy does not allow to ask for an OTP.",
    advice: POLICY,
  }),
  'IDA-MPA-006': setup({
    text: '%s Authentication usage not allowed as per policy',
    calls: MATCHING,
    means: "The partner's policy does not allow this kind of check.",
    advice: POLICY,
  }),
  'IDA-MPA-007': setup({
    text: 'License key does not belong to a registered MISP',
    means: 'IDA does not know the licence key.',
    advice: LICENCE,
  }),
  'IDA-MPA-008': setup({
    text: 'License key of MISP has expired',
    means: 'The licence key has expired.',
    advice: LICENCE,
  }),
  // Also an unknown, deleted, expired or deactivated API key (mosip/id-authentication issue 1698).
  'IDA-MPA-009': setup({
    text: 'Partner is not registered',
    means: 'IDA does not know the partner, or not with this API key; the key may have expired.',
    advice: 'Compare `MTS_IDA_PARTNER_ID` and `MTS_IDA_API_KEY` with partner management.',
  }),
  'IDA-MPA-010': setup({
    text: 'MISP and Partner not mapped',
    calls: NEVER,
    means: 'Licence and partner do not belong together.',
    advice: PARTNER,
  }),
  'IDA-MPA-012': setup({
    text: 'Partner is deactivated',
    means: 'The partner, or its API key, is switched off.',
    advice: PARTNER,
  }),
  'IDA-MPA-013': setup({
    text: 'Partner is unauthorised for eKYC',
    calls: ['kyc'],
    means: "The partner's policy does not allow eKYC.",
    advice: POLICY,
  }),
  'IDA-MPA-014': setup({
    text: 'Partner is not assigned with any policy',
    means: 'The partner has no policy.',
    advice: POLICY,
  }),
  'IDA-MPA-015': setup({
    text: '%s-authentiation usage is mandatory as per policy', // sic
    calls: MATCHING,
    means: "The partner's policy demands a further kind of check, such as an OTP or a capture.",
    advice: POLICY,
  }),
  'IDA-MPA-016': defect({
    text: 'HMAC Validation failed',
    calls: MATCHING,
    means: 'The message and its hash do not fit.',
    advice: 'Report it as a defect.',
  }),
  'IDA-MPA-017': setup({
    text: 'License key of MISP is blocked',
    means: 'The licence key is blocked.',
    advice: LICENCE,
  }),
  'IDA-MPA-018': setup({
    text: 'Policy ID does not belong to a registered Partner',
    means:
      'The policy is gone, or belongs to somebody else; with IDA 1.1.5 also: policy or API key has expired.',
    advice: POLICY,
  }),
  'IDA-MPA-019': setup({
    text: 'Partner policy is not active',
    means: 'The policy is switched off, not valid yet, or no longer.',
    advice: POLICY,
  }),
  'IDA-MPA-020': setup({
    text: 'Partner (Auth) Certificate not found in DB.',
    since: '1.2.0.1',
    calls: NEVER,
    means: 'IDA has no certificate of the partner.',
    advice: 'Upload the partner certificate in partner management.',
  }),
  'IDA-MPA-021': setup({
    text: 'Partner (Auth) Certificate not matching with signature header certificate.',
    since: '1.2.0.1',
    means: 'The certificate with the signature is not the one that IDA holds for the partner.',
    advice:
      'Use the certificate that partner management gave back (`signedPartnerCert`), not the one uploaded.',
  }),
  'IDA-MPA-022': setup({
    text: 'Partner (Auth) Certificate not found in Request signature header.',
    since: '1.2.0.1',
    means: 'The signature came without a certificate.',
    advice: 'Look whether a proxy changes the header `signature`; else report it as a defect.',
  }),
  'IDA-MPA-023': setup({
    text: 'MISP Partner Policy not availble.', // sic
    ...OF_ESIGNET,
    means: 'The licence has no policy.',
  }),
  'IDA-MPA-024': setup({
    text: 'OIDC Client not availble.', // sic
    ...OF_ESIGNET,
    means: 'IDA does not know the OIDC client.',
  }),
  'IDA-MPA-025': setup({
    text: 'Partner is unauthorised for KYC-Auth',
    ...OF_ESIGNET,
    means: 'The partner may not call kyc-auth.',
  }),
  'IDA-MPA-026': setup({
    text: 'Partner is unauthorised for KYC-Exchange',
    ...OF_ESIGNET,
    means: 'The partner may not call kyc-exchange.',
  }),
  'IDA-MPA-027': setup({
    text: 'OIDC Client is deactivated',
    ...OF_ESIGNET,
    means: 'The OIDC client is switched off.',
  }),
  'IDA-MPA-028': setup({
    text: 'OIDC Client is not registered',
    ...OF_ESIGNET,
    means: 'IDA does not know the OIDC client.',
  }),
  'IDA-MPA-029': setup({
    text: '%s Authentication usage not allowed as per client AMR configuration',
    ...OF_ESIGNET,
    means: 'The OIDC client may not use this kind of check.',
  }),
  'IDA-MPA-030': setup({
    text: '%s Authentication usage not allowed as per policy',
    ...OF_ESIGNET,
    means: "The licence's policy does not allow kyc-auth.",
  }),
  'IDA-MPA-031': setup({
    text: '%s not allowed as per policy',
    ...OF_ESIGNET,
    means: "The licence's policy does not allow kyc-exchange.",
  }),
  'IDA-MPA-032': setup({
    text: '%s not allowed as per policy',
    ...OF_ESIGNET,
    means: "The licence's policy does not allow key binding.",
  }),
  'IDA-MPA-033': setup({
    text: 'Partner is unauthorised for KeyBinding',
    ...OF_ESIGNET,
    means: 'The partner may not bind keys.',
  }),
  'IDA-MPA-034': setup({
    text: 'For the input VID/UIN - No Binded key found in DB or binded key is expired.', // sic
    ...OF_ESIGNET,
    means: 'The person has bound no key, or it has expired.',
  }),
  'IDA-MPA-035': setup({
    text: 'KeyBindedToken check failed for the given token.',
    ...OF_ESIGNET,
    means: "The token was not signed with the person's key.",
  }),
  'IDA-MPA-036': setup({
    text: 'Partner is unauthorised for VCI-Exchange',
    ...OF_ESIGNET,
    means: 'The partner may not call vci-exchange.',
  }),
  'IDA-MPA-037': setup({
    text: '%s not allowed as per policy',
    ...OF_ESIGNET,
    means: "The licence's policy does not allow vci-exchange.",
  }),
  'IDA-MPA-038': defect({
    text: 'Required Number of Path parameters are missing in URI',
    since: '1.2.0.1',
    means: 'Licence, partner or API key did not arrive in the address.',
    advice: 'Look whether a proxy rewrites the path of the call.',
  }),
  'IDA-MPA-039': setup({
    text: 'Partner API is expired or using before Commence Start Date.',
    since: '1.2.0.1',
    means: 'The API key is not valid yet, or no longer.',
    advice: 'Ask for a new API key in partner management and set `MTS_IDA_API_KEY`.',
  }),
  PMS_PMP_016: setup({
    text: 'Partner is not active.',
    calls: NEVER,
    means: 'The partner is switched off.',
    advice: PARTNER,
  }),
  PMS_PMP_017: setup({
    text: 'Partner is not mapped to any policy.',
    calls: NEVER,
    means: 'The partner has no policy.',
    advice: POLICY,
  }),
  PMS_PMP_020: setup({
    text: 'MISP license key not exists.',
    calls: NEVER,
    means: 'Partner management does not know the licence key.',
    advice: LICENCE,
  }),
  PMS_PMP_021: setup({
    text: 'MISP license key is expired.',
    means: 'The licence key has expired.',
    advice: LICENCE,
  }),
  PMS_PMP_024: setup({
    text: 'Partner is not registered.',
    calls: NEVER,
    means: 'Partner management does not know the partner.',
    advice: PARTNER,
  }),
  PMS_PMP_025: setup({
    text: 'License key of MISP is blocked',
    calls: NEVER,
    means: 'The licence key is blocked.',
    advice: LICENCE,
  }),
  PMS_PMP_026: lateSetup({
    text: 'Policy Data is not available in Event data.',
    since: '1.2.0.1',
    calls: NEVER,
    means: 'IDA has got an incomplete message about a policy.',
    advice: PARTNER,
  }),
  PMS_PMP_027: lateSetup({
    text: 'Partner Data is not available in Event data.',
    since: '1.2.0.1',
    calls: NEVER,
    means: 'IDA has got an incomplete message about a partner.',
    advice: PARTNER,
  }),
  PMS_PMP_028: lateSetup({
    text: 'OIDC Client Data is not available in Event data.',
    since: '1.2.0.1',
    calls: NEVER,
    means: 'IDA has got an incomplete message about an OIDC client.',
    advice: PARTNER,
  }),
  PMS_PMP_029: lateSetup({
    text: 'OIDC Client ID already exist in DB.',
    since: '1.2.0.1',
    calls: NEVER,
    means: 'IDA has got a second message about one OIDC client.',
    advice: PARTNER,
  }),
  PMS_PMP_030: lateSetup({
    text: 'Not Allowed to change the Partner mapping of OIDC Client.',
    since: '1.2.0.1',
    calls: NEVER,
    means: 'An OIDC client was to be given to another partner.',
    advice: PARTNER,
  }),
};
