import type { KeyObject } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { BlindIndex, RecordSealer } from '@mts/crypto';
import type { ReceivedRecord, ResultRow } from '@mts/domain';
import { CopyBlock, type NewRecord } from '@mts/store/copy';
import { stringifyExact } from './exact.js';
import { compileMapping, type MappedRecord, type Mapper } from './mapping.js';
import { personBytes } from './record-fingerprint.js';
import type { RequestOptions } from './request-options.js';
import type { SourceRecord } from './source.js';
import {
  checkRecord,
  compileRules,
  type RecordCheck,
  type RecordRules,
  type RecordRuleSettings,
} from './validation.js';

/** What the records of one list are checked and sealed with. Crosses threads: plain data and keys. */
export interface SealingSetup {
  readonly requestId: string;
  readonly inputKey: KeyObject;
  readonly resultsKey: KeyObject;
  readonly rules: RecordRuleSettings;
  /** Today, for what must not lie in the future. */
  readonly now: Date;
}

/** Records ready for the store. */
export interface SealedBlock {
  /** As COPY takes them, see CopyBlock. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly recordCount: number;
}

/** Large enough that a COPY costs little per record, small enough that a few of them are no matter of memory. */
const BLOCK_RECORDS_MAX = 2000;
const BLOCK_SIZE_BYTES = 4_000_000;

/** A small list is sealed in the thread that answers everybody: so many records at most keep the others waiting. */
const RECORDS_PER_TURN = 100;

/** Checks and seals records, and packs them into blocks as they come. */
export async function* sealInBlocks(
  batches: AsyncIterable<Iterable<SourceRecord>> | Iterable<Iterable<SourceRecord>>,
  setup: SealingSetup,
  options: RequestOptions,
): AsyncGenerator<SealedBlock, void, undefined> {
  const sealing = new RecordSealing(setup, options);
  let block = new CopyBlock(setup.requestId);
  let sealedBytes = 0;
  let recordsOfTurn = 0;
  for await (const batch of batches) {
    for (const source of batch) {
      const record = sealing.seal(source);
      block.add(record);
      recordsOfTurn += 1;
      if (recordsOfTurn === RECORDS_PER_TURN) {
        recordsOfTurn = 0;
        await nextTurn();
      }
      sealedBytes += (record.sealedInput?.length ?? 0) + (record.sealedOutcome?.length ?? 0);
      if (block.size < BLOCK_RECORDS_MAX && sealedBytes < BLOCK_SIZE_BYTES) continue;
      yield { recordCount: block.size, bytes: block.finish() };
      block = new CopyBlock(setup.requestId);
      sealedBytes = 0;
    }
  }
  if (block.size > 0) yield { recordCount: block.size, bytes: block.finish() };
}

/** Makes of a record as it was handed in what is kept of it. */
class RecordSealing {
  private readonly requestId: string;
  private readonly mapper: Mapper;
  private readonly rules: RecordRules;
  private readonly input: RecordSealer;
  private readonly results: RecordSealer;
  private readonly index: BlindIndex;

  constructor(setup: SealingSetup, options: RequestOptions) {
    this.requestId = setup.requestId;
    this.mapper = compileMapping(options.mapping, options);
    this.rules = compileRules(setup.rules, setup.now);
    this.input = new RecordSealer(setup.inputKey);
    this.results = new RecordSealer(setup.resultsKey);
    this.index = BlindIndex.ofRecords(setup.inputKey);
  }

  seal({ line, record, names }: SourceRecord): NewRecord {
    const mapped = this.mapper(record);
    const check = checkRecord(mapped, this.rules);
    const received = Buffer.from(
      names === undefined ? stringifyExact(record) : stringifyInOrder(record, names),
    );
    const sealed = {
      line,
      sealedInput: this.input.seal(this.place('sealed_input', line), received),
      sealedReference: this.reference(line, mapped.referenceId),
    };
    return check.kind === 'valid'
      ? {
          ...sealed,
          state: 'submitted',
          sealedOutcome: null,
          errorCode: null,
          recordIndex: this.index.of(personBytes(check.person)),
        }
      : { ...sealed, state: 'invalid', recordIndex: null, ...this.refused(line, check) };
  }

  private reference(line: number, id: MappedRecord['referenceId']): Buffer | null {
    return typeof id === 'string'
      ? this.results.seal(this.place('sealed_reference', line), Buffer.from(id))
      : null;
  }

  private refused(
    line: number,
    check: Extract<RecordCheck, { kind: 'invalid' }>,
  ): Pick<NewRecord, 'sealedOutcome' | 'errorCode'> {
    const row: ResultRow = {
      vid: check.vid,
      token: null,
      errorCode: check.code,
      errorMessage: check.message,
    };
    return {
      sealedOutcome: this.results.seal(this.place('sealed_outcome', line), Buffer.from(JSON.stringify(row))),
      errorCode: check.code,
    };
  }

  private place(
    column: 'sealed_input' | 'sealed_outcome' | 'sealed_reference',
    line: number,
  ): Parameters<RecordSealer['seal']>[0] {
    return { table: 'record', column, requestId: this.requestId, line };
  }
}

function stringifyInOrder(record: ReceivedRecord, names: readonly string[]): string {
  return `{${names.map((name) => `${JSON.stringify(name)}:${stringifyExact(record[name] ?? null)}`).join()}}`;
}
