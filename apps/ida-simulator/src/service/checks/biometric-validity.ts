import type { Capture } from '../../biometrics/capture.js';
import { parseBiometricTime } from '../../biometrics/times.js';
import { found, NO_OBJECTION, type Call, type Check, type Ida } from '../call.js';
import { idaError, type CodeName, type IdaError } from '../codes.js';
import type { BioType } from '../registration.js';
import { knownBioType } from './biometric-policy.js';
import { domainUri, environment, objectionToParsedTime } from './validity.js';

/** The steps of id-authentication v1.2.0.1 `AuthRequestValidator` that look at biometrics; without any all is well. */

export const domainUriWithBiometrics: Check = {
  name: 'domainUri',
  step: 16,
  run: (call, ida) => [
    ...objectionsToAgreement('domainUri', ida.settings.domainUris, call),
    ...domainUri.run(call, ida),
  ],
};

export const environmentWithBiometrics: Check = {
  name: 'env',
  step: 17,
  run: (call, ida) => [
    ...objectionsToAgreement('env', ida.settings.environments, call),
    ...environment.run(call, ida),
  ],
};

/** Message and blocks say the same, or neither says anything (`validateDomainURI`, `validateEnv`). */
function objectionsToAgreement(
  name: 'domainUri' | 'env',
  allowed: readonly string[],
  { request, captures = [] }: Call,
): readonly IdaError[] {
  const inMessage = found(request, 'the message')[name];
  const where = (isWrong: (value: string | null) => boolean): string | undefined => {
    const wrong = captures.flatMap((capture, index) => (isWrong(capture[name]) ? [index] : []));
    return wrong.length === 0 ? undefined : `request/biometrics/${wrong.join(',')}/data/${name}`;
  };
  const isKnown = (value: string): boolean =>
    allowed.some((entry) => entry.toLowerCase() === value.toLowerCase());
  const missing = inMessage === null ? undefined : where((value) => value === null);
  const missingOutside = inMessage === null ? where((value) => value !== null) : undefined;
  const other = inMessage === null ? undefined : where((value) => value !== null && value !== inMessage);
  const unknown = where((value) => value !== null && !isKnown(value));
  return [
    ...(missing === undefined ? [] : [idaError('INVALID_INPUT_PARAMETER', missing)]),
    ...(missingOutside === undefined ? [] : [idaError('INVALID_INPUT_PARAMETER', `request/${name}`)]),
    ...(other === undefined ? [] : [idaError('INPUT_MISMATCH', other, `request/${name}`)]),
    ...(unknown === undefined ? [] : [idaError('INVALID_INPUT_PARAMETER', unknown)]),
  ];
}

/** What is captured, and how often (`BaseAuthRequestValidator.validateBioMetadataDetails`). */
export const captureTypes: Check = {
  name: 'biometric types',
  step: 19,
  run: ({ captures = [] }, ida) => {
    const toTypes = captures.flatMap((capture, index) => objectionsToType(capture, index, ida));
    return toTypes.length > 0 ? toTypes : objectionsToCounts(captures);
  },
};

const FINGERS = ['Thumb', 'IndexFinger', 'MiddleFinger', 'RingFinger', 'LittleFinger'];
const UNKNOWN = 'UNKNOWN';
/** What a sub-type can be; a face has none. */
const SUB_TYPES: Readonly<Record<BioType, readonly string[]>> = {
  Finger: [...['Left', 'Right'].flatMap((side) => FINGERS.map((finger) => `${side} ${finger}`)), UNKNOWN],
  Iris: ['Left', 'Right', UNKNOWN],
  Face: [],
};

function objectionsToType(
  { bioType, bioSubType }: Capture,
  index: number,
  { settings }: Ida,
): readonly IdaError[] {
  const type = knownBioType(bioType);
  if (type === undefined || !settings.allowedFactors.includes(`bio-${type}`)) {
    return [idaError('AUTH_TYPE_NOT_SUPPORTED', `bio-${bioType}`)];
  }
  const path = `request/biometrics/${index}/data/bioSubType`;
  if (type === 'Face') return NO_OBJECTION;
  if (bioSubType === '') return [idaError('MISSING_INPUT_PARAMETER', path)];
  const isKnown = SUB_TYPES[type].some((known) => known.toLowerCase() === bioSubType.toLowerCase());
  return isKnown ? NO_OBJECTION : [idaError('INVALID_INPUT_PARAMETER', `${path} - ${bioSubType}`)];
}

/** `AuthRequestValidator.FINGERPRINT_COUNT`. */
const MOST_FINGERS = 10;

function objectionsToCounts(captures: readonly Capture[]): readonly IdaError[] {
  const of = (type: BioType): readonly Capture[] =>
    captures.filter(({ bioType }) => knownBioType(bioType) === type);
  const subTypes = (type: BioType): readonly string[] => of(type).map(({ bioSubType }) => bioSubType);
  const values = of('Finger').map(({ template }) => template.toString('base64'));
  const hasDuplicates = exceeds(subTypes('Finger'), MOST_FINGERS) || exceeds(values, 1);
  return [
    ...(hasDuplicates ? [idaError('DUPLICATE_FINGER')] : []),
    ...(of('Finger').length > MOST_FINGERS ? [idaError('FINGER_EXCEEDING', MOST_FINGERS)] : []),
    ...(exceeds(subTypes('Iris'), 2) ? [idaError('IRIS_EXCEEDING')] : []),
    ...(of('Face').length > 1 ? [idaError('FACE_EXCEEDING')] : []),
  ];
}

/** Whether something stands there twice; what is called unknown may come so often (`hasDuplicate`). */
function exceeds(values: readonly string[], mostUnknown: number): boolean {
  return values.some((value) => {
    const count = values.filter((other) => other === value).length;
    return count > (value.toUpperCase() === UNKNOWN ? mostUnknown : 1);
  });
}

/** Transaction and times of the blocks (`AuthRequestValidator.validateBiometrics`). */
export const captureCircumstances: Check = {
  name: 'biometric transactions and times',
  step: 20,
  run: (call, ida) => {
    const { captures = [] } = call;
    const errors: IdaError[] = [];
    captures.forEach((capture, index) => {
      errors.push(...objectionsToTransaction(capture, index, call));
      const isLast = index === captures.length - 1;
      errors.push(...objectionsToTimes(capture, index, isLast ? { call, ida, errors } : undefined));
      const previous = captures[index - 1];
      if (errors.length === 0 && previous !== undefined) errors.push(...objectionsToPause(previous, capture));
    });
    return errors;
  },
};

function objectionsToTransaction(
  { transactionId }: Capture,
  index: number,
  { request }: Call,
): readonly IdaError[] {
  const path = `request/biometrics/${index}/data/transactionId`;
  if (transactionId === null) return [idaError('MISSING_INPUT_PARAMETER', path)];
  return transactionId === request?.transactionID
    ? NO_OBJECTION
    : [idaError('INVALID_INPUT_PARAMETER', path)];
}

interface Last {
  readonly call: Call;
  readonly ida: Ida;
  readonly errors: readonly IdaError[];
}

/** Only the last block's times are compared with the clock; of the others they must be there. */
function objectionsToTimes(
  { timestamp, digitalId }: Capture,
  index: number,
  last: Last | undefined,
): readonly IdaError[] {
  const path = `request/biometrics/${index}/data`;
  const toTimestamp = timeObjection(timestamp, `${path}/timestamp`, last);
  const isDigitalIdDue = last === undefined || (toTimestamp.length === 0 && last.errors.length === 0);
  if (!isDigitalIdDue) return toTimestamp;
  if (digitalId === null) {
    return [...toTimestamp, idaError('MISSING_INPUT_PARAMETER', `${path}/digitalId/`)];
  }
  return [...toTimestamp, ...timeObjection(digitalId.dateTime, `${path}/digitalId/dateTime`, last)];
}

function timeObjection(text: string, path: string, last: Last | undefined): readonly IdaError[] {
  if (text === '') return [idaError('MISSING_INPUT_PARAMETER', path)];
  if (last === undefined) return NO_OBJECTION;
  const objection = objectionToParsedTime(parseBiometricTime(text), path, last.call, last.ida);
  return objection === undefined ? NO_OBJECTION : [objection];
}

/** [cfg] `authrequest.biometrics.allowed-segment-time-difference-in-seconds`. */
const LONGEST_PAUSE_SECONDS = 120;

function objectionsToPause(previous: Capture, current: Capture): readonly IdaError[] {
  const pauses: readonly (readonly [CodeName, string | undefined, string | undefined])[] = [
    ['INVALID_BIO_TIMESTAMP', previous.timestamp, current.timestamp],
    ['INVALID_BIO_DIGITALID_TIMESTAMP', previous.digitalId?.dateTime, current.digitalId?.dateTime],
  ];
  return pauses
    .filter(([, from = '', to = '']) => !isShortPause(parseBiometricTime(from), parseBiometricTime(to)))
    .map(([code]) => idaError(code, LONGEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS));
}

function isShortPause(from: number | undefined, to: number | undefined): boolean {
  if (from === undefined || to === undefined) return false;
  const seconds = Math.trunc((to - from) / 1000);
  return to >= from && seconds <= LONGEST_PAUSE_SECONDS;
}

const DEVICE_FIELDS = [
  ['serialNo', 'serialNo'],
  ['make', 'make'],
  ['model', 'model'],
  ['type', 'type'],
  ['deviceSubType', 'deviceSubType'],
  ['deviceProvider', 'deviceProvider'],
  ['deviceProviderId', 'deviceProviderId'],
] as const;

/** What the device says of itself; the controller asks once the id is in order (`validateDeviceDetails`). */
export const deviceDetails: Check = {
  name: 'device details',
  step: 22,
  run: ({ captures = [] }) =>
    captures.flatMap(({ deviceCode, deviceServiceVersion, digitalId }, index) => {
      const missing = [
        ...(deviceCode === '' ? ['deviceCode'] : []),
        ...(deviceServiceVersion === '' ? ['deviceServiceVersion'] : []),
        ...(digitalId === null ? ['digitalId'] : []),
        ...DEVICE_FIELDS.filter(([field]) => digitalId?.[field] === '').map(([, name]) =>
          name === 'serialNo' ? 'digitalId/serialNo' : `data/digitalId/${name}`,
        ),
      ];
      return missing.map((name) =>
        idaError('MISSING_INPUT_PARAMETER', `request/biometrics/${index}/${name}`),
      );
    }),
};
