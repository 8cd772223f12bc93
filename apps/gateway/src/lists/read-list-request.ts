import { ApiError, type JsonValue } from '@mts/domain';
import type { Mapping, RequestOptions } from '@mts/inputs';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

import { Refusal } from '../http/refusal.js';
import type { AuthdataShape } from '../ingest/ingest-items.js';
import { problemsOf } from './list-checks.js';
import {
  CsvListDto,
  JsonListDto,
  type ListRequestDto,
  type MappingDto,
  type RecordWishDto,
  type TextLike,
} from './list-request.js';

/** What a caller wants of a list, checked. */
export interface ListWish {
  /** The id of a result format. */
  readonly output: string;
  readonly records: RequestOptions;
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
  if (authdata === 'object') {
    throw new ApiError('ATS-REQ-102', {
      field: 'request.authdata',
      problem: 'a single record is not supported here; give a list of records, [{…}], and fetch the result',
    });
  }
  const { request } = checked(JsonListDto, envelope);
  if (authdata === 'other') {
    throw new ApiError(
      'ATS-REQ-102',
      { field: 'request.authdata', problem: 'value is not a valid list' },
      422,
    );
  }
  if (authdata !== 'list') throw new ApiError('ATS-REQ-102', { problem: 'authdata missing' });
  return wishOf(request, settings);
}

/** @throws Refusal, ApiError ATS-REQ-102 */
export function readCsvListRequest(envelope: JsonValue, settings: ListSettings): CsvListWish {
  const { request } = checked(CsvListDto, envelope);
  return { ...wishOf(request, settings), delimiter: text(request.csvDelimiter) };
}

/** @throws Refusal with everything that is wrong; ApiError ATS-REQ-102 */
export function checked<T extends object>(type: new () => T, envelope: JsonValue): T {
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope)) {
    throw new ApiError('ATS-REQ-102', { problem: 'value is not a valid dict' }, 422);
  }
  const instance = plainToInstance(type, envelope);
  const problems = problemsOf(validateSync(instance));
  if (problems.length > 0) throw Refusal.ofAll(problems);
  return instance;
}

function wishOf(request: ListRequestDto, settings: ListSettings): ListWish {
  return { output: request.output, records: recordOptions(request, settings) };
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

function mappingOf(mapping: MappingDto): Mapping {
  return {
    vid: text(mapping.vid),
    name: mapping.name?.map(String),
    gender: text(mapping.gender),
    dob: text(mapping.dob),
    phoneNumber: text(mapping.phoneNumber),
    emailId: text(mapping.emailId),
    fullAddress: mapping.fullAddress?.map(String),
  };
}

function text(value: TextLike | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
