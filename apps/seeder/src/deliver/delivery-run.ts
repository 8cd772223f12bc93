import { ApiError } from '@mts/domain';
import { type CallbackClient, CallbackFault } from '@mts/outputs';
import type { DeliveryLease, DeliveryStore, SentRecord, UndeliveredRecord } from '@mts/store';

import type { DeliveryRows } from './delivery-rows.js';

/** Why a run could not deliver everything, when it could not; and whether it delivered anything. */
export interface RunResult {
  readonly fault: CallbackFault | ApiError | undefined;
  /** The last fault of a record that its receiver refused. */
  readonly refusal: CallbackFault | undefined;
  readonly hasDelivered: boolean;
  readonly isStopped: boolean;
}

export interface RunParts {
  readonly deliveries: DeliveryStore;
  readonly lease: DeliveryLease;
  readonly client: CallbackClient;
  readonly rows: DeliveryRows;
  /** Nothing new is begun once it is aborted. */
  readonly stop: AbortSignal;
  /** Once it is aborted, nothing new is begun either, except the first record: others wait for the place. */
  readonly turnIsOver: AbortSignal;
  /** Of a message, the same over retries; line 0 stands for all rows at once. */
  readonly messageId: (line: number) => string;
}

/** Between two turns of the event loop, and little enough to be young garbage. */
const PAGE_RECORDS = 100;
/** One record that a receiver cannot digest shall not hold up the others; a receiver that can digest none, does. */
const FAULTS_IN_A_ROW_MAX = 3;

/** Delivers record by record, in source order and one at a time: what each has come to is kept before the next one goes. */
export class RecordRun {
  private last: SentRecord | undefined;
  private fault: CallbackFault | ApiError | undefined;
  private refusal: CallbackFault | undefined;
  private faultsInARow = 0;
  private hasSent = false;
  private hasDelivered = false;
  private isOver = false;

  constructor(
    private readonly parts: RunParts,
    private readonly which: 'all' | 'successes',
  ) {}

  /** @throws DeliveryLostError */
  async deliver(): Promise<RunResult> {
    const { deliveries, lease } = this.parts;
    try {
      await this.deliverPages();
    } finally {
      // Also after what nobody expected: each try would else begin with a record that its receiver has.
      await deliveries.note(lease, this.last, undefined);
    }
    const { fault, refusal, hasDelivered } = this;
    return { fault, refusal, hasDelivered, isStopped: this.isStopped };
  }

  private async deliverPages(): Promise<void> {
    const { deliveries, lease } = this.parts;
    for (let line = 0; this.goesOn;) {
      const page = await deliveries.undelivered(lease.requestId, line, PAGE_RECORDS, this.which);
      await this.deliverPage(page);
      const lastRecord = page.at(-1);
      if (lastRecord === undefined || page.length < PAGE_RECORDS) return;
      line = lastRecord.line;
    }
  }

  private get goesOn(): boolean {
    return !this.isOver && !this.isStopped;
  }

  private get isStopped(): boolean {
    const { stop, turnIsOver } = this.parts;
    return stop.aborted || (turnIsOver.aborted && this.hasSent);
  }

  private async deliverPage(page: readonly UndeliveredRecord[]): Promise<void> {
    try {
      for await (const { line, json } of this.parts.rows.each(page)) {
        if (!this.goesOn) return;
        if (json !== undefined) await this.sendOne(line, json);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.fault = error;
      this.isOver = true;
    }
  }

  private async sendOne(line: number, json: string): Promise<void> {
    const { deliveries, lease, client, messageId } = this.parts;
    const before = this.last;
    this.last = undefined;
    await deliveries.note(lease, before, line);
    this.hasSent = true;
    try {
      await client.sendRow(messageId(line), json);
      this.last = { line, as: 'delivered' };
      this.hasDelivered = true;
      this.faultsInARow = 0;
    } catch (error) {
      if (!(error instanceof CallbackFault)) throw error;
      this.note(line, error);
    }
  }

  private note(line: number, fault: CallbackFault): void {
    if (fault.effect === 'refused') {
      this.last = { line, as: 'refused' };
      this.refusal = fault;
      this.faultsInARow = 0;
      return;
    }
    this.last = { line, as: 'open' };
    this.fault = fault;
    this.faultsInARow += 1;
    if (fault.effect !== 'later' || this.faultsInARow >= FAULTS_IN_A_ROW_MAX) this.isOver = true;
  }
}

/** Delivers all rows in one call. */
export async function deliverAtOnce(
  { deliveries, lease, client, rows, messageId }: RunParts,
  as: 'array' | 'file',
): Promise<RunResult> {
  try {
    if (as === 'array') await client.sendRows(messageId(0), () => rows.all());
    else await client.sendFile(messageId(0), () => rows.file());
    await deliveries.countAll(lease, rows.count);
    return { fault: undefined, refusal: undefined, hasDelivered: true, isStopped: false };
  } catch (error) {
    if (!(error instanceof CallbackFault || error instanceof ApiError)) throw error;
    return { fault: error, refusal: undefined, hasDelivered: false, isStopped: false };
  }
}
