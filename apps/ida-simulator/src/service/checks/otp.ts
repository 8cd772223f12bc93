import type { OtpVerdict } from '../../otp/otp-desk.js';
import type { OtpRules } from '../../otp/rules.js';
import {
  found,
  NO_OBJECTION,
  type Call,
  type Check,
  type FactorCheck,
  type FactorOutcome,
  type Ida,
} from '../call.js';
import { idaError, type CodeName } from '../codes.js';
import { otpFrozen } from './otp-request.js';

/**
 * Six digits: [cfg] `mosip.kernel.pin.length`, looked at once nothing else was objected to
 * (`BaseAuthRequestValidator`).
 */
export const otpForm: Check = {
  name: 'form of the OTP',
  step: 19,
  run: ({ request }) => {
    const isMalformed =
      request?.block?.factors.includes('otp') === true && !/^[0-9]{6}$/.test(request.block.otp ?? '');
    return isMalformed ? [idaError('INVALID_INPUT_PARAMETER', 'OTP')] : NO_OBJECTION;
  },
};

/** `OTPAuthServiceImpl.authenticate`. */
export const otp: FactorCheck = {
  name: 'OTP',
  step: 28,
  run: (call, ida) => {
    const { factors, otp: given } = found(call.request?.block, 'the request block');
    if (!factors.includes('otp')) return { kind: 'match' };
    const mismatch = mismatchOfRequest(call, ida);
    if (mismatch !== undefined) return { kind: 'stopped', error: idaError(mismatch) };
    const { individualId, transactionID } = found(call.request, 'the message');
    const tried = { individualId: individualId ?? '', transactionId: transactionID ?? '', otp: given ?? '' };
    const rules = ida.profile.otp;
    return OUTCOMES[ida.otps.check(tried, rules, call.now)](rules);
  },
};

/** It must have been asked for under the same transaction, for the same person and type of id, by the same partner. */
function mismatchOfRequest(
  { request, individual, idType }: Call,
  { otps, registration }: Ida,
): CodeName | undefined {
  const asked = otps.requestOf(request?.transactionID ?? '');
  if (asked === undefined) return 'INVALID_TXN_ID';
  if (asked.idType !== idType) return 'OTP_AUTH_IDTYPE_MISMATCH';
  if (asked.uin !== found(individual, 'the individual').person.uin) return 'INVALID_TXN_ID';
  return asked.partnerId === registration.partner.id ? undefined : 'PARTNER_ID_MISMATCH';
}

/** What IDA makes of a comparison; only a wrong OTP is a mismatch, all else ends the call with that one error. */
const OUTCOMES: Readonly<Record<OtpVerdict, (rules: OtpRules) => FactorOutcome>> = {
  right: () => ({ kind: 'match' }),
  wrong: () => ({ kind: 'mismatch', errors: [idaError('INVALID_OTP')] }),
  expired: () => ({ kind: 'stopped', error: idaError('EXPIRED_OTP') }),
  frozen: (rules) => ({ kind: 'stopped', error: otpFrozen(rules) }),
  none: () => ({ kind: 'stopped', error: idaError('OTP_REQUEST_REQUIRED') }),
};
