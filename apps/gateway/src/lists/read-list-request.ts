import { ApiError, type JsonValue } from '@mts/domain';
import { excessOf, type Mapping, type RequestOptions } from '@mts/inputs';
import type { CallbackTarget } from '@mts/outputs';
import { validateSync, type ValidationError } from 'class-validator';

import { readCallback } from '../callback/read-callback.js';
import { Refusal } from '../http/refusal.js';
import { toInstance } from '../http/to-instance.js';
import type { AuthdataShape } from '../ingest/ingest-items.js';
import { problemsOf, type TextLike } from './list-checks.js';
import {
  CsvListDto,
  JsonListDto,
  type ListRequestDto,
  type MappingDto,
  type RecordWishDto,
} from './list-request.js';
import { assertOwnNamesInPlace, type Subject } from './own-names.js';

/** What a caller wants of a list, checked. */
export interface ListWish {
  /** The id of a result format. */
  readonly output: string;
  readonly records: RequestOptions;
  /** The caller's own id of the request. */
  readonly correlationId: string | undefined;
  readonly eraseAfterDownload: boolean;
  /** Nobody is asked about, and nothing is delivered. */
  readonly validateOnly: boolean;
  /** Absent when the results are only downloaded. */
  readonly delivery?: CallbackTarget | undefined;
}

export interface CsvListWish extends ListWish {
  readonly delimiter: string | undefined;
}

/** What the configuration says of every list. */
export interface ListSettings {
  readonly languages: readonly string[];
  readonly nameDelimiter: string;
  readonly addressDelimiter: string;
}

/** The original's; where a country's IDA does not have it, the first language that it has. */
const DEFAULT_LANGUAGE = 'eng';

/** @throws Refusal, ApiError ATS-REQ-102 */
export function readJsonListRequest(
  envelope: JsonValue,
  authdata: AuthdataShape,
  settings: ListSettings,
): ListWish {
  // One object is answered at once, unless a callback is wanted: whatever else such a request lacks, it cannot be mended.
  if (authdata === 'object')
    throw noList('value is not a valid list; callbacks are for lists, and one person is answered at once');
  const { request } = checked(JsonListDto, envelope);
  if (authdata === 'other') throw noList('value is not a valid list');
  if (authdata !== 'list') throw new ApiError('ATS-REQ-102', { problem: 'authdata missing' });
  return wishOf(request, settings);
}

function noList(problem: string): ApiError {
  return new ApiError('ATS-REQ-102', { field: 'request.authdata', problem }, 422);
}

/** @throws Refusal, ApiError ATS-REQ-102 */
export function readCsvListRequest(envelope: JsonValue, settings: ListSettings): CsvListWish {
  const { request } = checked(CsvListDto, envelope);
  const wish = wishOf(request, settings);
  const delimiter = text(request.csvDelimiter);
  return { ...wish, records: { ...wish.records, csvDelimiter: delimiter }, delimiter };
}

/** @throws Refusal, see Refusal.ofAll; ApiError ATS-REQ-102 */
export function checked<T extends object>(
  type: new () => T,
  envelope: JsonValue,
  subject: Subject = 'list',
): T {
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope)) {
    throw new ApiError('ATS-REQ-102', { problem: 'value is not a valid dict' }, 422);
  }
  const instance = toInstance(type, envelope);
  const problems = problemsOf(validateSync(instance).toSorted(byPlaceInEnvelope));
  const [first, ...others] = problems;
  if (first !== undefined) throw Refusal.ofAll([first, ...others]);
  assertOwnNamesInPlace(envelope, subject);
  return instance;
}

/** The order in which the original checks, and so names what is wrong. */
const ENVELOPE_FIELDS = ['id', 'version', 'metadata', 'requesttime', 'request'];

function byPlaceInEnvelope(one: ValidationError, other: ValidationError): number {
  return ENVELOPE_FIELDS.indexOf(one.property) - ENVELOPE_FIELDS.indexOf(other.property);
}

/** What every list is handed in with. @throws ApiError ATS-REQ-024 to 034, ATS-REQ-102; Refusal */
export function wishOf(request: ListRequestDto, settings: ListSettings): ListWish {
  return {
    output: request.output,
    records: recordOptions(request, settings),
    correlationId: text(request.correlationId),
    eraseAfterDownload: request.options?.eraseAfterDownload ?? false,
    validateOnly: request.validateOnly ?? false,
    delivery: deliveryOf(request),
  };
}

/** @throws ApiError ATS-REQ-024 to 034, ATS-REQ-102; Refusal */
function deliveryOf({
  deliverytype,
  output,
  options,
  callbackProperties,
}: ListRequestDto): CallbackTarget | undefined {
  if (deliverytype !== 'callback') return undefined;
  return readCallback(callbackProperties, output, options?.deliver ?? 'all');
}

/** @throws ApiError ATS-REQ-102 */
export function recordOptions(request: RecordWishDto, settings: ListSettings): RequestOptions {
  return {
    mapping: mappingOf(request.mapping ?? {}),
    language: languageOf(request, settings.languages),
    nameDelimiter: settings.nameDelimiter,
    fullAddressDelimiter: settings.addressDelimiter,
    outputFormat: text(request.outputFormat),
  };
}

function languageOf(request: RecordWishDto, languages: readonly string[]): string {
  const language = text(request.lang);
  if (language === undefined)
    return languages.includes(DEFAULT_LANGUAGE) ? DEFAULT_LANGUAGE : (languages[0] ?? DEFAULT_LANGUAGE);
  if (languages.includes(language)) return language;
  const problem = `one of ${languages.join(', ')} is expected`;
  throw new ApiError('ATS-REQ-102', { field: 'request.lang', problem });
}

/** @throws ApiError ATS-REQ-102 that names the entry which is too much */
function mappingOf(dto: MappingDto): Mapping {
  const mapping = entriesOf(dto);
  const excess = excessOf(mapping);
  if (excess === undefined) return mapping;
  const { place, problem } = excess;
  throw new ApiError('ATS-REQ-102', { field: `request.mapping.${place}`, problem });
}

function entriesOf(mapping: MappingDto): Mapping {
  return {
    vid: text(mapping.vid),
    name: mapping.name?.map(String),
    gender: text(mapping.gender),
    dob: text(mapping.dob),
    phoneNumber: text(mapping.phoneNumber),
    emailId: text(mapping.emailId),
    fullAddress: mapping.fullAddress?.map(String),
    referenceId: text(mapping.referenceId),
  };
}

/** What was given as a text, or as a number for one. */
export function text(value: TextLike | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
