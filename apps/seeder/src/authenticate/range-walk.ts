import { setTimeout as wait } from 'node:timers/promises';

import type { OpenRecord, RangeStore } from '@mts/store';

import type { SilenceWatch } from '../profile/silence-watch.js';
import type { Unsent } from './backlog.js';
import { type Calm, CALM_MS } from './calm.js';
import type { CallGate } from './call-gate.js';
import { PassRun } from './pass-run.js';
import { persist, persistWhile } from './persist.js';
import { type Desk, isFresh, isUnasked, type RecordAsker } from './record-asker.js';

/**
 * Records whose sending is noted in one statement. Small, because after a kill so many that were not sent yet count
 * as unknown; not smaller, because every block costs a commit.
 */
const SENT_MARK_BLOCK_RECORDS = 32;
/** Records read in one statement: all of a range, as ranges are made. */
const READ_BLOCK_RECORDS = 500;
/** Between asking again about one for whom somebody waits: what IDA refuses at once must not be asked in a tight loop. */
const FIRST_AGAIN_DELAY_MS = 250;
const AGAIN_DELAY_MS_MAX = 10_000;
/** What is left of a list's range waits as long as IDA has to be calm before it is asked for again, */
const AGAIN_SECONDS = CALM_MS / 1000;
/** or longer, where IDA is calm, and refuses the records that are left whenever it is asked. */
const REFUSED_AGAIN_SECONDS = 30;

/** In how many seconds what is left of a range is to be asked again; undefined where it was only stopped. */
export type AgainIn = number | undefined;

/** What all walks of a seeder share. */
export interface RangeWalkParts {
  readonly ranges: RangeStore;
  readonly gate: CallGate;
  readonly calm: Calm;
  readonly asker: Pick<RecordAsker, 'ask'>;
  readonly silences: Pick<SilenceWatch, 'isWell'>;
}

/**
 * All that is left of a range are records that do not open any more. Named as what is thrown where a whole request does
 * not open: so operators find both in the same place of the guide.
 */
export class RecordsBrokenError extends Error {
  override readonly name = 'SealBrokenError';

  constructor(readonly lines: readonly number[]) {
    super(
      `Records of ${String(lines.length)} lines do not open any more, the first of line ${String(lines[0])}`,
    );
  }
}

/** Whether a way through the range has met a record without an outcome. */
type Met = 'some were open' | 'none was open';

/**
 * The ways through one range until nothing can be done about it any more.
 *
 * First the records that were never asked about, in source order. Then those of which no answer is known or that were
 * set aside, once more each: of a list only while IDA is calm, and what is open then waits outside, so that other ranges
 * go on. Where somebody waits for the answer it is asked for until there is one, or the work is stopped; a second time as
 * soon as a preflight succeeds, and from then on while IDA is calm.
 *
 * Records that do not open any more stay open, and are the fault of the range once nothing else is.
 */
export class RangeWalk {
  constructor(
    private readonly parts: RangeWalkParts,
    private readonly desk: Desk,
    /** Aborted when the work stops: a lost lease, a hold, the end of the process. */
    private readonly signal: AbortSignal,
    /** Told of what is still to be sent. */
    private readonly unsent?: Unsent,
  ) {}

  /** @throws RecordsBrokenError when nothing else is left */
  async askAll(): Promise<AgainIn> {
    let after = await this.pass(async (run) => this.askUnasked(run));
    const again = async () => this.pass(async (run) => this.askAgain(run));
    if (after === 'some were open') after = await again();
    if (this.isListed) return after === 'some were open' ? this.againIn() : undefined;
    for (
      let delayMs = FIRST_AGAIN_DELAY_MS;
      after === 'some were open';
      delayMs = Math.min(delayMs * 2, AGAIN_DELAY_MS_MAX)
    ) {
      await wait(delayMs, undefined, { signal: this.signal }).catch(() => undefined);
      after = await again();
    }
    return undefined;
  }

  /** For one that is asked about by itself. @throws LeaseLostError */
  async noteSending(records: readonly OpenRecord[]): Promise<void> {
    // From here on the fresh ones may have been sent.
    const last = records.findLast(isFresh);
    if (last !== undefined) await persist(async () => this.parts.ranges.markSent(this.desk.lease, last.line));
  }

  private get isListed(): boolean {
    return this.desk.claim.urgency === 'listed';
  }

  private againIn(): number {
    return this.parts.calm.isCalm ? REFUSED_AGAIN_SECONDS : AGAIN_SECONDS;
  }

  /** One way through the range. Whatever stops it, the calls under way end and what is known of each is kept. */
  private async pass(walk: (run: PassRun) => Promise<Met>): Promise<Met | 'stopped'> {
    const { gate, asker } = this.parts;
    const run = new PassRun(gate, asker, this.desk, this.signal);
    let met: Met = 'none was open';
    try {
      met = await walk(run);
    } catch (error) {
      run.fail(error);
    }
    await this.noteUnasked(run);
    await run.ended();
    run.throwFault();
    await this.assertNotAllBroken(run.brokenLines);
    return run.goesOn ? met : 'stopped';
  }

  /** Before what is under way has ended: that may take long, and whoever dies meanwhile leaves these as what they are. */
  private async noteUnasked(run: PassRun): Promise<void> {
    const lines = run.announcedInVain;
    if (lines.length === 0) return;
    try {
      await persist(async () => this.parts.ranges.mark(this.desk.lease, lines, 'not asked'));
    } catch (error) {
      run.fail(error);
    }
  }

  private async askUnasked(run: PassRun): Promise<Met> {
    let line = 0;
    while (run.goesOn) {
      const block = await this.openAfter(line, READ_BLOCK_RECORDS);
      const last = block.at(-1);
      if (last === undefined) break;
      line = last.line;
      await this.askInOrder(block.filter(isUnasked), run);
    }
    // Where the work was stopped, nobody is to begin with more of the list before it has ended.
    if (run.goesOn) this.unsent?.note(0);
    return line === 0 ? 'none was open' : 'some were open';
  }

  /** While one block goes out, the sending of the next one is noted: no place for a call waits for a commit. */
  private async askInOrder(records: readonly OpenRecord[], run: PassRun): Promise<void> {
    let at = 0;
    const noteNext = async (): Promise<readonly OpenRecord[]> => {
      this.unsent?.note(records.length - at);
      const block = run.goesOn ? records.slice(at, at + SENT_MARK_BLOCK_RECORDS) : [];
      at += block.length;
      return (await this.isNoted(block, run)) ? block : [];
    };
    for (let noted = await noteNext(); noted.length > 0;)
      [noted] = await Promise.all([noteNext(), run.ask(noted)]);
  }

  private async isNoted(records: readonly OpenRecord[], run: PassRun): Promise<boolean> {
    try {
      await this.noteSending(records);
      return true;
    } catch (error) {
      run.fail(error);
      return false;
    }
  }

  /** One at first, and more together as long as IDA answers: a second silence ends a person's record. */
  private async askAgain(run: PassRun): Promise<Met> {
    let line = 0;
    for (let together = 1; run.goesOn; together = Math.min(together * 2, SENT_MARK_BLOCK_RECORDS)) {
      const block = await this.openAfter(line, together);
      const last = block.at(-1);
      if (last === undefined) break;
      line = last.line;
      if (!(await this.mayAskAgain(block))) break;
      await this.noteSending(block);
      await run.ask(block);
      await run.ended();
    }
    return line === 0 ? 'none was open' : 'some were open';
  }

  /** Nobody is asked again while IDA fails, as a preflight can tell; nor, if asked already, while it may be failing still. */
  private async mayAskAgain(block: readonly OpenRecord[]): Promise<boolean> {
    if (!(await this.parts.silences.isWell())) return false;
    if (this.parts.calm.isCalm || block.every(isUnasked)) return true;
    return !this.isListed && block.every(({ attempts }) => attempts < 2);
  }

  private async assertNotAllBroken(lines: readonly number[]): Promise<void> {
    if (lines.length === 0) return;
    const [broken, open] = [new Set(lines), await this.openAfter(0, lines.length + 1)];
    if (open.length > 0 && open.every(({ line }) => broken.has(line)))
      throw new RecordsBrokenError([...broken].toSorted((a, b) => a - b));
  }

  private async openAfter(line: number, limit: number): Promise<readonly OpenRecord[]> {
    const { ranges } = this.parts;
    const open = persistWhile(this.signal, async () => ranges.openRecords(this.desk.lease, line, limit));
    return (await open) ?? [];
  }
}
