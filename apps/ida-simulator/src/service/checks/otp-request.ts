import { parseRequestTime } from '../../matching/java-dates.js';
import { isScalar } from '../../matching/demographics.js';
import { maskedEmail, maskedPhone, type MaskedAddresses } from '../../otp/masking.js';
import type { OtpRequest } from '../../otp/otp-desk.js';
import type { OtpRules } from '../../otp/rules.js';
import type { Identity, StoredValue } from '../../population/person.js';
import { found, NO_OBJECTION, type Call, type Check, type Ida } from '../call.js';
import { idaError, type IdaError } from '../codes.js';
import { ThrownByIda } from '../outcomes.js';
import { typeOfId } from '../id-form.js';
import { lookUp } from './individual.js';
import { readText } from './request-block.js';
import { objectionToTime, transactionId } from './validity.js';

/** The message as Spring reads it into `OtpRequestDTO`, once the filter has let it through. */
export const otpMessage: Check = {
  name: 'OTP request readable',
  step: 14,
  run: (call) => {
    const [individualId, individualIdType, transactionID, requestTime] = [
      'individualId',
      'individualIdType',
      'transactionID',
      'requestTime',
    ].map((name) => readText(call.body[name]));
    const channels = readChannels(call.body['otpChannel']);
    if (
      individualId === undefined ||
      individualIdType === undefined ||
      transactionID === undefined ||
      requestTime === undefined ||
      channels === undefined
    ) {
      throw new ThrownByIda(idaError('UNABLE_TO_PROCESS'));
    }
    const texts = { individualId, individualIdType, transactionID, requestTime, domainUri: null, env: null };
    call.request = { ...texts, consentObtained: false, block: undefined };
    call.otpChannels = channels;
    return NO_OBJECTION;
  },
};

function readChannels(json: unknown): readonly string[] | undefined {
  if (json === undefined || json === null) return [];
  if (!Array.isArray(json) || !json.every((entry) => entry === null || isScalar(entry))) return undefined;
  return json.map(String);
}

/**
 * From 1.2.0.1 on the hash of the id is looked up before the message is judged, so an unknown id is answered with that
 * alone, whatever else is wrong (`OTPController.generateOTP`, `IdAuthSecurityManager.hash`).
 */
export const knownBeforehand: Check = {
  name: 'known beforehand',
  step: 14,
  run: ({ request }, ida) => {
    const { profile } = ida;
    const id = found(request, 'the message').individualId;
    if (!profile.otp.looksUpFirst) return NO_OBJECTION;
    if (id === null) throw new ThrownByIda(idaError('UNABLE_TO_PROCESS'));
    if (lookUp(id, ida) !== undefined) return NO_OBJECTION;
    throw new ThrownByIda(idaError('ID_NOT_AVAILABLE', typeOfId(id, profile)));
  },
};

/** Both are objected to; a request that is too old only if nothing else is wrong (`OTPRequestValidator.validate`). */
export const otpRequestTime: Check = {
  name: 'request time and transactionID',
  step: 15,
  run: (call, ida) => {
    const toTransaction = transactionId.run(call, ida);
    const { requestTime } = found(call.request, 'the message');
    const toTime = objectionToTime(requestTime, 'requestTime', call, ida, toTransaction[0]);
    return toTime === undefined ? toTransaction : [toTime, ...toTransaction];
  },
};

/** `NotificationType`: what can be asked for. */
const CHANNELS = new Set(['EMAIL', 'PHONE', 'NONE']);

export const otpChannels: Check = {
  name: 'OTP channels',
  step: 19,
  run: (call) => {
    const channels = found(call.otpChannels, 'the channels');
    const [first = ''] = channels;
    if (first === '') return [idaError('OTP_CHANNEL_NOT_PROVIDED')];
    const unknown = channels.filter((channel) => !CHANNELS.has(channel.toUpperCase()));
    if (unknown.length === 0) return NO_OBJECTION;
    return [idaError('INVALID_INPUT_PARAMETER', `otpChannel - ${unknown.join(',')}`)];
  },
};

/** `OTPServiceImpl.generateOtp`: no VID is used up, no lock or hotlist looked at. */
export const otpSending: Check = {
  name: 'OTP sending',
  step: 28,
  run: (call, ida) => {
    const objections = send(call, ida);
    if (objections.length > 0 && !ida.profile.otp.countsRefusals) return objections;
    ida.otps.remember(requestOf(call, ida));
    noteCall(call, ida);
    return objections;
  },
};

/** Any call about a person counts when it comes to whether too many OTPs were asked for. */
export const callNoted: Check = {
  name: 'call noted',
  step: 26,
  run: (call, ida) => {
    noteCall(call, ida);
    return NO_OBJECTION;
  },
};

function noteCall(call: Call, { recentCalls }: Ida): void {
  const requestTime = parseRequestTime(found(call.request, 'the message').requestTime ?? '');
  const { person } = found(call.individual, 'the individual');
  recentCalls.add(person.uin, requestTime ?? call.now.getTime(), call.now);
}

function requestOf({ request, individual, idType }: Call, { registration }: Ida): OtpRequest {
  return {
    individualId: request?.individualId ?? '',
    transactionId: request?.transactionID ?? '',
    idType: found(idType, 'the type of the id'),
    uin: found(individual, 'the individual').person.uin,
    partnerId: registration.partner.id,
  };
}

function send(call: Call, ida: Ida): readonly IdaError[] {
  const rules = ida.profile.otp;
  const { person } = found(call.individual, 'the individual');
  if (isFlooded(call, ida)) return [idaError('OTP_REQUEST_FLOODED')];
  const addresses = addressesOf(person.identity);
  const asked = askedFor(call);
  if (rules.withoutAddress === 'not sent') {
    const missing = missingAddress(addresses, asked);
    if (missing !== undefined) return [idaError('OTP_GENERATION_FAILED', missing)];
  }
  const request = requestOf(call, ida);
  if (ida.otps.isFrozen(request.individualId, call.now)) return [otpFrozen(rules)];
  ida.otps.send(request, rules, call.now, ida.fixedOtp);
  if (rules.withoutAddress === 'not masked') {
    const unmaskable = asked.find((channel) => addresses[channel] === '');
    if (unmaskable !== undefined) return [idaError('INVALID_INPUT_PARAMETER', NAME_IN_MASKING[unmaskable])];
  }
  call.maskedAddresses = masked(addresses, asked);
  return NO_OBJECTION;
}

function isFlooded(call: Call, { profile, recentCalls }: Ida): boolean {
  const { mostCallsBefore, minutes } = profile.otp.flooding;
  const until = parseRequestTime(found(call.request, 'the message').requestTime ?? '') ?? call.now.getTime();
  const { uin } = found(call.individual, 'the individual').person;
  return recentCalls.count(uin, until, minutes) > mostCallsBefore;
}

/** Sic: minutes are called seconds (`OTPManager.createOTPFrozenException`). */
export function otpFrozen({ freeze }: OtpRules): IdaError {
  const { minutes, wrongTries } = found(freeze, 'the rule of freezing');
  return idaError('OTP_FROZEN', `${minutes} seconds`, wrongTries);
}

type Channel = 'PHONE' | 'EMAIL';
type Addresses = Readonly<Record<Channel, string>>;

function askedFor(call: Call): readonly Channel[] {
  return found(call.otpChannels, 'the channels')
    .map((channel) => channel.toUpperCase())
    .filter((channel): channel is Channel => channel === 'PHONE' || channel === 'EMAIL');
}

function addressesOf({ phone, email }: Identity): Addresses {
  return { PHONE: firstText(phone), EMAIL: firstText(email) };
}

function firstText(stored: StoredValue = ''): string {
  return (typeof stored === 'string' ? stored : stored[0]?.value)?.trim() ?? '';
}

function missingAddress({ PHONE, EMAIL }: Addresses, asked: readonly Channel[]): string | undefined {
  const [isPhoneAsked, isEmailAsked] = [asked.includes('PHONE'), asked.includes('EMAIL')];
  if (isPhoneAsked && isEmailAsked) {
    const isBothMissing = PHONE === '' && EMAIL === '';
    return isBothMissing ? 'Both Phone Number and Email ID are not found in identity data.' : undefined;
  }
  if (isPhoneAsked && PHONE === '') return 'Phone Number is not found in identity data.';
  return isEmailAsked && EMAIL === '' ? 'Email ID is not found in identity data.' : undefined;
}

/** `MaskUtil`, of versions that mask without looking. */
const NAME_IN_MASKING: Readonly<Record<Channel, string>> = { PHONE: 'mobileNumber', EMAIL: 'email' };

function masked({ PHONE, EMAIL }: Addresses, asked: readonly Channel[]): MaskedAddresses {
  return {
    maskedMobile: asked.includes('PHONE') && PHONE !== '' ? maskedPhone(PHONE) : null,
    maskedEmail: asked.includes('EMAIL') && EMAIL !== '' ? maskedEmail(EMAIL) : null,
  };
}
