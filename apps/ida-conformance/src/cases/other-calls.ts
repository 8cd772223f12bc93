import { ABSENT } from '../exchange/changes.js';
import type { Ask, Expected } from './case.js';
import { always, CONFIRMS, group, means, NOBODY, refuses, settles } from './build.js';
import { everything, sameDob, wrongName } from './given.js';

const KYC = 'KycFacadeImpl, id-authentication v1.2.0.1';

/** eKYC. Checks 13 and 29. */
export const KYC_CASES = group(
  'kyc',
  { kind: 'rule', checks: [29], certainty: 'read in code', source: KYC, call: 'kyc', needs: ['kyc'] },
  {
    nobody: {
      title: 'eKYC about a number that nobody has is refused for that number alone',
      checks: [22],
      expected: always(refuses(NOBODY)),
      also: ['signed', 'echoes the transaction'],
    },
    identity: {
      title: 'eKYC answers with the identity, encrypted for the registered certificate of the partner',
      from: '1.2.0',
      who: 'uin',
      given: everything,
      expected: always(CONFIRMS),
      also: ['signed', 'opens for the partner key'],
    },
    'identity-with-photo': {
      title: 'eKYC of 1.1.5 answers with an identity only where the policy discloses the photo',
      until: '1.1.5',
      source: 'KycServiceImpl.retrieveKycInfo, id-authentication v1.1.5.5',
      who: 'uin',
      given: everything,
      expected: always(CONFIRMS),
      also: ['is not for another key'],
    },
    mismatch: {
      title: 'eKYC with a wrong name is a mismatch',
      who: 'uin',
      given: wrongName,
      expected: always(refuses('IDA-DEA-001')),
    },
    'same-token': {
      title: 'Whether eKYC gives the token that /auth gives',
      checks: [26],
      certainty: 'uncertain',
      asks: [
        { call: 'auth', who: 'uin', given: sameDob, expected: always(CONFIRMS) },
        {
          call: 'kyc',
          who: 'uin',
          given: sameDob,
          expected: settles(
            means('gives one token in both', { kind: 'confirms', token: 'same' }),
            means('gives another token', { kind: 'confirms', token: 'other' }),
          ),
        },
      ],
    },
  },
);

const OTP = 'OTPServiceImpl and OTPRequestValidator, id-authentication v1.2.0.1';
const HASH = 'OTPController.generateOTP, id-authentication v1.2.0.1 (hashes the number before anything else)';
const CHECK = 'OTPManager.validateOtp, id-authentication v1.2.0.1';
const SENT = means('sends it', CONFIRMS);
const request: Ask = {
  call: 'otp',
  who: 'uin',
  expected: {
    // 3 calls in 3 minutes, whatever they are; 100 in 1 minute from 1.2.0 (otp.request.flooding, mosip-config).
    '1.1.5': [SENT, means('sends none after so many calls about the person', refuses('IDA-OTA-001'))],
    '1.2.0': CONFIRMS,
  },
  also: ['signed'],
};

/** The factor alone: what stands beside it would be compared too. */
const withOtp = (expected: Expected, more: Pick<Ask, 'inTransaction'> & { readonly otp: string }): Ask => ({
  call: 'auth',
  who: 'uin',
  given: () => ({}),
  changes: { inner: { otp: more.otp, demographics: ABSENT } },
  expected,
  ...(more.inTransaction === undefined ? {} : { inTransaction: more.inTransaction }),
});

/** OTP. Checks 13 and 28. */
export const OTP_CASES = group(
  'otp',
  { kind: 'rule', checks: [28], certainty: 'read in code', source: OTP, call: 'otp', needs: ['otp-request'] },
  {
    nobody: {
      title: 'An OTP for a number that nobody has is refused for that number alone',
      checks: [22],
      source: HASH,
      expected: { '1.1.5': refuses(NOBODY), '1.2.0.1': refuses('IDA-MLC-009') },
      also: ['signed'],
    },
    'channel-missing': {
      title: 'A request for an OTP that names no channel is refused',
      checks: [20],
      certainty: 'uncertain',
      changes: { outer: { otpChannel: [] } },
      expected: settles(
        means('names the channel and the number', refuses('IDA-OTA-008', NOBODY)),
        means('names the channel alone', refuses('IDA-OTA-008')),
        means('names the number alone', refuses(NOBODY)),
        means('names the number alone', refuses('IDA-MLC-009')),
      ),
    },
    'channel-unknown': {
      title:
        'A request for an OTP by a channel that does not exist is refused; from 1.2.0.1 for the number alone',
      checks: [20],
      source: HASH,
      changes: { outer: { otpChannel: ['pigeon'] } },
      expected: { '1.1.5': refuses('IDA-MLC-009', NOBODY), '1.2.0.1': refuses('IDA-MLC-009') },
    },
    'wrong-otp': {
      title: 'A wrong OTP is refused',
      certainty: 'uncertain',
      source: CHECK,
      needs: ['otp-request', 'otp'],
      asks: [
        request,
        withOtp(
          settles(
            means('says that it is invalid', refuses('IDA-OTA-004')),
            means('says that it has expired', refuses('IDA-OTA-003')),
          ),
          { otp: '000000', inTransaction: 'of the first' },
        ),
      ],
    },
    'another-transaction': {
      title: 'An OTP that was requested in another transaction is refused',
      certainty: 'uncertain',
      source: CHECK,
      needs: ['otp-request', 'otp'],
      asks: [
        request,
        withOtp(
          settles(
            means('names the transaction', refuses('IDA-OTA-005')),
            means('says that it is invalid', refuses('IDA-OTA-004')),
          ),
          { otp: '000000' },
        ),
      ],
    },
    'right-otp': {
      title: 'The OTP that the person reads out confirms',
      source: CHECK,
      needs: ['otp-request', 'otp', 'otp by hand'],
      asks: [
        request,
        {
          call: 'auth',
          who: 'uin',
          given: () => ({}),
          changes: { inner: { demographics: ABSENT }, otp: 'asked for' },
          inTransaction: 'of the first',
          expected: always(CONFIRMS),
        },
      ],
    },
  },
);
