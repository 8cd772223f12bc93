import type { OpenRecord } from '@mts/store';

import type { CallGate, Place } from './call-gate.js';
import { type AfterAsk, type Desk, isFresh, type RecordAsker } from './record-asker.js';

/** The calls of one pass through a range: so many at once as the gate has places, until a fault or the signal stops it. */
export class PassRun {
  private readonly calls = new Set<Promise<void>>();
  private readonly unasked: number[] = [];
  private readonly faults: unknown[] = [];
  private readonly broken: number[] = [];
  private held = false;

  constructor(
    private readonly gate: CallGate,
    private readonly asker: Pick<RecordAsker, 'ask'>,
    private readonly desk: Desk,
    private readonly signal: AbortSignal,
  ) {}

  get goesOn(): boolean {
    return !this.held && this.faults.length === 0 && !this.signal.aborted;
  }

  /** Starts a call for each record as places come free. Returns when all are started, or the pass has stopped. */
  async ask(records: readonly OpenRecord[]): Promise<void> {
    for (const record of records) {
      const place = await this.enter();
      if (place === undefined) {
        if (isFresh(record)) this.unasked.push(record.line);
        continue;
      }
      const call = this.askOne(record, place);
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

  /** The lines that were announced and then not asked, because the pass had stopped. To be asked for once no call is begun any more. */
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
    if (!this.goesOn) return undefined;
    try {
      const place = await this.gate.enter(this.desk.claim, this.signal);
      if (this.goesOn) return place;
      place?.leave();
    } catch (error) {
      this.faults.push(error);
    }
    return undefined;
  }

  /** When the call was not ready to be sent until it had to be, it is made ready once more, in a place that comes later. */
  private async askOne(record: OpenRecord, place: Place): Promise<void> {
    const departure = new Departure(place, this.desk.maySend);
    try {
      const after = await this.asker.ask({ ...this.desk, maySend: () => departure.maySend() }, record);
      if (!departure.isMissed) this.note(record, after);
    } catch (error) {
      this.faults.push(error);
    } finally {
      place.leave();
    }
    if (!departure.isMissed) return;
    const next = await this.enter();
    if (next !== undefined) await this.askOne(withdrawn(record), next);
  }

  private note({ line }: OpenRecord, after: AfterAsk): void {
    if (after === 'broken') this.broken.push(line);
    else if (after !== 'answered' && after !== 'go on') this.held = true;
  }
}

/** The sending of one call, which the rate cap allows for a while only: a connection may stand much later, and many at once. */
class Departure {
  private isSent = false;
  private isLate = false;

  constructor(
    private readonly place: Place,
    private readonly mayBeSent: () => boolean,
  ) {}

  /** Nothing was sent, for it would have been too late. */
  get isMissed(): boolean {
    return this.isLate;
  }

  maySend(): boolean {
    if (!this.mayBeSent()) return false;
    // What IDA refuses unread is sent again at once; about that nobody is told.
    this.isLate = !this.isSent && performance.now() > this.place.sentUntilMs;
    this.isSent ||= !this.isLate;
    return !this.isLate;
  }
}

/** As it stands once it was noted that it was not asked after all. */
function withdrawn(record: OpenRecord): OpenRecord {
  return { ...record, state: 'submitted', withdrawn: true };
}
