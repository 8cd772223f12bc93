import { setTimeout as wait } from 'node:timers/promises';

import type { KekProvider } from '@mts/crypto';
import type { QueueMessages } from '@mts/domain';
import type { Logger } from '@mts/platform';
import { type Lease, LeaseLostError, type OpenRecord, type RangeStore, type RequestStore } from '@mts/store';

import type { CallGate } from './call-gate.js';
import type { LeaseKeeper } from './lease-keeper.js';
import { OutcomeWriter } from './outcome-writer.js';
import type { RateCap } from './rate-cap.js';
import { PassRun } from './pass-run.js';
import { type AfterAsk, type Desk, isFresh, type RecordAsker } from './record-asker.js';
import { RecordBook, RequestErasedError } from './record-book.js';

/**
 * Records whose sending is noted in one statement. Small, because after a kill so many that were not sent yet count
 * as unknown; not smaller, because every block costs a commit.
 */
const SENT_MARK_BLOCK_RECORDS = 32;
/** Between asking again about the same few records: what IDA refuses at once must not be asked in a tight loop. */
const FIRST_AGAIN_DELAY_MS = 250;
const AGAIN_DELAY_MS_MAX = 10_000;

/**
 * Works through one range: takes its lease, asks IDA about the records without an outcome, and hands it back.
 *
 * First the records that were never sent, in source order; then those of which no answer is known or that were set
 * aside, until none is left or the work is stopped (a lost lease, a hold, the end of the process).
 */
export class RangeWorker {
  constructor(
    private readonly ranges: RangeStore,
    private readonly requests: RequestStore,
    private readonly keks: KekProvider,
    private readonly keeper: LeaseKeeper<Lease>,
    private readonly gate: CallGate,
    private readonly cap: RateCap,
    private readonly asker: RecordAsker,
    private readonly logger: Logger,
    /** Told of a request that has ended. */
    private readonly onEnded: (requestId: string) => Promise<void>,
  ) {}

  async work(message: QueueMessages['authenticate' | 'sync']): Promise<void> {
    const lease = await this.ranges.take(message.requestId, message.n);
    if (lease !== undefined) await this.workOn(lease, (desk, signal) => this.askAll(desk, signal));
  }

  /** Asks about one waiting record of a held profile: one that was not asked before, if there is any. */
  async probe(): Promise<AfterAsk | 'nothing waits'> {
    const [waiting] = await this.ranges.waiting(1, 'probe');
    const lease = waiting && (await this.ranges.take(waiting.requestId, waiting.n, 'probe'));
    let result: AfterAsk | 'nothing waits' = 'nothing waits';
    if (lease === undefined) return result;
    await this.workOn(lease, async (desk) => {
      const open = await this.ranges.openRecords(lease, 0, lease.toLine - lease.fromLine + 1);
      const record = open.find(isFresh) ?? open[0];
      if (record === undefined) return;
      await this.noteSending(lease, [record]);
      result = await this.asker.ask(desk, record);
    });
    return result;
  }

  private async workOn(
    lease: Lease,
    work: (desk: Desk, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const signal = this.keeper.keep(lease);
    try {
      const request = await this.requests.find(lease.requestId);
      if (request === null) return;
      const book = await RecordBook.open(request, this.keks, this.logger);
      const urgency = request.awaited ? 'awaited' : 'listed';
      await work({ lease, book, writer: new OutcomeWriter(this.ranges, lease), urgency }, signal);
      const ended = await this.ranges.finish(lease);
      if (ended !== undefined) {
        this.logger.info('the request has ended', { requestId: lease.requestId, state: ended });
        await this.onEnded(lease.requestId);
      }
    } catch (error) {
      if (!(error instanceof LeaseLostError || error instanceof RequestErasedError)) throw error;
      this.logger.info('the range was taken over or its request ended', {
        requestId: lease.requestId,
        n: lease.n,
      });
    } finally {
      this.keeper.release(lease);
    }
  }

  private async askAll(desk: Desk, signal: AbortSignal): Promise<void> {
    let after = await this.pass(desk, signal, 'fresh');
    for (
      let delayMs = FIRST_AGAIN_DELAY_MS;
      after === 'some are open';
      delayMs = Math.min(delayMs * 2, AGAIN_DELAY_MS_MAX)
    ) {
      after = await this.pass(desk, signal, 'again');
      if (after === 'some are open') await pause(delayMs, signal);
    }
  }

  /** One way through the range. */
  private async pass(
    desk: Desk,
    signal: AbortSignal,
    which: 'fresh' | 'again',
  ): Promise<'some are open' | 'none is open' | 'stopped'> {
    const run = new PassRun(this.gate, this.cap, this.asker, desk, signal);
    let after: 'some are open' | 'none is open' = 'none is open';
    let line = 0;
    while (run.goesOn) {
      const block = await this.ranges.openRecords(desk.lease, line, SENT_MARK_BLOCK_RECORDS);
      const last = block.at(-1);
      if (last === undefined) break;
      after = 'some are open';
      line = last.line;
      const asked = which === 'fresh' ? block.filter(isFresh) : block;
      if (asked.length === 0) continue;
      await this.noteSending(desk.lease, asked);
      await run.ask(asked);
    }
    const unasked = await run.settled();
    if (unasked.length > 0) await this.ranges.mark(desk.lease, unasked, 'not asked');
    return run.goesOn ? after : 'stopped';
  }

  /** From here on the fresh ones among the records may have been sent. @throws LeaseLostError */
  private async noteSending(lease: Lease, records: readonly OpenRecord[]): Promise<void> {
    const last = records.findLast(isFresh);
    if (last !== undefined) await this.ranges.markSent(lease, last.line);
  }
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await wait(delayMs, undefined, { signal }).catch(() => undefined);
}
