import type { Expected, Reading } from './case.js';
import { ACCEPTED, filterRefuses, GENERAL, group, http, means, NOBODY, refuses, settles } from './build.js';

const PARTNER = 'PartnerServiceManager.validatePartnerMappingDetails, id-authentication v1.2.0.1';
const PATH = 'IdAuthFilter.getAuthPart, id-authentication v1.2.0.1';
const POLICY = 'IdAuthFilter.checkAllowedAuthTypeBasedOnPolicy, id-authentication v1.2.0.1';
/** Who asks about a policy that may or may not allow something. */
const byPolicy = (code: string, ...ifAllowed: readonly string[]): Expected =>
  settles(
    means('does not allow it to this partner', refuses(GENERAL, code)),
    means('does not allow it to this partner', refuses(code)),
    means('allows it to this partner', refuses(...ifAllowed)),
  );

/** 1.1.5 asks partner management, and repeats what its own call met (`PartnerServiceManager`, `BaseCheckedException`). */
function byManagement(code: string, text: string): readonly Reading[] {
  return [
    means(`${text}, and that its call to partner management failed`, refuses(code, 'IDA-RST-006')),
    means(text, refuses(code)),
  ];
}

function managementRefuses(code: string): Expected {
  return { '1.1.5': byManagement(code, `says so: ${code}`), '1.2.0': refuses(GENERAL, code) };
}

/** Path, licence, partner, API key, certificate, policy. Checks 12 and 13. */
export const PARTNER_CASES = group(
  'partner',
  { kind: 'refusal', checks: [12], certainty: 'read in code', source: PARTNER },
  {
    'slash-at-the-end': {
      title: 'A slash at the end of the path',
      certainty: 'uncertain',
      kind: 'form',
      source: `${PATH}; spring.mvc.pathmatch of mosip-config v1.3.0`,
      changes: { path: 'a slash at the end' },
      expected: settles(
        means('takes it', refuses(NOBODY)),
        means('does not find it: HTTP 404', http(404)),
        means('answers with the general code', refuses(GENERAL)),
      ),
    },
    'path-too-short': {
      title: 'A path without licence, partner and API key',
      certainty: 'uncertain',
      source: `${PATH}; older versions go on without them`,
      changes: { path: 'nothing but a word' },
      expected: settles(
        means('says that path parameters are missing', refuses(GENERAL, 'IDA-MPA-038')),
        means('does not find it: HTTP 404', http(404)),
        means('answers with the general code', refuses(GENERAL)),
      ),
    },
    'unknown-licence': {
      title: 'A licence key that no MISP has is refused',
      changes: { path: 'an unknown licence' },
      expected: managementRefuses('IDA-MPA-007'),
      also: ['signed'],
    },
    'unknown-partner': {
      title: 'A partner id that nobody has is refused',
      changes: { path: 'an unknown partner' },
      expected: managementRefuses('IDA-MPA-009'),
    },
    'unknown-api-key': {
      title: 'An API key that the partner does not have is refused as if the partner were unknown',
      source: `${PARTNER}; v1.1.5.5 asks partner management`,
      changes: { path: 'an unknown API key' },
      expected: {
        '1.1.5': [
          ...byManagement('IDA-MPA-014', 'says that the partner has no policy'),
          ...byManagement('IDA-MPA-009', 'says that the partner is not registered'),
        ],
        '1.2.0': refuses(GENERAL, 'IDA-MPA-009'),
      },
    },
    'partner-before-licence': {
      title: 'The partner is looked at before the certificate of the signature and the licence',
      kind: 'rule',
      from: '1.2.0',
      changes: { path: 'an unknown partner', signature: 'x5c with the chain' },
      expected: filterRefuses('IDA-MPA-009'),
    },
    'another-certificate': {
      title:
        'From 1.2.0.1 the certificate must be the registered one to the byte; one of another partner is refused',
      certainty: 'documented',
      changes: { signature: 'by another partner' },
      expected: { ...ACCEPTED, '1.2.0.1': refuses(GENERAL, 'IDA-MPA-021') },
    },
    'licence-expired': {
      title: 'A licence key that has expired is refused',
      changes: { path: { other: 'expiredLicenceKey' } },
      expected: managementRefuses('IDA-MPA-008'),
    },
    'licence-blocked': {
      title: 'A licence key that is blocked is refused',
      changes: { path: { other: 'blockedLicenceKey' } },
      expected: managementRefuses('IDA-MPA-017'),
    },
    'api-key-deactivated': {
      title: 'A deactivated API key',
      certainty: 'uncertain',
      source: `${PARTNER}; issue 1698 of mosip/id-authentication`,
      changes: { path: { other: 'deactivatedApiKey' } },
      expected: keyGone('IDA-MPA-012'),
    },
    'api-key-expired': {
      title: 'An expired API key',
      certainty: 'uncertain',
      source: `${PARTNER}; v1.2.0 says IDA-MPA-009; issue 1698 of mosip/id-authentication`,
      changes: { path: { other: 'expiredApiKey' } },
      expected: keyGone('IDA-MPA-039'),
    },
    'policy-inactive': {
      title: 'An API key under a policy that is not in force is refused',
      changes: { path: { other: 'inactivePolicyApiKey' } },
      expected: managementRefuses('IDA-MPA-019'),
    },
    'policy-without-demo': {
      title: 'Demographics under a policy that does not allow them are refused',
      checks: [13],
      source: POLICY,
      changes: { path: { other: 'demolessPolicyApiKey' } },
      expected: filterRefuses('IDA-MPA-006'),
    },
    'policy-with-mandatory-bio': {
      title: 'Demographics alone, where the policy demands biometrics too, are refused',
      checks: [13],
      source: 'IdAuthFilter.checkMandatoryAuthTypeBasedOnPolicy, id-authentication v1.2.0.1',
      changes: { path: { other: 'bioPolicyApiKey' } },
      expected: filterRefuses('IDA-MPA-015'),
    },
    'policy-otp': {
      title: 'Whether the policy allows an OTP in /auth',
      kind: 'rule',
      from: '1.2.0',
      checks: [13],
      certainty: 'uncertain',
      source: POLICY,
      changes: { inner: { otp: '000000' } },
      expected: byPolicy('IDA-MPA-006', NOBODY),
    },
    'policy-otp-request': {
      title: 'Whether the policy allows to request an OTP',
      call: 'otp',
      kind: 'rule',
      checks: [13],
      certainty: 'uncertain',
      source: 'OTPFilter.checkAllowedAuthTypeBasedOnPolicy, id-authentication v1.2.0.1',
      expected: {
        ...byPolicy('IDA-MPA-005', NOBODY),
        // OTPController hashes the number before it looks at its kind.
        '1.2.0.1': byPolicy('IDA-MPA-005', 'IDA-MLC-009')['1.1.5'],
      },
    },
    'policy-kyc': {
      title: 'Whether the policy allows eKYC',
      call: 'kyc',
      kind: 'rule',
      checks: [13],
      certainty: 'uncertain',
      source: 'KycAuthenticationFilter.checkAllowedAuthTypeBasedOnPolicy, id-authentication v1.2.0.1',
      expected: byPolicy('IDA-MPA-013', NOBODY),
    },
    'static-pin': {
      title: 'A static PIN, which no policy allows, is refused',
      from: '1.2.0',
      checks: [13],
      source: POLICY,
      changes: { inner: { staticPin: '1234' } },
      expected: filterRefuses('IDA-MPA-006'),
    },
    'blank-otp': {
      title: 'A blank OTP is as good as none',
      kind: 'form',
      checks: [13],
      source: 'AuthTypeUtil.isOtp, id-authentication v1.2.0.1',
      changes: { inner: { otp: '' } },
      expected: ACCEPTED,
    },
    'before-consent': {
      title: 'Licence, partner and policy are looked at before the consent',
      kind: 'rule',
      checks: [12, 14],
      changes: { path: 'an unknown licence', outer: { consentObtained: false } },
      expected: managementRefuses('IDA-MPA-007'),
    },
  },
);

function keyGone(code: string): Expected {
  return settles(
    means(`says so: ${code}`, refuses(GENERAL, code)),
    means(`says so: ${code}`, refuses(code)),
    means('says that the partner is not registered', refuses(GENERAL, 'IDA-MPA-009')),
    means('says that the partner is not registered', refuses('IDA-MPA-009')),
  );
}
