import { parseRequestTime } from '../../matching/java-dates.js';
import { idaError, type IdaError } from '../codes.js';
import { found, NO_OBJECTION, type Call, type Check, type Ida } from '../call.js';
import { ThrownByIda } from '../outcomes.js';
import type { Profile } from '../profiles.js';

/** The steps of id-authentication v1.2.0.1, `AuthRequestValidator.validate`, that look at the message alone. */

export const consent: Check = {
  name: 'consent',
  step: 14,
  run: ({ request }) =>
    request?.consentObtained === true ? NO_OBJECTION : [idaError('CONSENT_NOT_AVAILABLE')],
};

/**
 * `requestTime` outside and `timestamp` inside. A time too far ahead is objected to for each by name; one too old is
 * looked for only as long as nothing was objected to, and without a name (`IdAuthValidator.checkFutureReqTime`,
 * `validateRequestTimedOut`).
 */
export const requestTimes: Check = {
  name: 'request times',
  step: 15,
  run: (call, ida) => {
    const request = found(call.request, 'the message');
    const outside = objectionToTime(request.requestTime, 'requestTime', call, ida);
    // IDA takes the block for granted here, and its exception handler answers for the null pointer.
    if (request.block === undefined) throw new ThrownByIda(idaError('UNABLE_TO_PROCESS'));
    const inside = objectionToTime(request.block.timestamp, 'request/timestamp', call, ida, outside);
    return [outside, inside].filter((objection) => objection !== undefined);
  },
};

const TIME_UNITS = {
  seconds: { ms: 1000, tooOld: 'INVALID_TIMESTAMP', tooFarAhead: 'INVALID_TIMESTAMP_OF' },
  minutes: {
    ms: 60_000,
    tooOld: 'INVALID_TIMESTAMP_MINUTES',
    tooFarAhead: 'INVALID_TIMESTAMP_MINUTES_OF',
  },
} as const;

export function objectionToTime(
  text: string | null,
  name: string,
  call: Call,
  ida: Ida,
  earlierObjection?: IdaError,
): IdaError | undefined {
  const { unit, allowed, adjustment } = ida.profile.requestTime;
  const { tooOld, ms } = TIME_UNITS[unit];
  if (text === null || text === '') return idaError('MISSING_INPUT_PARAMETER', name);
  const time = parseRequestTime(text);
  const objection = objectionToParsedTime(time, name, call, ida);
  if (objection !== undefined || time === undefined) return objection;
  const isTooOld = call.now.getTime() - time > (allowed + adjustment) * ms;
  return isTooOld && earlierObjection === undefined ? idaError(tooOld, allowed) : undefined;
}

/** A time that could not be read, or is too far ahead. */
export function objectionToParsedTime(
  time: number | undefined,
  name: string,
  { now }: Call,
  { profile }: Ida,
): IdaError | undefined {
  const { unit, allowed, adjustment } = profile.requestTime;
  const { tooFarAhead, ms } = TIME_UNITS[unit];
  if (time === undefined) return idaError('INVALID_INPUT_PARAMETER', name);
  const isTooFarAhead = time - now.getTime() > adjustment * ms;
  return isTooFarAhead ? idaError(tooFarAhead, allowed, name) : undefined;
}

export const domainUri: Check = {
  name: 'domainUri',
  step: 16,
  run: (call, { settings, profile }) =>
    isListUsed(profile.domainUriList, call)
      ? memberOf(settings.domainUris, call.request?.domainUri, 'request/domainUri')
      : NO_OBJECTION,
};

export const environment: Check = {
  name: 'env',
  step: 17,
  run: (call, { settings, profile }) =>
    isListUsed(profile.envList, call)
      ? memberOf(settings.environments, call.request?.env, 'request/env')
      : NO_OBJECTION,
};

function isListUsed(use: Profile['envList'], { requestJson }: Call): boolean {
  const biometrics = requestJson?.['biometrics'];
  return (
    use === 'used' || (use === 'used beside biometrics' && biometrics !== undefined && biometrics !== null)
  );
}

function memberOf(
  allowed: readonly string[],
  value: string | null | undefined,
  name: string,
): readonly IdaError[] {
  const isAllowed = value === null || allowed.some((entry) => entry.toLowerCase() === value?.toLowerCase());
  return isAllowed ? NO_OBJECTION : [idaError('INVALID_INPUT_PARAMETER', name)];
}

export const transactionId: Check = {
  name: 'transactionID',
  step: 18,
  run: ({ request }) => {
    const id = request?.transactionID ?? '';
    if (id === '') return [idaError('MISSING_INPUT_PARAMETER', 'transactionID')];
    return /^[A-Za-z0-9]{10}$/.test(id)
      ? NO_OBJECTION
      : [idaError('INVALID_INPUT_PARAMETER', 'transactionID')];
  },
};
