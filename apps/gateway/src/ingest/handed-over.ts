import { ApiError, type ErrorDetails, type JsonValue, isObject } from '@mts/domain';

/** All fingers, the irises and the face of one person, as a device seals them, take about one MB. */
export const ONE_PERSON_SIZE_BYTES_MAX = 5_000_000;

/** Far above any form. Names and values cost far more than long texts do; so many take some milliseconds. */
export const VALUES_MAX = 5000;

/** Why one person is refused; details of MTS-REQ-003. */
export const PERSON_TOO_LARGE: ErrorDetails = {
  limit: ONE_PERSON_SIZE_BYTES_MAX,
  problem: 'one person takes no more: leave out what IDA is not to be asked with',
};

/** Why one person is refused; details of ATS-REQ-102. */
export const PERSON_HAS_TOO_MUCH: ErrorDetails = {
  field: 'request.authdata',
  problem: `one person has at most ${String(VALUES_MAX)} values, those within others included; leave out what the mapping does not name`,
};

const TOO_MUCH_BESIDE: ErrorDetails = {
  field: 'request',
  problem: `beside authdata there are at most ${String(VALUES_MAX)} values, those within others included; leave out what /docs does not describe`,
};

/**
 * Refuses what would hold everybody up: one person, and all that stands beside a list, goes to the thread that answers
 * every call, and that looks at it in one go.
 *
 * @throws ApiError MTS-REQ-003 for one person whose request is too large; ATS-REQ-102 for too many values
 */
export function assertHandedOverInOneGo(
  envelope: JsonValue,
  authdata: JsonValue | undefined,
  sizeBytes: number,
): void {
  if (hasTooManyValues(envelope)) throw new ApiError('ATS-REQ-102', TOO_MUCH_BESIDE);
  if (!isObject(authdata)) return;
  if (sizeBytes > ONE_PERSON_SIZE_BYTES_MAX) throw new ApiError('MTS-REQ-003', PERSON_TOO_LARGE);
  if (hasTooManyValues(authdata)) throw new ApiError('ATS-REQ-102', PERSON_HAS_TOO_MUCH);
}

/** Ends with the first value that is too much. */
function hasTooManyValues(whole: JsonValue): boolean {
  let left = VALUES_MAX;
  const holds = (value: JsonValue): boolean =>
    typeof value !== 'object' || value === null || Object.values(value).every(take);
  const take = (value: JsonValue): boolean => {
    left -= 1;
    return left >= 0 && holds(value);
  };
  return !holds(whole);
}
