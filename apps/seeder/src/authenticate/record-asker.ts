import { type AuthOutcome, errorText, IdaFault, type OutcomeError, type Person } from '@mts/domain';
import type { IdaClient } from '@mts/ida-client';
import type { Lease, OpenRecord, RangeStore } from '@mts/store';

import type { AfterFault, ProfileGuard } from '../profile/profile-guard.js';
import type { OutcomeWriter } from './outcome-writer.js';
import type { RecordBook } from './record-book.js';

/** A person is asked at most so often without an answer. */
const ASKS_WITHOUT_ANSWER_MAX = 2;

/** What asking about a record has come to, for the work that follows. */
export type AfterAsk = 'answered' | AfterFault;

/** What one range needs to ask about its records. */
export interface Desk {
  readonly lease: Lease;
  readonly book: RecordBook;
  readonly writer: OutcomeWriter;
}

/** Asks IDA about one record, and keeps what is known afterwards before it returns. */
export class RecordAsker {
  constructor(
    private readonly client: IdaClient,
    private readonly ranges: RangeStore,
    private readonly guard: ProfileGuard,
  ) {}

  /** For a record that is asked for the first time the sent mark must be committed before. @throws LeaseLostError */
  async ask(desk: Desk, record: OpenRecord): Promise<AfterAsk> {
    const read = desk.book.read(record);
    if (read.kind === 'unusable') {
      await desk.writer.store(
        desk.book.outcomes(record, read.vid, { kind: 'refused', errors: [read.error] }),
      );
      return 'go on';
    }
    if (record.attempts >= ASKS_WITHOUT_ANSWER_MAX && !isProbe(desk.lease)) {
      await this.end(desk, record, read.person, SILENCE);
      return 'go on';
    }
    if (!isFresh(record)) await this.ranges.mark(desk.lease, [record.line], 'sent');
    const askedAtMs = performance.now();
    try {
      const outcome = await this.client.authenticate(read.person);
      this.guard.answered();
      await this.keep(desk, record, read.person, outcome);
      return 'answered';
    } catch (error) {
      if (!(error instanceof IdaFault)) throw error;
      await this.keepFault(desk, record, read.person, error);
      return this.guard.faulted(desk.lease, error, askedAtMs);
    }
  }

  private async keep(desk: Desk, record: OpenRecord, person: Person, outcome: AuthOutcome): Promise<void> {
    await desk.writer.store(
      desk.book.outcomes(
        record,
        person.individualId,
        record.attempts > 0 ? afterSecondAsk(outcome) : outcome,
      ),
    );
  }

  private async keepFault(desk: Desk, record: OpenRecord, person: Person, fault: IdaFault): Promise<void> {
    if (fault.effect === 'not-asked') return this.ranges.mark(desk.lease, [record.line], 'not asked');
    // In an outage: that it goes on says nothing of the person whose record was to find that out.
    if (isProbe(desk.lease)) return this.ranges.mark(desk.lease, [record.line], 'probed in vain');
    if (record.attempts + 1 < ASKS_WITHOUT_ANSWER_MAX)
      return this.ranges.mark(desk.lease, [record.line], 'unknown');
    await this.end(desk, record, person, lastWord(fault));
  }

  private async end(desk: Desk, record: OpenRecord, person: Person, error: OutcomeError): Promise<void> {
    const outcome: AuthOutcome = { kind: 'refused', errors: [error] };
    await desk.writer.store(desk.book.outcomes(record, person.individualId, outcome));
  }
}

const SILENCE: OutcomeError = { code: 'MTS-IDA-001', message: errorText('MTS-IDA-001') };
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
