import { RecordSealer } from '@mts/crypto';
import type { JsonValue } from '@mts/domain';
import type { KeyObject } from 'node:crypto';
import type { Mapping } from './mapping.js';

/** What proves a person beside demographics or instead of them. It is good for one call of IDA, and not for long. */
export interface OneTimeFactors {
  /** The one-time password that IDA has sent to the person. */
  readonly otp?: string | undefined;
  /** What the device has captured, as it gave it. */
  readonly biometrics?: readonly JsonValue[] | undefined;
  /** Milliseconds since 1970. From then on they are sent to nobody. */
  readonly goodUntilMs: number;
}

/**
 * What is wanted of a request's records: how the seeder maps them, just as the gateway did when it took them in, and how
 * the gateway gives them out.
 */
export interface RequestOptions {
  readonly mapping: Mapping;
  /** Language of plain texts. */
  readonly language: string;
  readonly nameDelimiter: string;
  readonly fullAddressDelimiter: string;
  /** What stands between the cells of a list that is CSV. Absent: a comma. */
  readonly csvDelimiter?: string | undefined;
  /** The caller's own format of a result row, a jq program over `{input, output}`. Absent: the default format. */
  readonly outputFormat?: string | undefined;
  /** Of a request that has one record. */
  readonly factors?: OneTimeFactors | undefined;
  /** Which transaction of IDA's the call about that record is to name. Absent: any. */
  readonly transactionId?: string | undefined;
}

/** Line 0 stands for the request itself. */
const place = (requestId: string) => ({ table: 'request', column: 'sealed_options', requestId, line: 0 });

/** Sealed like a record: a mapping names the columns of a list, and people where it has no header; a format may too. */
export function sealRequestOptions(requestId: string, options: RequestOptions, inputKey: KeyObject): Buffer {
  return new RecordSealer(inputKey).seal(place(requestId), Buffer.from(JSON.stringify(options)));
}

/** @throws SealBrokenError */
export function openRequestOptions(requestId: string, sealed: Buffer, inputKey: KeyObject): RequestOptions {
  return JSON.parse(new RecordSealer(inputKey).open(place(requestId), sealed).toString()) as RequestOptions;
}
