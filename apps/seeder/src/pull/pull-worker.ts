import type { KekProvider } from '@mts/crypto';
import { ApiError, errorText, type QueueMessages } from '@mts/domain';
import { OdkFault, type PullCounts } from '@mts/inputs';
import type { Clock, Logger, OutboundGuard } from '@mts/platform';
import { postList, type Queues } from '@mts/queue';
import {
  type Database,
  passesByItself,
  type PullFaultText,
  type PullLease,
  PullLostError,
  type PullStore,
  type RequestStore,
  type Skipped,
  type SubmittedState,
} from '@mts/store';

import type { LeaseKeeper } from '../authenticate/lease-keeper.js';
import { backOffMs } from '../back-off.js';
import { OdkRun, type OdkRunLimits } from './odk-run.js';

export interface PullWorkerParts extends OdkRunLimits {
  readonly database: Database;
  readonly pulls: PullStore;
  readonly requests: RequestStore;
  readonly queues: Pick<Queues, 'post'>;
  readonly keeper: LeaseKeeper<PullLease>;
  readonly keks: KekProvider;
  readonly guard: OutboundGuard;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of a request that has ended, because none of what was pulled can be asked about. */
  readonly onEnded: (requestId: string) => Promise<void>;
  /** After so long a pull ends for good, whether it waits for its next try or is under way. */
  readonly ageHoursMax: number;
  /** Default: an hour. */
  readonly tryMsMin?: number | undefined;
}

const HOUR_MS = 3_600_000;
/** A pull that nobody could begin in its time gets one try all the same. */
const TRY_MS_MIN = HOUR_MS;
/** The longest that a timer of Node waits; a try that takes longer is begun anew. */
const TRY_MS_MAX = 2 ** 31 - 1;
/** Whoever has to wait for another pull of the same server comes back so soon. */
const BUSY_DELAY_MS = 5000;

/**
 * Fetches lists from their sources.
 *
 * A try that breaks, whatever breaks it, leaves nothing: the next one begins anew, and only in the last transaction of
 * one that came to its end do its records become the request's.
 */
export class PullWorker {
  private readonly stopping = new AbortController();
  /** Servers that this process is pulling from: one thing at a time is asked of each. */
  private readonly busy = new Set<string>();

  constructor(private readonly parts: PullWorkerParts) {}

  /** Nothing new is begun; what is under way is broken off and handed back. */
  stop(): void {
    this.stopping.abort();
  }

  async work({ requestId }: QueueMessages['pull']): Promise<void> {
    const { pulls, keeper, logger } = this.parts;
    if (this.stopping.signal.aborted) return;
    const takenAtMs = performance.now();
    const lease = await pulls.take(requestId);
    if (lease === undefined) return;
    const lost = keeper.keep(lease, takenAtMs);
    try {
      await this.workOn(lease, lost);
    } catch (error) {
      if (!(error instanceof PullLostError)) throw error;
      logger.info('the pull was taken over or its request ended', { requestId });
    } finally {
      keeper.release(lease);
    }
  }

  private async workOn(lease: PullLease, lost: AbortSignal): Promise<void> {
    const { pulls } = this.parts;
    const tooLong = AbortSignal.timeout(await this.tryMs(lease));
    try {
      await pulls.clear(lease);
      await this.pull(lease, AbortSignal.any([lost, this.stopping.signal, tooLong]));
    } catch (error) {
      if (error instanceof PullLostError) throw error;
      if (lost.aborted) throw new PullLostError(lease);
      if (this.stopping.signal.aborted) await pulls.handBack(lease, 0);
      else await this.giveBack(lease, tooLong.aborted ? new OdkFault('again', 'MTS-ODK-102') : error);
    }
  }

  /** How long a try may take: a source that drips must not keep a place for ever. */
  private async tryMs({ createdAt }: PullLease): Promise<number> {
    const { database, ageHoursMax, tryMsMin = TRY_MS_MIN } = this.parts;
    const leftMs = createdAt.getTime() + ageHoursMax * HOUR_MS - (await database.now()).getTime();
    return Math.min(Math.max(leftMs, tryMsMin), TRY_MS_MAX);
  }

  private async pull(lease: PullLease, signal: AbortSignal): Promise<void> {
    const { pulls, requests, keks, guard, clock } = this.parts;
    const request = await requests.find(lease.requestId);
    if (request === null) throw new PullLostError(lease);
    const run = await OdkRun.open(request, lease, keks, clock());
    const server = new URL(run.source.address.api).origin;
    if (this.busy.has(server)) return pulls.handBack(lease, BUSY_DELAY_MS);
    this.busy.add(server);
    try {
      const counts = await run.pull(guard, this.parts, signal, async ({ bytes, recordCount }) =>
        pulls.addBlock(lease, bytes, recordCount),
      );
      await this.submit(lease, counts);
    } finally {
      this.busy.delete(server);
    }
  }

  /** Makes the records the request's, and wakes the seeders up, in one transaction. */
  private async submit(lease: PullLease, counts: PullCounts): Promise<void> {
    const { database, pulls, queues, onEnded, logger } = this.parts;
    const { requestId } = lease;
    const { records: total, encrypted, drafts } = counts;
    const state = await database.transaction(async (tx): Promise<SubmittedState> => {
      const submission = await pulls.submit(lease, total, skippedOf({ encrypted, drafts }), tx);
      await postList(queues, requestId, submission.ranges, tx);
      return submission.state;
    });
    logger.info('a list was pulled', { requestId, total, encrypted, drafts, state });
    if (state !== 'submitted') await onEnded(requestId);
  }

  /** For another try, or for good. */
  private async giveBack(lease: PullLease, error: unknown): Promise<void> {
    const { database, pulls, ageHoursMax, logger } = this.parts;
    const { requestId, attempts, createdAt } = lease;
    // Lost, if the request was erased, which is why its keys are missing then: no fault is told of.
    await pulls.clear(lease);
    const fault = this.faultOf(error, requestId);
    const delayMs = Math.max(backOffMs(attempts, Math.random()), (fault.retryAfterSeconds ?? 0) * 1000);
    const nextTryMs = (await database.now()).getTime() + delayMs;
    const isTooOld = nextTryMs > createdAt.getTime() + ageHoursMax * HOUR_MS;
    if (fault.isFinal || isTooOld) {
      await pulls.fail(lease, fault.text);
      logger.warn('a pull has failed for good', { requestId, attempts, code: fault.text.code });
    } else {
      await pulls.retryLater(lease, fault.text, delayMs);
      logger.warn('a pull has failed; will try again', {
        requestId,
        attempts,
        delayMs,
        code: fault.text.code,
      });
    }
  }

  private faultOf(error: unknown, requestId: string): PullFault {
    if (error instanceof OdkFault) {
      const text = { code: error.code, reason: error.message };
      return { text, isFinal: error.kind === 'final', retryAfterSeconds: error.retryAfterSeconds };
    }
    if (error instanceof ApiError)
      return {
        text: { code: error.code, reason: error.message },
        isFinal: true,
        retryAfterSeconds: undefined,
      };
    this.parts.logger.error('a pull broke', { requestId, error: error as Error });
    const code = passesByItself(error) ? 'MTS-SYS-001' : 'ATS-REQ-100';
    const text = { code, reason: errorText(code) };
    return { text, isFinal: false, retryAfterSeconds: undefined };
  }
}

interface PullFault {
  readonly text: PullFaultText;
  readonly isFinal: boolean;
  readonly retryAfterSeconds: number | undefined;
}

/** Only what there is. */
function skippedOf(counts: Skipped): Skipped {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
