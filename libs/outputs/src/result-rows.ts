import type { KeyObject } from 'node:crypto';

import { RecordSealer, SealBrokenError } from '@mts/crypto';
import type { ResultRecord, ResultRecordWithInput } from '@mts/store';

import type { Result } from './kit/result.js';
import { type ResultOwner, UNREADABLE_RESULT, unsealReference, unsealResult } from './kit/unseal-result.js';

type WithInput = Pick<ResultRecordWithInput, 'line' | 'sealedInput'>;

/** A record as it was received, as JSON text, and what became of it. */
export interface ReceivedResult {
  readonly received: string;
  readonly result: Result;
}

const NOTHING_RECEIVED = '{}';

/**
 * The sealed records of one finished request, made readable for whoever makes rows of them.
 *
 * One of which something does not open any more, because bytes of it were altered, has a row that says so; the others are
 * as they are.
 */
export class ResultRows {
  private readonly results: RecordSealer;
  private isAnyBroken = false;

  /** @param onBroken told of the first line of which something does not open, whatever is read how often */
  constructor(
    private readonly request: ResultOwner,
    resultsKey: KeyObject,
    private readonly onBroken: (line: number) => void,
  ) {
    this.results = new RecordSealer(resultsKey);
  }

  /** Whether one was met so far of which something does not open. */
  get hasBroken(): boolean {
    return this.isAnyBroken;
  }

  result(record: ResultRecord): Result {
    const { request, results } = this;
    const outcome = this.opened(record.line, () => unsealResult(record, request, results));
    const referenceId = this.opened(record.line, () => unsealReference(record, request, results));
    return { ...(outcome ?? UNREADABLE_RESULT), ...(referenceId === undefined ? {} : { referenceId }) };
  }

  /** The JSON text of the record as it was received; undefined when it does not open any more. */
  received({ line, sealedInput }: WithInput, inputs: RecordSealer): string | undefined {
    const place = { table: 'record', column: 'sealed_input', requestId: this.request.id, line };
    return this.opened(line, () => inputs.open(place, sealedInput).toString());
  }

  /** Both. What became of a record without the record itself would be anybody's. */
  receivedResult(record: ResultRecordWithInput, inputs: RecordSealer): ReceivedResult {
    const [received, result] = [this.received(record, inputs), this.result(record)];
    if (received !== undefined) return { received, result };
    return { received: NOTHING_RECEIVED, result: { ...result, ...UNREADABLE_RESULT } };
  }

  private opened<T>(line: number, open: () => T): T | undefined {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      if (!this.isAnyBroken) this.onBroken(line);
      this.isAnyBroken = true;
      return undefined;
    }
  }
}
