import { ApiError } from '@mts/domain';

import type { ShapedFormat } from '../kit/format.js';
import { COMPILE_ERROR } from './jq-job.js';
import type { JqPool } from './jq-pool.js';
import { type FormatInput, programInput, readOutput, recordProgram, type ShapedRecord } from './program.js';

/** A batch is cut so that it takes about this long: enough that compiling is small beside it, and others get a turn. */
const BATCH_TARGET_MS = 50;
const BATCH_RECORDS_MAX = 1000;
const BATCH_SIZE_CHARS_MAX = 1_000_000;
const GROWTH = 8;

/** Of a record that stands in no list. */
export const NO_LINE = 0;

/**
 * Runs one program over the records of one list, batch by batch. It begins with a single record, so that a program that
 * never ends is found out by it; and when a larger batch fails, it is run again record by record.
 */
export class Shaping {
  private readonly program: string;
  private batchRecords = 1;

  constructor(
    private readonly pool: JqPool,
    program: string,
    format: ShapedFormat,
  ) {
    this.program = recordProgram(program, format.projection);
  }

  /**
   * The rows in batches, made as they are taken: what a program makes of one record may be large.
   *
   * @throws ApiError ATS-REQ-104 naming the record with which the program takes too much of time or memory
   */
  async *batches(inputs: readonly FormatInput[]): AsyncGenerator<readonly ShapedRecord[], void, undefined> {
    for (let done = 0; done < inputs.length;) {
      const rows = await this.batch(this.cut(inputs, done));
      done += rows.length;
      if (rows.length > 0) yield rows;
    }
  }

  /** All rows at once, of a few records. @throws ApiError ATS-REQ-104 */
  async rows(inputs: readonly FormatInput[]): Promise<readonly ShapedRecord[]> {
    const rows: ShapedRecord[] = [];
    for await (const batch of this.batches(inputs)) rows.push(...batch);
    return rows;
  }

  private cut(inputs: readonly FormatInput[], from: number): readonly FormatInput[] {
    let to = from;
    let chars = 0;
    while (
      to < inputs.length &&
      to - from < this.batchRecords &&
      (to === from || chars < BATCH_SIZE_CHARS_MAX)
    ) {
      chars += inputs[to]?.json.length ?? 0;
      to += 1;
    }
    return inputs.slice(from, to);
  }

  /** @returns no rows when the batch has to be run again in smaller ones */
  private async batch(inputs: readonly FormatInput[]): Promise<readonly ShapedRecord[]> {
    const outcome = await this.pool.run({ program: this.program, input: programInput(inputs) });
    if (outcome.kind !== 'done') {
      const [only, ...others] = inputs;
      if (only !== undefined && others.length === 0) throw tooCostly(outcome.kind, only.line);
      this.batchRecords = 1;
      return [];
    }
    if (outcome.exitCode === COMPILE_ERROR)
      throw new Error('An outputFormat that was checked does not compile');
    this.batchRecords = nextSize(inputs.length, outcome.elapsedMs);
    return readOutput(inputs, outcome.stdout);
  }
}

function nextSize(records: number, elapsedMs: number): number {
  const fitting = Math.floor((records * BATCH_TARGET_MS) / Math.max(elapsedMs, 1));
  return Math.max(1, Math.min(fitting, records * GROWTH, BATCH_RECORDS_MAX));
}

/** @param line of the record with which it happened; {@link NO_LINE} when it is the program's own doing */
export function tooCostly(why: 'out of time' | 'out of memory', line = NO_LINE): ApiError {
  const what = why === 'out of time' ? 'does not come to an end in time' : 'needs too much memory';
  const where = line === NO_LINE ? '' : ` with record ${String(line)}`;
  return new ApiError('ATS-REQ-104', { problem: `outputFormat ${what}${where}` });
}
