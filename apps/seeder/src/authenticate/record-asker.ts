import { type AuthOutcome, type ErrorCode, errorText, IdaFault, type OutcomeError } from '@mts/domain';
import type { IdaClient } from '@mts/ida-client';
import type { Clock } from '@mts/platform';
import type { Lease, OpenRecord, RangeStore, RecordMark } from '@mts/store';

import type { AfterFault, CallPurpose, RangeCall } from '../profile/call.js';
import type { ProfileGuard } from '../profile/profile-guard.js';
import type { SilenceWatch } from '../profile/silence-watch.js';
import type { Calm } from './calm.js';
import { OutcomeWriter } from './outcome-writer.js';
import { persist } from './persist.js';
import type { ReadRecord, RecordBook, RecordEnd } from './record-book.js';
import type { Claim } from './turns.js';

/** What asking about a record has come to, for the work that follows. `stopped`, `broken`: nothing was sent. */
export type AfterAsk = 'answered' | 'stopped' | 'broken' | AfterFault;

/** What one range needs to ask about its records. */
export interface Desk {
  readonly lease: Lease;
  readonly book: RecordBook;
  readonly claim: Claim;
  /** Whether a call may still be sent: asked at the last moment, when it is sealed and signed. */
  readonly maySend: () => boolean;
  readonly purpose: CallPurpose;
  /** A probe that found nobody to ask who was not asked before. */
  readonly isLastResort: boolean;
}

type Readable = Extract<ReadRecord, { kind: 'person' }>;

/** The work was stopped while a call was being made ready; nothing was sent. */
class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

/** Asks IDA about one record, and keeps what is known afterwards before it returns. */
export class RecordAsker {
  private readonly writer: OutcomeWriter;

  constructor(
    private readonly client: Pick<IdaClient, 'authenticate'>,
    private readonly ranges: RangeStore,
    private readonly silences: Pick<SilenceWatch, 'begin' | 'answered' | 'ended' | 'isOfThePerson'>,
    private readonly guard: Pick<ProfileGuard, 'faulted'>,
    private readonly calm: Calm,
    private readonly clock: Clock,
  ) {
    this.writer = new OutcomeWriter(ranges);
  }

  /** For a record that is asked for the first time the sent mark must be committed before. @throws LeaseLostError */
  async ask(desk: Desk, record: OpenRecord): Promise<AfterAsk> {
    const read = desk.book.read(record);
    if (read.kind === 'broken') {
      if (isFresh(record)) await this.mark(desk, record, 'not asked');
      return 'broken';
    }
    if (read.kind === 'unusable') {
      await this.end(desk, record, read.vid, { kind: 'given up', error: read.error });
      return 'go on';
    }
    const reason = this.reasonNotToAsk(record, read);
    if (reason !== undefined) {
      await this.giveUp(desk, record, read, reason);
      return 'go on';
    }
    if (!isFresh(record)) await this.mark(desk, record, 'sent');
    const call = callOf(desk, record);
    this.silences.begin(call);
    try {
      return await this.make(call, desk, record, read);
    } finally {
      this.silences.ended(call);
    }
  }

  private async make(call: RangeCall, desk: Desk, record: OpenRecord, read: Readable): Promise<AfterAsk> {
    const silencesBefore = this.calm.silences;
    const answer = await this.question(call, desk, read);
    if (answer === 'not sent') {
      await this.mark(desk, record, 'not asked');
      return 'stopped';
    }
    if (answer instanceof IdaFault) {
      const isAlone = !answer.saysNothing || this.calm.silent() === silencesBefore + 1;
      return this.keepFault(call, desk, record, read, { fault: answer, isAlone });
    }
    this.silences.answered(call);
    const told = record.attempts > 0 ? afterSecondAsk(answer) : answer;
    await this.end(desk, record, read.person.individualId, told);
    return 'answered';
  }

  private async question(
    call: RangeCall,
    desk: Desk,
    read: Readable,
  ): Promise<AuthOutcome | IdaFault | 'not sent'> {
    const onSend = (): void => {
      if (!desk.maySend()) throw new NotSentError();
      call.sentAtMs = performance.now();
    };
    const [person, options] = questionOf(read);
    try {
      return await this.client.authenticate(person, { ...options, onSend });
    } catch (error) {
      if (error instanceof IdaFault) return error;
      if (error instanceof NotSentError) return 'not sent';
      throw error;
    }
  }

  private reasonNotToAsk({ attempts }: OpenRecord, { factors }: Readable): OutcomeError | undefined {
    if (factors === undefined) return undefined;
    if (attempts > 0) return MAYBE_USED_UP;
    return this.clock().getTime() < factors.goodUntilMs ? undefined : TOO_LATE;
  }

  private async keepFault(
    call: RangeCall,
    desk: Desk,
    record: OpenRecord,
    read: Readable,
    { fault, isAlone }: Met,
  ): Promise<AfterFault> {
    const isFirst = record.attempts === 0;
    // That an outage, or the fault of this seeder, goes on says nothing of the person whose record was to find that out.
    const isOfOthers = call.purpose === 'profile probe' || call.purpose === 'seeder probe';
    if (fault.effect === 'not-asked') await this.mark(desk, record, 'not asked');
    else if (read.factors !== undefined) await this.giveUp(desk, record, read, MAYBE_USED_UP);
    else if (isFirst || isOfOthers) await this.markUnknown(call, desk);
    else if (!fault.saysNothing) await this.giveUp(desk, record, read, lastWord(fault));
    else {
      const after = await this.guard.faulted(call, fault);
      if (after !== 'all held' && isAlone && (await this.silences.isOfThePerson(call)))
        await this.giveUp(desk, record, read, lastWord(fault));
      else await this.markUnknown(call, desk);
      return after;
    }
    return this.guard.faulted(call, fault);
  }

  private async mark(
    { lease }: Desk,
    { line }: OpenRecord,
    as: Exclude<RecordMark, 'unknown'>,
  ): Promise<void> {
    await persist(async () => this.ranges.mark(lease, [line], as));
  }

  private async markUnknown({ line, sentAtMs }: RangeCall, { lease }: Desk): Promise<void> {
    await persist(async () => this.ranges.mark(lease, [line], 'unknown', performance.now() - sentAtMs));
  }

  private async giveUp(desk: Desk, record: OpenRecord, read: Readable, error: OutcomeError): Promise<void> {
    await this.end(desk, record, read.person.individualId, { kind: 'given up', error });
  }

  private async end(desk: Desk, record: OpenRecord, vid: string | null, end: RecordEnd): Promise<void> {
    await this.writer.store(desk.lease, desk.book.outcome(record, vid, end));
  }
}

function callOf({ lease, purpose, isLastResort }: Desk, { line }: OpenRecord): RangeCall {
  const { requestId, n } = lease;
  return { requestId, n, line, purpose, isLastResort, sentAtMs: performance.now() };
}

function questionOf({ person, factors, transactionId }: Readable): Parameters<IdaClient['authenticate']> {
  const { otp, biometrics } = factors ?? {};
  return [
    { ...person, ...(otp === undefined ? {} : { otp }), ...(biometrics === undefined ? {} : { biometrics }) },
    transactionId === undefined ? {} : { transactionId },
  ];
}

/** What came in the place of an answer. */
interface Met {
  readonly fault: IdaFault;
  /** No other call of this process failed without a word since this one was made. */
  readonly isAlone: boolean;
}

const ownError = (code: ErrorCode): OutcomeError => ({ code, message: errorText(code) });
const SILENCE = ownError('MTS-IDA-001');
const MAYBE_USED_UP = ownError('MTS-IDA-003');
const TOO_LATE = ownError('MTS-IDA-004');
/** No answer of IDA's came at all, or one of something before it. */
const SILENT_CODES: ReadonlySet<string> = new Set(['MTS-IDA-102', 'MTS-IDA-103']);

/** What the row says when the last ask that a person may have brought no usable answer either. */
function lastWord({ code, message, idaMessage = message }: IdaFault): OutcomeError {
  return SILENT_CODES.has(code) ? SILENCE : { code, message: idaMessage };
}

/** Never announced as sent: the range's sent mark covers it once it is. Any other record is marked by itself. */
export function isFresh(record: OpenRecord): boolean {
  return record.state === 'submitted' && !record.withdrawn;
}

/** IDA was never asked about it, and nobody can think that it was. */
export function isUnasked(record: OpenRecord): boolean {
  return record.state === 'submitted' && record.attempts === 0;
}

/** "VID not available" after a first call without an answer most likely means that this first call used the VID up. */
function afterSecondAsk(outcome: AuthOutcome): AuthOutcome {
  if (outcome.kind === 'matched') return outcome;
  const errors = outcome.errors.map((error) =>
    error.code === 'IDA-MLC-018'
      ? {
          code: error.code,
          message: `${error.message} (perhaps asked twice: an earlier call, which went unanswered, may have used up a one-time VID)`,
        }
      : error,
  );
  return { kind: 'refused', errors };
}
