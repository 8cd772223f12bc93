import { ApiError, type JsonValue, type ReceivedRecord, isObject } from '@mts/domain';
import type { SourceRecord } from '../kit/source.js';

const WITHOUT_FIELDS: ReceivedRecord = Object.freeze(Object.create(null) as ReceivedRecord);

/**
 * The records of a list in a request. An element that is no object keeps its place as a record without fields, which
 * the rules then refuse by itself; only a list without a single object is refused as a whole, as the original does.
 *
 * @throws ApiError ATS-REQ-102 (422)
 */
export function* recordsOf(authdata: readonly JsonValue[]): Generator<SourceRecord, void, undefined> {
  if (authdata.length > 0 && !authdata.some(isObject)) {
    throw new ApiError(
      'ATS-REQ-102',
      { field: 'request.authdata', problem: 'value is not a valid dict' },
      422,
    );
  }
  for (const [index, element] of authdata.entries()) {
    yield { line: index + 1, record: isObject(element) ? element : WITHOUT_FIELDS };
  }
}
