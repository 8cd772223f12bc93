import type { KeyObject } from 'node:crypto';

import { RecordSealer, type SealedPlace } from './record-sealer.js';

/** Line 0 stands for the request itself. */
const place = (requestId: string): SealedPlace => ({
  table: 'request',
  column: 'sealed_correlation',
  requestId,
  line: 0,
});

/** Seals the caller's own id of a request with its results key: callers make such ids of anything, also of people. */
export function sealCorrelation(requestId: string, correlationId: string, resultsKey: KeyObject): Buffer {
  return new RecordSealer(resultsKey).seal(place(requestId), Buffer.from(correlationId));
}

/** @throws SealBrokenError */
export function openCorrelation(requestId: string, sealed: Buffer, resultsKey: KeyObject): string {
  return new RecordSealer(resultsKey).open(place(requestId), sealed).toString();
}
