import { RecordSealer } from '@mts/crypto';
import type { KeyObject } from 'node:crypto';
import type { Mapping } from './mapping.js';

/** What the seeder must know of a request to map its records just as the gateway did when it took them in. */
export interface RequestOptions {
  readonly mapping: Mapping;
  /** Language of plain texts. */
  readonly language: string;
  readonly nameDelimiter: string;
  readonly fullAddressDelimiter: string;
}

/** Line 0 stands for the request itself. */
const place = (requestId: string) => ({ table: 'request', column: 'sealed_options', requestId, line: 0 });

/** Sealed like a record: a mapping names the columns of a list, and a list without a header names people there. */
export function sealRequestOptions(requestId: string, options: RequestOptions, inputKey: KeyObject): Buffer {
  return new RecordSealer(inputKey).seal(place(requestId), Buffer.from(JSON.stringify(options)));
}

/** @throws SealBrokenError */
export function openRequestOptions(requestId: string, sealed: Buffer, inputKey: KeyObject): RequestOptions {
  return JSON.parse(new RecordSealer(inputKey).open(place(requestId), sealed).toString()) as RequestOptions;
}
