import { type AuthOutcome, type ErrorCode, errorText, IdaFault, type OutcomeError } from '@mts/domain';
import type { IdaClient } from '@mts/ida-client';
import type { Clock } from '@mts/platform';
import type { Lease, OpenRecord, RangeStore, RecordMark } from '@mts/store';

import type { AfterFault, FailedCall, ProfileGuard } from '../profile/profile-guard.js';
import type { Calm } from './calm.js';
import { OutcomeWriter } from './outcome-writer.js';
import { persist } from './persist.js';
import type { ReadRecord, RecordBook, RecordEnd } from './record-book.js';
import type { Claim } from './turns.js';

/** What asking about a record has come to, for the work that follows. */
export type AfterAsk = 'answered' | AfterFault;

/** What one range needs to ask about its records. */
export interface Desk {
  readonly lease: Lease;
  readonly book: RecordBook;
  readonly claim: Claim;
  /** Whether a call may still be sent: asked at the last moment, when it is sealed and signed. */
  readonly maySend: () => boolean;
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
    private readonly guard: ProfileGuard,
    private readonly calm: Calm,
    private readonly clock: Clock,
  ) {
    this.writer = new OutcomeWriter(ranges);
  }

  /** For a record that is asked for the first time the sent mark must be committed before. @throws LeaseLostError */
  async ask(desk: Desk, record: OpenRecord): Promise<AfterAsk> {
    const read = desk.book.read(record);
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
    const asked: Asked = { atMs: performance.now(), silencesBefore: this.calm.silences };
    const answer = await this.question(desk, read);
    if (answer === 'not sent') {
      await this.mark(desk, record, 'not asked');
      return 'held';
    }
    if (answer instanceof IdaFault) {
      await this.keepFault(desk, record, read, answer, asked);
      return this.guard.faulted(failedCall(desk, record), answer, asked.atMs);
    }
    this.guard.answered();
    const told = record.attempts > 0 ? afterSecondAsk(answer) : answer;
    await this.end(desk, record, read.person.individualId, told);
    return 'answered';
  }

  private async question(desk: Desk, read: Readable): Promise<AuthOutcome | IdaFault | 'not sent'> {
    const onSend = (): void => {
      if (!desk.maySend()) throw new NotSentError();
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
    desk: Desk,
    record: OpenRecord,
    read: Readable,
    fault: IdaFault,
    asked: Asked,
  ): Promise<void> {
    const isAlone = fault.faultClass !== 'transient' || this.calm.silent() === asked.silencesBefore + 1;
    if (fault.effect === 'not-asked') return this.mark(desk, record, 'not asked');
    if (read.factors !== undefined) return this.giveUp(desk, record, read, MAYBE_USED_UP);
    // In an outage: that it goes on says nothing of the person whose record was to find that out.
    if (desk.lease.purpose === 'probe') return this.mark(desk, record, 'asked in vain');
    if (record.attempts === 0) return this.mark(desk, record, 'unknown');
    if (await this.isOfThePerson(desk, fault, isAlone))
      return this.giveUp(desk, record, read, lastWord(fault));
    await this.mark(desk, record, 'asked in vain');
  }

  /**
   * Whether a second silence says something of the person: not when another call went silent beside it, nor when IDA is
   * silent for all. Whoever waits is told at once.
   */
  private async isOfThePerson({ claim }: Desk, fault: IdaFault, isAlone: boolean): Promise<boolean> {
    if (fault.faultClass !== 'transient' || claim.urgency === 'awaited') return true;
    return isAlone && (await this.guard.preflight()).ok;
  }

  private async mark({ lease }: Desk, { line }: OpenRecord, as: RecordMark): Promise<void> {
    await persist(async () => this.ranges.mark(lease, [line], as));
  }

  private async giveUp(desk: Desk, record: OpenRecord, read: Readable, error: OutcomeError): Promise<void> {
    await this.end(desk, record, read.person.individualId, { kind: 'given up', error });
  }

  private async end(desk: Desk, record: OpenRecord, vid: string | null, end: RecordEnd): Promise<void> {
    await this.writer.store(desk.lease, desk.book.outcomes(record, vid, end));
  }
}

function failedCall({ lease, isLastResort }: Desk, { line }: OpenRecord): FailedCall {
  const { requestId, n, purpose } = lease;
  return { requestId, n, purpose, line, isLastResort };
}

function questionOf({ person, factors, transactionId }: Readable): Parameters<IdaClient['authenticate']> {
  const { otp, biometrics } = factors ?? {};
  return [
    { ...person, ...(otp === undefined ? {} : { otp }), ...(biometrics === undefined ? {} : { biometrics }) },
    transactionId === undefined ? {} : { transactionId },
  ];
}

/** What stood when a record was asked about. */
interface Asked {
  /** In milliseconds of `performance.now()`. */
  readonly atMs: number;
  readonly silencesBefore: number;
}

const ownError = (code: ErrorCode): OutcomeError => ({ code, message: errorText(code) });
const SILENCE = ownError('MTS-IDA-001');
const MAYBE_USED_UP = ownError('MTS-IDA-003');
const TOO_LATE = ownError('MTS-IDA-004');
/** No answer of IDA's came at all, or one of something before it. */
const SILENT_CODES: ReadonlySet<string> = new Set(['MTS-IDA-102', 'MTS-IDA-103']);

/** What the row says when the last ask that a person may have brought no usable answer either. */
function lastWord({ code, message }: IdaFault): OutcomeError {
  return SILENT_CODES.has(code) ? SILENCE : { code, message };
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
          message: `${error.message} (asked twice: the first call, which went unanswered, may have used up a one-time VID)`,
        }
      : error,
  );
  return { kind: 'refused', errors };
}
