import { BlindIndex, type KekProvider, openRequestKey, RecordSealer, SealBrokenError } from '@mts/crypto';
import { type AuthOutcome, errorText, type OutcomeError, type Person, type ResultRow } from '@mts/domain';
import {
  checkRecord,
  compileMapping,
  compileRules,
  type Mapper,
  type OneTimeFactors,
  openRequestOptions,
  type RequestOptions,
  parseJsonExact,
} from '@mts/inputs';
import { UNREADABLE_RESULT } from '@mts/outputs';
import type { Logger } from '@mts/platform';
import type { NewOutcome, OpenRecord, Request, SharedOutcome } from '@mts/store';

import { kindOf } from '../thrown.js';

/** The gateway refused what breaks the rules when it took the list in; here a record is only mapped. */
const NO_RULES = compileRules({ mandatoryFields: [], idCheck: 'off', genderCheck: 'off', dobCheck: 'off' });

const UNREADABLE: ReadRecord = {
  kind: 'unusable',
  error: { code: 'MTS-IDA-006', message: errorText('MTS-IDA-006') },
  vid: null,
};

/** Of lines that share an outcome which does not open any more. */
const UNREADABLE_ROW = Buffer.from(JSON.stringify(UNREADABLE_RESULT.row));
const NO_OUTCOME: Pick<NewOutcome, 'state' | 'errorCode' | 'tokenIndex'> = {
  state: 'error',
  errorCode: UNREADABLE_RESULT.row.errorCode,
  tokenIndex: null,
};

/** The request's keys are erased: it was ended or archived meanwhile. */
export class RequestErasedError extends Error {
  override readonly name = 'RequestErasedError';
}

/** A record made readable: what IDA is asked, or why it cannot be asked. */
export type ReadRecord =
  | {
      readonly kind: 'person';
      readonly person: Person;
      readonly factors: OneTimeFactors | undefined;
      readonly transactionId: string | undefined;
    }
  | { readonly kind: 'unusable'; readonly error: OutcomeError; readonly vid: string | null }
  | typeof BROKEN;

/** Of its bytes some were altered. It has no outcome then: a backup of its row would make it whole again. */
const BROKEN = { kind: 'broken' } as const;

/** How a record ends: with what IDA said of the person, or with what kept it from saying anything. */
export type RecordEnd = AuthOutcome | { readonly kind: 'given up'; readonly error: OutcomeError };

/** Reads the sealed records of one request, and seals what became of them. */
export class RecordBook {
  private isUnreadableNoted = false;
  private isBrokenOutcomeNoted = false;

  private constructor(
    private readonly requestId: string,
    private readonly input: RecordSealer,
    private readonly results: RecordSealer,
    private readonly options: RequestOptions,
    private readonly mapper: Mapper,
    private readonly tokens: BlindIndex,
    private readonly isAwaited: boolean,
    private readonly logger: Logger,
  ) {}

  /** @throws RequestErasedError, KekError, DataKeyUnwrapError, SealBrokenError */
  static async open(request: Request, keks: KekProvider, logger: Logger): Promise<RecordBook> {
    const [input, results] = [
      await openRequestKey(request, 'input', keks),
      await openRequestKey(request, 'results', keks),
    ];
    if (input === undefined || results === undefined || request.sealedOptions === null) {
      throw new RequestErasedError(`The keys of request ${request.id} are erased`);
    }
    const options = openRequestOptions(request.id, request.sealedOptions, input);
    const mapper = compileMapping(options.mapping, options);
    const tokens =
      request.tokensByKek && request.kekId !== null
        ? BlindIndex.ofTokensBefore(await keks.byId(request.kekId), request.owner)
        : BlindIndex.ofTokens(results);
    return new RecordBook(
      request.id,
      new RecordSealer(input),
      new RecordSealer(results),
      options,
      mapper,
      tokens,
      request.awaited,
      logger,
    );
  }

  /**
   * A record on which this program stumbles is unusable, as it would be for every seeder that takes it over.
   */
  read(record: OpenRecord): ReadRecord {
    try {
      const sealed = this.input.open(this.place('sealed_input', record.line), record.sealedInput);
      return this.readText(sealed.toString());
    } catch (error) {
      if (error instanceof SealBrokenError) return BROKEN;
      this.noteUnreadable(record.line, error);
      return UNREADABLE;
    }
  }

  private readText(text: string): ReadRecord {
    const received = parseJsonExact(text);
    const checked = checkRecord(this.mapper(received as Parameters<Mapper>[0]), NO_RULES);
    if (checked.kind === 'invalid')
      return { kind: 'unusable', error: { code: checked.code, message: checked.message }, vid: checked.vid };
    const { factors, transactionId } = this.options;
    return { kind: 'person', person: checked.person, factors, transactionId };
  }

  outcome({ line }: OpenRecord, vid: string | null, end: RecordEnd): NewOutcome {
    // Of a list nobody sees the errors one by one: they would only take room.
    const refusal = this.isAwaited && end.kind === 'refused' ? { refusal: end.errors } : {};
    const row: ResultRow = { ...resultRow(vid, end), ...refusal };
    return {
      state: row.token === null ? 'error' : 'processed',
      errorCode: row.errorCode,
      tokenIndex: row.token === null ? null : this.tokens.of(row.token),
      ...this.sealed(line, Buffer.from(JSON.stringify(row))),
    };
  }

  /** For each of the lines that share an outcome, for it is sealed to its line. They share it also when it does not open. */
  sharedOutcomes(shared: SharedOutcome): NewOutcome[] {
    const plain = this.plainOf(shared);
    const { state, errorCode, tokenIndex } = plain === undefined ? NO_OUTCOME : shared;
    return shared.twins.map((line) => ({
      state,
      errorCode,
      tokenIndex,
      ...this.sealed(line, plain ?? UNREADABLE_ROW),
    }));
  }

  /** @returns undefined when it does not open any more */
  private plainOf({ line, sealedOutcome }: SharedOutcome): Buffer | undefined {
    try {
      return this.results.open(this.place('sealed_outcome', line), sealedOutcome);
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      this.noteBrokenOutcome(line);
      return undefined;
    }
  }

  private sealed(line: number, plain: Buffer): Pick<NewOutcome, 'line' | 'sealedOutcome'> {
    return { line, sealedOutcome: this.results.seal(this.place('sealed_outcome', line), plain) };
  }

  /** Once, however many there are. What kind of error it is and no more: its message may quote the record. */
  private noteUnreadable(line: number, error: unknown): void {
    if (this.isUnreadableNoted) return;
    this.isUnreadableNoted = true;
    this.logger.error('a record cannot be read, and perhaps others of its list', {
      requestId: this.requestId,
      line,
      kind: kindOf(error),
    });
  }

  /** Once too: of one that does not open any more many lines may be without an outcome. */
  private noteBrokenOutcome(line: number): void {
    if (this.isBrokenOutcomeNoted) return;
    this.isBrokenOutcomeNoted = true;
    this.logger.error('the outcome of a record does not open any more, and lines that share it end without', {
      requestId: this.requestId,
      line,
      code: UNREADABLE_RESULT.row.errorCode,
    });
  }

  private place(
    column: 'sealed_input' | 'sealed_outcome',
    line: number,
  ): Parameters<RecordSealer['open']>[0] {
    return { table: 'record', column, requestId: this.requestId, line };
  }
}

/** Several errors stand in one row as the original writes them: `ATS-REQ-103`, `CODE::message,CODE::message`. */
function resultRow(vid: string | null, end: RecordEnd): ResultRow {
  if (end.kind === 'matched') return { vid, token: end.token, errorCode: null, errorMessage: null };
  const errors = end.kind === 'refused' ? end.errors : [end.error];
  const [first, ...others] = errors;
  if (first !== undefined && others.length === 0)
    return { vid, token: null, errorCode: first.code, errorMessage: first.message };
  const problem = errors.map((error) => `${error.code}::${error.message}`).join(',');
  return { vid, token: null, errorCode: 'ATS-REQ-103', errorMessage: errorText('ATS-REQ-103', { problem }) };
}
