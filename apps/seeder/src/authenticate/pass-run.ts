import type { OpenRecord } from '@mts/store';

import type { CallGate, Place } from './call-gate.js';
import type { RateCap } from './rate-cap.js';
import { type Desk, isFresh, type RecordAsker } from './record-asker.js';

/** The calls of one pass through a range: so many at once as the gate has places, until a fault or the signal stops it. */
export class PassRun {
  private readonly calls = new Set<Promise<void>>();
  private readonly unasked: number[] = [];
  private readonly faults: unknown[] = [];
  private readonly broken: number[] = [];
  private held = false;

  constructor(
    private readonly gate: CallGate,
    private readonly cap: RateCap,
    private readonly asker: RecordAsker,
    private readonly desk: Desk,
    private readonly signal: AbortSignal,
  ) {}

  get goesOn(): boolean {
    return !this.held && this.faults.length === 0 && !this.signal.aborted;
  }

  /** Starts a call for each record as places come free. Returns when all are started, or the pass has stopped. */
  async ask(records: readonly OpenRecord[]): Promise<void> {
    for (const record of records) {
      const leave = await this.enter();
      if (leave === undefined) {
        if (isFresh(record)) this.unasked.push(record.line);
        continue;
      }
      const call = this.askOne(record).finally(leave);
      this.calls.add(call);
      void call.finally(() => this.calls.delete(call));
    }
  }

  /** All calls so far have ended, and what they brought is stored. */
  async ended(): Promise<void> {
    await Promise.all(this.calls);
  }

  /** Stops the pass for a fault of ours. */
  fail(fault: unknown): void {
    this.faults.push(fault);
  }

  /** The lines that were announced and then not asked, because the pass had stopped. To be asked for once it has ended. */
  get announcedInVain(): readonly number[] {
    return this.unasked;
  }

  /** The lines of the records that do not open any more: the others are asked about. */
  get brokenLines(): readonly number[] {
    return this.broken;
  }

  /** @throws the first fault that was not IDA's. */
  throwFault(): void {
    if (this.faults.length > 0) throw this.faults[0];
  }

  /** A place for a call that may go now; undefined when the pass has stopped. */
  private async enter(): Promise<Place | undefined> {
    // In this order: a call that waits for the cap would hold a place that another one could use.
    if (!(await this.mayGo())) return undefined;
    const leave = await this.gate.enter(this.desk.claim, this.signal);
    if (this.goesOn) return leave;
    leave?.();
    return undefined;
  }

  private async mayGo(): Promise<boolean> {
    if (!this.goesOn) return false;
    try {
      await this.cap.pass(this.signal, this.desk.claim);
    } catch (error) {
      if (!this.signal.aborted) this.faults.push(error);
      return false;
    }
    return this.goesOn;
  }

  private async askOne(record: OpenRecord): Promise<void> {
    try {
      const after = await this.asker.ask(this.desk, record);
      if (after === 'broken') this.broken.push(record.line);
      else if (after !== 'answered' && after !== 'go on') this.held = true;
    } catch (error) {
      this.faults.push(error);
    }
  }
}
