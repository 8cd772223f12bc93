import { RecordSealer } from '@mts/crypto';
import type { KeyObject } from 'node:crypto';
import type { Mapping } from './mapping.js';

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
  /** The caller's own format of a result row, a jq program over `{input, output}`. Absent: the default format. */
  readonly outputFormat?: string | undefined;
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
