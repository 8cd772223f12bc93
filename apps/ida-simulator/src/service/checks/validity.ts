import { parseRequestTime } from '../../matching/java-dates.js';
import { idaError, type IdaError } from '../codes.js';
import { found, NO_OBJECTION, type Call, type Check, type Ida } from '../call.js';
import { ThrownByIda } from '../outcomes.js';

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

function objectionToTime(
  text: string | null,
  name: string,
  { now }: Call,
  { profile }: Ida,
  earlierObjection?: IdaError,
): IdaError | undefined {
  const { allowedSeconds, adjustmentSeconds } = profile.requestTime;
  if (text === null || text === '') return idaError('MISSING_INPUT_PARAMETER', name);
  const time = parseRequestTime(text);
  if (time === undefined) return idaError('INVALID_INPUT_PARAMETER', name);
  const aheadSeconds = (time - now.getTime()) / 1000;
  if (aheadSeconds > adjustmentSeconds) return idaError('INVALID_TIMESTAMP_OF', allowedSeconds, name);
  const isTooOld = -aheadSeconds > allowedSeconds + adjustmentSeconds;
  return isTooOld && earlierObjection === undefined
    ? idaError('INVALID_TIMESTAMP', allowedSeconds)
    : undefined;
}

export const domainUri: Check = {
  name: 'domainUri',
  step: 16,
  run: ({ request }, { settings }) => memberOf(settings.domainUris, request?.domainUri, 'request/domainUri'),
};

export const environment: Check = {
  name: 'env',
  step: 17,
  run: ({ request }, { settings }) => memberOf(settings.environments, request?.env, 'request/env'),
};

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
