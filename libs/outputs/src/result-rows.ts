import type { KeyObject } from 'node:crypto';

import { RecordSealer } from '@mts/crypto';
import type { ResultRecord, ResultRecordWithInput } from '@mts/store';

import { formatInput } from './jq/output-formats.js';
import type { FormatInput } from './jq/program.js';
import type { Result } from './kit/result.js';
import { type ResultOwner, unsealResult } from './kit/unseal-result.js';

/** The sealed records of one finished request, made readable for whoever makes rows of them. */
export class ResultRows {
  private readonly results: RecordSealer;

  constructor(
    private readonly request: ResultOwner,
    resultsKey: KeyObject,
  ) {
    this.results = new RecordSealer(resultsKey);
  }

  /** @throws SealBrokenError */
  result(record: ResultRecord): Result {
    return unsealResult(record, this.request, this.results);
  }

  /** The JSON text of the record as it was received. @throws SealBrokenError */
  received(
    { line, sealedInput }: Pick<ResultRecordWithInput, 'line' | 'sealedInput'>,
    inputs: RecordSealer,
  ): string {
    const place = { table: 'record', column: 'sealed_input', requestId: this.request.id, line };
    return inputs.open(place, sealedInput).toString();
  }

  /** Both, for an outputFormat. @throws SealBrokenError */
  formatInput(record: ResultRecordWithInput, inputs: RecordSealer): FormatInput {
    return formatInput(record.line, this.received(record, inputs), this.result(record));
  }
}
