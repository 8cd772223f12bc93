import { type AuthOutcome, type ErrorCode, errorText, IdaFault, type OutcomeError } from '@mts/domain';
import type { IdaClient } from '@mts/ida-client';
import type { Clock } from '@mts/platform';
import type { Lease, OpenRecord, RangeStore } from '@mts/store';

import type { AfterFault, ProfileGuard } from '../profile/profile-guard.js';
import type { OutcomeWriter } from './outcome-writer.js';
import type { ReadRecord, RecordBook, RecordEnd } from './record-book.js';
import type { Urgency } from './turns.js';

/** A person is asked at most so often without an answer. */
const ASKS_WITHOUT_ANSWER_MAX = 2;

/** What asking about a record has come to, for the work that follows. */
export type AfterAsk = 'answered' | AfterFault;

/** What one range needs to ask about its records. */
export interface Desk {
  readonly lease: Lease;
  readonly book: RecordBook;
  readonly writer: OutcomeWriter;
  readonly urgency: Urgency;
}

type Readable = Extract<ReadRecord, { kind: 'person' }>;

/** Asks IDA about one record, and keeps what is known afterwards before it returns. */
export class RecordAsker {
  constructor(
    private readonly client: Pick<IdaClient, 'authenticate'>,
    private readonly ranges: RangeStore,
    private readonly guard: ProfileGuard,
    private readonly clock: Clock,
  ) {}

  /** For a record that is asked for the first time the sent mark must be committed before. @throws LeaseLostError */
  async ask(desk: Desk, record: OpenRecord): Promise<AfterAsk> {
    const read = desk.book.read(record);
    if (read.kind === 'unusable') {
      await this.end(desk, record, read.vid, { kind: 'given up', error: read.error });
      return 'go on';
    }
    const reason = this.reasonNotToAsk(desk, record, read);
    if (reason !== undefined) {
      await this.giveUp(desk, record, read, reason);
      return 'go on';
    }
    if (!isFresh(record)) await this.ranges.mark(desk.lease, [record.line], 'sent');
    const askedAtMs = performance.now();
    try {
      const outcome = await this.client.authenticate(...questionOf(read));
      this.guard.answered();
      const told = record.attempts > 0 ? afterSecondAsk(outcome) : outcome;
      await this.end(desk, record, read.person.individualId, told);
      return 'answered';
    } catch (error) {
      if (!(error instanceof IdaFault)) throw error;
      await this.keepFault(desk, record, read, error);
      return this.guard.faulted(desk.lease, error, askedAtMs);
    }
  }

  private reasonNotToAsk(
    { lease }: Desk,
    { attempts }: OpenRecord,
    { factors }: Readable,
  ): OutcomeError | undefined {
    if (factors === undefined)
      return attempts >= ASKS_WITHOUT_ANSWER_MAX && !isProbe(lease) ? SILENCE : undefined;
    if (attempts > 0) return MAYBE_USED_UP;
    return this.clock().getTime() < factors.goodUntilMs ? undefined : TOO_LATE;
  }

  private async keepFault(desk: Desk, record: OpenRecord, read: Readable, fault: IdaFault): Promise<void> {
    if (fault.effect === 'not-asked') return this.ranges.mark(desk.lease, [record.line], 'not asked');
    if (read.factors !== undefined) return this.giveUp(desk, record, read, MAYBE_USED_UP);
    // In an outage: that it goes on says nothing of the person whose record was to find that out.
    if (isProbe(desk.lease)) return this.ranges.mark(desk.lease, [record.line], 'probed in vain');
    if (record.attempts + 1 < ASKS_WITHOUT_ANSWER_MAX)
      return this.ranges.mark(desk.lease, [record.line], 'unknown');
    await this.giveUp(desk, record, read, lastWord(fault));
  }

  private async giveUp(desk: Desk, record: OpenRecord, read: Readable, error: OutcomeError): Promise<void> {
    await this.end(desk, record, read.person.individualId, { kind: 'given up', error });
  }

  private async end(desk: Desk, record: OpenRecord, vid: string | null, end: RecordEnd): Promise<void> {
    await desk.writer.store(desk.book.outcomes(record, vid, end));
  }
}

function questionOf({ person, factors, transactionId }: Readable): Parameters<IdaClient['authenticate']> {
  const { otp, biometrics } = factors ?? {};
  return [
    { ...person, ...(otp === undefined ? {} : { otp }), ...(biometrics === undefined ? {} : { biometrics }) },
    transactionId === undefined ? {} : { transactionId },
  ];
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

function isProbe({ purpose }: Lease): boolean {
  return purpose === 'probe';
}

/** Never announced as sent: the range's sent mark covers it once it is. Any other record is marked by itself. */
export function isFresh(record: OpenRecord): boolean {
  return record.state === 'submitted' && !record.withdrawn;
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
