import { ABSENT } from '../exchange/changes.js';
import type { Expected } from './case.js';
import { ACCEPTED, always, group, means, NOBODY, refuses, settles, validatorRefuses } from './build.js';

const VALIDATE = 'AuthRequestValidator.validate, id-authentication v1.2.0.1';
const TIMES = 'IdAuthValidator.checkFutureReqTime and validateRequestTimedOut, id-authentication v1.2.0.1';
const WINDOW = 'authrequest.received-time-allowed and -adjustment, mosip-config';
const MINUTE = 60;

/** Which side of a configured limit a time falls on. */
const inWindow = (seconds: string): Expected =>
  settles(
    means(`takes it: the window is wider than ${seconds}`, refuses(NOBODY)),
    means(`refuses it: the window is narrower than ${seconds}`, refuses('IDA-MLC-001', NOBODY)),
  );

/** Consent, times, domainUri, env, transactionID. Checks 14 to 18. */
export const VALIDITY_CASES = group(
  'validity',
  { kind: 'refusal', checks: [15], certainty: 'read in code', source: TIMES },
  {
    'consent-false': {
      title: 'Without consent IDA refuses, and names the wrong number as well',
      checks: [14],
      source: `${VALIDATE}; AuthController adds the number`,
      changes: { outer: { consentObtained: false } },
      expected: validatorRefuses('IDA-MLC-012'),
    },
    'consent-absent': {
      title: 'A message that does not speak of consent has none',
      checks: [14],
      source: VALIDATE,
      changes: { outer: { consentObtained: ABSENT } },
      expected: validatorRefuses('IDA-MLC-012'),
    },
    'time-absent': {
      title: 'A message without requestTime is refused',
      changes: { outer: { requestTime: ABSENT } },
      expected: validatorRefuses('IDA-MLC-006'),
    },
    'timestamp-absent': {
      title: 'An inner part without timestamp is refused',
      changes: { inner: { timestamp: ABSENT } },
      expected: validatorRefuses('IDA-MLC-006'),
    },
    'time-with-offset': {
      title: 'Times with the offset +05:30 are taken, as well as with Z',
      kind: 'form',
      changes: { times: { form: 'offset +05:30' } },
      expected: ACCEPTED,
    },
    'time-with-offset-without-colon': {
      title: 'Times with the offset +0530 are refused',
      changes: { times: { form: 'offset +0530' } },
      expected: twice('IDA-MLC-009'),
    },
    'time-without-fraction': {
      title: 'Times without three digits of a second are refused',
      changes: { times: { form: 'no fraction' } },
      expected: twice('IDA-MLC-009'),
    },
    'time-with-six-digits': {
      title: 'Times with six digits of a second are refused',
      changes: { times: { form: 'six digits' } },
      expected: twice('IDA-MLC-009'),
    },
    'time-old': {
      title: 'A requestTime of an hour ago is refused',
      changes: { times: { outsideSeconds: -60 * MINUTE } },
      expected: validatorRefuses('IDA-MLC-001'),
    },
    'timestamp-old': {
      title: 'An inner timestamp of an hour ago is refused',
      changes: { times: { insideSeconds: -60 * MINUTE } },
      expected: validatorRefuses('IDA-MLC-001'),
    },
    'times-ahead': {
      title: 'Times an hour ahead are refused, each by its name',
      changes: { times: { outsideSeconds: 60 * MINUTE, insideSeconds: 60 * MINUTE } },
      expected: twice('IDA-MLC-001'),
    },
    'window-50-s-old': {
      title: 'A request that is 50 seconds old',
      kind: 'rule',
      certainty: 'uncertain',
      from: '1.2.0',
      source: WINDOW,
      changes: { times: { outsideSeconds: -50, insideSeconds: -50 } },
      expected: inWindow('50 s'),
    },
    'window-70-s-old': {
      title: 'A request that is 70 seconds old',
      kind: 'rule',
      certainty: 'uncertain',
      from: '1.2.0',
      source: WINDOW,
      changes: { times: { outsideSeconds: -70, insideSeconds: -70 } },
      expected: inWindow('70 s'),
    },
    'window-20-s-ahead': {
      title: 'A request that is 20 seconds ahead',
      kind: 'rule',
      certainty: 'uncertain',
      from: '1.2.0',
      source: WINDOW,
      changes: { times: { outsideSeconds: 20, insideSeconds: 20 } },
      expected: inWindow('20 s ahead'),
    },
    'window-40-s-ahead': {
      title: 'A requestTime that is 40 seconds ahead',
      kind: 'rule',
      certainty: 'uncertain',
      from: '1.2.0',
      source: WINDOW,
      changes: { times: { outsideSeconds: 40 } },
      expected: inWindow('40 s ahead'),
    },
    'window-34-min-old': {
      title: 'A request that is 34 minutes old',
      kind: 'rule',
      certainty: 'uncertain',
      until: '1.1.5',
      source: WINDOW,
      changes: { times: { outsideSeconds: -34 * MINUTE, insideSeconds: -34 * MINUTE } },
      expected: inWindow('34 min'),
    },
    'window-36-min-old': {
      title: 'A request that is 36 minutes old',
      kind: 'rule',
      certainty: 'uncertain',
      until: '1.1.5',
      source: WINDOW,
      changes: { times: { outsideSeconds: -36 * MINUTE, insideSeconds: -36 * MINUTE } },
      expected: inWindow('36 min'),
    },
    'domain-uri-unknown': {
      title: 'A domainUri that is not configured is refused (from 1.2.0)',
      checks: [16],
      source:
        'AuthRequestValidator.validateDomainURI, id-authentication v1.2.0.1; validateDomainURIandEnv, v1.2.0',
      changes: { outer: { domainUri: 'https://nobody.invalid' } },
      expected: { ...ACCEPTED, '1.2.0': refuses('IDA-MLC-009', NOBODY) },
    },
    'domain-uri-configured': {
      title: 'The domainUri of this deployment is taken',
      kind: 'form',
      checks: [16],
      needs: ['domainUri'],
      source: 'AuthRequestValidator.validateDomainURI, id-authentication v1.2.0.1',
      expected: ACCEPTED,
    },
    'env-unknown': {
      title:
        'An env that is not configured is refused (from 1.2.0.1; 1.2.0 compares it only with biometrics)',
      checks: [17],
      source: 'AuthRequestValidator.validateEnv, id-authentication v1.2.0.1; validateDomainURIandEnv, v1.2.0',
      changes: { outer: { env: 'Nowhere' } },
      expected: { ...ACCEPTED, '1.2.0.1': refuses('IDA-MLC-009', NOBODY) },
    },
    'env-in-small-letters': {
      title: 'env is compared without regard to case',
      kind: 'form',
      checks: [17],
      certainty: 'documented',
      source: 'mosip.ida.allowed.enviromemnts (sic), mosip-config v1.2.0.1',
      changes: { outer: { env: 'staging' } },
      expected: ACCEPTED,
    },
    'transaction-absent': {
      title: 'A message without transactionID is refused',
      checks: [18],
      source: 'IdAuthValidator.validateTxnId, id-authentication v1.2.0.1',
      changes: { outer: { transactionID: ABSENT } },
      expected: validatorRefuses('IDA-MLC-006'),
    },
    'transaction-of-nine': {
      title: 'A transactionID of nine characters is refused: it must have ten',
      checks: [18],
      source: 'IdAuthValidator.A_Z0_9_10, id-authentication v1.2.0.1',
      changes: { outer: { transactionID: 'Abcdef123' } },
      expected: validatorRefuses('IDA-MLC-009'),
    },
    'transaction-with-hyphen': {
      title: 'A transactionID with something else than letters and digits is refused',
      checks: [18],
      source: 'IdAuthValidator.A_Z0_9_10, id-authentication v1.2.0.1',
      changes: { outer: { transactionID: 'Abcdef-123' } },
      expected: validatorRefuses('IDA-MLC-009'),
    },
    'consent-before-times': {
      title: 'The consent is looked at before the times, and they before the transactionID',
      kind: 'rule',
      checks: [14, 15, 18],
      source: VALIDATE,
      changes: { outer: { consentObtained: false, requestTime: ABSENT, transactionID: ABSENT } },
      expected: validatorRefuses('IDA-MLC-012'),
    },
  },
);

/** An objection to the time outside and to the one inside. */
function twice(code: string): Expected {
  return always(refuses(code, code, NOBODY));
}
