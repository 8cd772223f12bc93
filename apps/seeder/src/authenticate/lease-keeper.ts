import type { Logger } from '@mts/platform';
import { LEASE_SECONDS, type Renewal } from '@mts/store';

/** A hold that another process has set is to be seen within a second, also when its notification is missed. */
const RENEWED_EVERY_MS = 500;
/** Without a renewal for this long another seeder may take the range any moment: stop before it does. */
const TRUSTED_FOR_MS = (LEASE_SECONDS - 2) * 1000;

interface Kept {
  readonly stop: AbortController;
  readonly gone: AbortController;
  /** When it was taken or renewed last, or a moment before, in milliseconds of `performance.now()`. */
  renewedAtMs: number;
}

/** Of the work under some leases, at a moment of `performance.now()`. */
interface Stop<L> {
  readonly atMs: number;
  readonly which: (lease: L) => boolean;
}

/** What knows the leases of one kind. */
export interface Leases<L> {
  /** Renews leases, and says how each of them stands. */
  renew(leases: readonly L[]): Promise<Renewal<L>>;
}

/**
 * Renews all leases of one kind that this process has, until they are released, and stops the work under those that no longer
 * stand, or stand only for what is under way.
 */
export class LeaseKeeper<L> {
  private readonly kept = new Map<L, Kept>();
  private readonly timer: NodeJS.Timeout;
  private renewing = false;
  private isRenewalDue = false;
  private isFailing = false;
  /** Those that a lease may have been asked for before, and still be trusted. */
  private stops: readonly Stop<L>[] = [];
  private isStoppedForGood = false;

  constructor(
    private readonly leases: Leases<L>,
    private readonly logger: Logger,
  ) {
    this.timer = setInterval(() => void this.renewAll(), RENEWED_EVERY_MS);
  }

  /**
   * @param takenAtMs a moment before it was taken, in milliseconds of `performance.now()`
   * @returns a signal that is aborted when nothing new may be begun: the lease is lost, or the request is held or cancelled.
   */
  keep(lease: L, takenAtMs: number): AbortSignal {
    const kept = { stop: new AbortController(), gone: new AbortController(), renewedAtMs: takenAtMs };
    this.kept.set(lease, kept);
    if (this.isStoppedSince(takenAtMs, lease)) kept.stop.abort();
    // Also because a stop so long ago is not remembered any more.
    if (!isFresh(kept)) lose(kept);
    return kept.stop.signal;
  }

  /** @returns for a lease that is kept, a signal that is aborted only when it is lost: till then what is under way may end. */
  gone(lease: L): AbortSignal {
    const kept = this.kept.get(lease);
    if (kept === undefined) throw new Error('this lease is not kept');
    return kept.gone.signal;
  }

  /**
   * Whether something new may be begun under the lease at this moment. Also right when this process was frozen, and no timer
   * has come to tell yet that the lease ran out meanwhile.
   */
  isTrusted(lease: L): boolean {
    const kept = this.kept.get(lease);
    return kept !== undefined && !kept.stop.signal.aborted && isFresh(kept);
  }

  release(lease: L): void {
    this.kept.delete(lease);
  }

  /** Stops the work on every range, or on those meant: they are handed back by those who hold them. */
  stopAll(which: (lease: L) => boolean = () => true): void {
    const atMs = performance.now();
    this.stops = [...this.stops.filter((earlier) => atMs - earlier.atMs <= TRUSTED_FOR_MS), { atMs, which }];
    for (const [lease, { stop }] of this.kept) if (which(lease)) stop.abort();
  }

  /** The same when the process ends: also for what is taken later. */
  stopForGood(): void {
    this.isStoppedForGood = true;
    this.stopAll();
  }

  /** Looks now how the leases stand: something may have changed. */
  lookNow(): void {
    this.isRenewalDue = true;
    void this.renewAll();
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** It was being taken while the work stopped. */
  private isStoppedSince(takenAtMs: number, lease: L): boolean {
    if (this.isStoppedForGood) return true;
    return this.stops.some(({ atMs, which }) => takenAtMs <= atMs && which(lease));
  }

  private async renewAll(): Promise<void> {
    // First: the answer to the last renewal may never come.
    this.stopUntrusted();
    if (this.renewing) return;
    this.renewing = true;
    do {
      this.isRenewalDue = false;
      await this.renewOnce();
    } while (this.isRenewalDue);
    this.renewing = false;
  }

  private async renewOnce(): Promise<void> {
    const leases = [...this.kept.keys()];
    if (leases.length === 0) return;
    const askedAtMs = performance.now();
    try {
      const renewal = await this.leases.renew(leases);
      for (const lease of leases) this.settle(lease, renewal, askedAtMs);
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing)
        this.logger.warn('leases cannot be renewed; will try again', { error: error as Error });
      this.isFailing = true;
    }
  }

  private settle(lease: L, { standing, workable }: Renewal<L>, askedAtMs: number): void {
    const kept = this.kept.get(lease);
    if (kept === undefined) return;
    if (!standing.has(lease)) return lose(kept);
    kept.renewedAtMs = askedAtMs;
    if (!workable.has(lease)) kept.stop.abort();
  }

  private stopUntrusted(): void {
    for (const kept of this.kept.values()) if (!isFresh(kept)) lose(kept);
  }
}

function isFresh({ renewedAtMs }: Kept): boolean {
  return performance.now() - renewedAtMs <= TRUSTED_FOR_MS;
}

function lose({ stop, gone }: Kept): void {
  stop.abort();
  gone.abort();
}
