import { openCorrelation, openRequestKey } from '@mts/crypto';
import type { QueueMessages } from '@mts/domain';
import {
  CallbackClient,
  CallbackFault,
  type CallbackTarget,
  longestCallMs,
  openCallbackTarget,
} from '@mts/outputs';
import type { Clock, Logger, OutboundGuard } from '@mts/platform';
import {
  type DeliveryEnd,
  type DeliveryLease,
  DeliveryLostError,
  type DeliveryStore,
  isOfDatabase,
  type Request,
  type RequestStore,
} from '@mts/store';

import type { LeaseKeeper } from '../authenticate/lease-keeper.js';
import { RequestErasedError } from '../authenticate/record-book.js';
import { kindOf, placesOf } from '../thrown.js';
import { endAfter } from './delivery-end.js';
import { type DeliveryRows, openDeliveryRows, type RowParts } from './delivery-rows.js';
import { deliverAtOnce, RecordRun, type RunParts, type RunResult } from './delivery-run.js';

export interface DeliverParts extends RowParts {
  readonly deliveries: DeliveryStore;
  readonly requests: RequestStore;
  readonly keeper: LeaseKeeper<DeliveryLease>;
  readonly guard: OutboundGuard;
  readonly clock: Clock;
  /** By which the age of a delivery is reckoned: the clock of the database, which is the same for all seeders. */
  readonly now: () => Promise<Date>;
  readonly logger: Logger;
  /** After so long without success a delivery has failed for good. */
  readonly ageHoursMax: number;
  /** See LAST_CALL_GRACE_MS. */
  readonly lastCallGraceMs: number;
  /** See TURN_MS. */
  readonly turnMs: number;
}

/**
 * How long a call under way may go on after a stop, below what the stop may take; one that lasts longer is broken off, and
 * made again by whoever comes next.
 */
export const LAST_CALL_GRACE_MS = 14_000;

/**
 * A delivery record by record, which may take hours, has its place for so long; then it goes behind all others that wait. The
 * reconciler finds it again within seconds.
 */
export const TURN_MS = 60_000;

/** A call ends this much after its hard end at the latest: timers come late on a busy machine. */
const CALL_SLACK_MS = 2000;

/**
 * Works on one delivery: takes its lease, sends what the receiver does not have, and hands it back with when to try again.
 *
 * At most one call of a delivery is under way. It is broken off when the delivery is no longer ours; what a seeder that died
 * has sent last may still be under way: nobody gets the delivery for as long as a call may take.
 */
export class DeliverWorker {
  private readonly lastCalls = new AbortController();

  constructor(private readonly parts: DeliverParts) {}

  async work({ requestId }: QueueMessages['deliver']): Promise<void> {
    const takenAtMs = performance.now();
    const lease = await this.parts.deliveries.take(requestId);
    if (lease !== undefined) await this.workOn(lease, takenAtMs);
  }

  /** Nothing new is sent; calls under way may end. */
  stop(): void {
    this.parts.keeper.stopForGood();
    setTimeout(() => this.lastCalls.abort(), this.parts.lastCallGraceMs).unref();
  }

  private async workOn(lease: DeliveryLease, takenAtMs: number): Promise<void> {
    const { keeper, requests, logger } = this.parts;
    const { requestId } = lease;
    const stop = keeper.keep(lease, takenAtMs);
    try {
      const request = await requests.find(requestId);
      if (request === null) return;
      await this.tryOnce(lease, request, stop);
    } catch (error) {
      if (!(error instanceof DeliveryLostError)) throw error;
      logger.info('the delivery was taken over or stopped, or its request ended', { requestId });
    } finally {
      keeper.release(lease);
    }
  }

  private async tryOnce(lease: DeliveryLease, request: Request, stop: AbortSignal): Promise<void> {
    try {
      await this.deliver(lease, request, stop);
    } catch (error) {
      // After one of the database its lease runs out, and the delivery is offered again.
      if (error instanceof DeliveryLostError || isOfDatabase(error)) throw error;
      const kind = kindOf(error);
      const fault = new CallbackFault('later', 'MTS-DLV-112', { problem: kind });
      // Lost, if records or keys are missing because the request was erased or its records are asked again: no fault then.
      await this.end(lease, await this.endOf(lease, { ...NOTHING_SENT, fault }));
      const where = { requestId: lease.requestId, kind, thrown: placesOf(error) };
      this.parts.logger.error('a delivery cannot be worked on because of a fault of this program', where);
    }
  }

  private async deliver(lease: DeliveryLease, request: Request, stop: AbortSignal): Promise<void> {
    const turnIsOver = AbortSignal.timeout(this.parts.turnMs);
    const { target, correlationId } = await this.read(lease, request);
    const rows = await openDeliveryRows(request, wantedBy(target), this.parts);
    const timeoutMs = target.timeoutSeconds * 1000;
    const longestMs = longestCallMs(target) + CALL_SLACK_MS;
    await this.parts.deliveries.begin(lease, Math.ceil(longestMs / 1000));
    const outbound = this.parts.guard.client({ connectTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs });
    const signal = AbortSignal.any([this.lastCalls.signal, this.parts.keeper.gone(lease)]);
    const client = new CallbackClient(target, { outbound, clock: this.parts.clock, signal, correlationId });
    try {
      const result = await this.run(request, target, {
        ...this.runParts(lease, client, rows),
        stop,
        turnIsOver,
      });
      await this.end(lease, await this.endOf(lease, result));
    } catch (error) {
      if (!signal.aborted) throw error;
      // Broken off: the receiver may still be at it.
      await this.end(lease, { state: 'waiting', attempts: lease.attempts, tryInMs: timeoutMs });
    } finally {
      await this.logOut(client, request.id);
      await outbound.close();
    }
  }

  private async run(request: Request, target: CallbackTarget, parts: RunParts): Promise<RunResult> {
    if (parts.stop.aborted) return STOPPED;
    if (!target.inBulk) return new RecordRun(parts, target.deliver).deliver();
    return deliverAtOnce(parts, request.output === 'csv' ? 'file' : 'array');
  }

  private runParts(
    lease: DeliveryLease,
    client: CallbackClient,
    rows: DeliveryRows,
  ): Omit<RunParts, 'stop' | 'turnIsOver'> {
    // Another message once it is asked for again: a receiver may remember the ones it has had.
    const delivery = `${lease.requestId}_${lease.dueSince.getTime().toString(36)}`;
    const messageId = (line: number): string => (line === 0 ? delivery : `${delivery}_${String(line)}`);
    return { deliveries: this.parts.deliveries, lease, client, rows, messageId };
  }

  private async endOf(lease: DeliveryLease, result: RunResult): Promise<DeliveryEnd> {
    const { deliveries, now, ageHoursMax } = this.parts;
    const { refused = 0 } = (await deliveries.find(lease.requestId)) ?? {};
    return endAfter({ lease, result, refused, now: await now(), ageHoursMax });
  }

  private async end(lease: DeliveryLease, end: DeliveryEnd): Promise<void> {
    await this.parts.deliveries.end(lease, end);
    const code = 'code' in end ? end.code : undefined;
    this.parts.logger.info('a delivery was worked on', {
      requestId: lease.requestId,
      state: end.state,
      code,
    });
  }

  private async read(
    { sealedTarget }: DeliveryLease,
    request: Request,
  ): Promise<{ readonly target: CallbackTarget; readonly correlationId: string | undefined }> {
    const key = await openRequestKey(request, 'results', this.parts.keks);
    const { id, sealedCorrelation } = request;
    if (key === undefined) throw new RequestErasedError(`The results of request ${id} are erased`);
    const correlationId =
      sealedCorrelation === null ? undefined : openCorrelation(id, sealedCorrelation, key);
    return { target: openCallbackTarget(id, sealedTarget, key), correlationId };
  }

  /** A session that stays open is the receiver's to end; nothing depends on it here. */
  private async logOut(client: CallbackClient, requestId: string): Promise<void> {
    try {
      await client.close();
    } catch (error) {
      this.parts.logger.warn('the session at the receiver of a callback could not be ended', {
        requestId,
        error: error as Error,
      });
    }
  }
}

const NOTHING_SENT: RunResult = {
  fault: undefined,
  refusal: undefined,
  hasDelivered: false,
  isStopped: false,
};
const STOPPED: RunResult = { ...NOTHING_SENT, isStopped: true };

function wantedBy({ deliver }: CallbackTarget): (record: { readonly state: string }) => boolean {
  return deliver === 'all' ? () => true : ({ state }) => state === 'processed';
}
