import type { KeyObject } from 'node:crypto';

import { RecordSealer } from '@mts/crypto';

import type { RecordRuleSettings } from '../kit/validation.js';
import type { OdkConfig } from './config.js';

/** What whoever pulls has to know: where the submissions are, and the rules of whoever took the request in. */
export interface OdkOrder {
  readonly config: OdkConfig;
  readonly rules: RecordRuleSettings;
}

/** Line 0 stands for the request itself. */
const place = (requestId: string) => ({ table: 'pull', column: 'sealed_source', requestId, line: 0 });

/** Sealed like a record: it holds a password. */
export function sealOdkOrder(requestId: string, order: OdkOrder, inputKey: KeyObject): Buffer {
  return new RecordSealer(inputKey).seal(place(requestId), Buffer.from(JSON.stringify(order)));
}

/** @throws SealBrokenError */
export function openOdkOrder(requestId: string, sealed: Buffer, inputKey: KeyObject): OdkOrder {
  return JSON.parse(new RecordSealer(inputKey).open(place(requestId), sealed).toString()) as OdkOrder;
}
