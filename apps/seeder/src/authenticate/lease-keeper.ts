import type { Logger } from '@mts/platform';
import { LEASE_SECONDS } from '@mts/store';

const RENEWED_EVERY_MS = 1000;
/** Without a renewal for this long another seeder may take the range any moment: stop before it does. */
const TRUSTED_FOR_MS = (LEASE_SECONDS - 2) * 1000;

interface Kept {
  readonly stop: AbortController;
  readonly gone: AbortController;
  renewedAtMs: number;
}

/** What knows the leases of one kind. */
export interface Leases<L> {
  /** Renews leases, and says which of them still stand. */
  renew(leases: readonly L[]): Promise<ReadonlySet<L>>;
}

/** Renews all leases of one kind that this process has, every second, and stops the work on those that no longer stand. */
export class LeaseKeeper<L> {
  private readonly kept = new Map<L, Kept>();
  private readonly timer: NodeJS.Timeout;
  private renewing = false;

  constructor(
    private readonly leases: Leases<L>,
    private readonly logger: Logger,
  ) {
    this.timer = setInterval(() => void this.renewAll(), RENEWED_EVERY_MS);
  }

  /** @returns a signal that is aborted when the lease is lost, or the request is held or ended. */
  keep(lease: L): AbortSignal {
    const [stop, gone] = [new AbortController(), new AbortController()];
    this.kept.set(lease, { stop, gone, renewedAtMs: performance.now() });
    return stop.signal;
  }

  /** @returns as {@link keep} does for a lease that is kept, but {@link stopAll} does not abort it: what is under way may end. */
  gone(lease: L): AbortSignal {
    const kept = this.kept.get(lease);
    if (kept === undefined) throw new Error('this lease is not kept');
    return kept.gone.signal;
  }

  release(lease: L): void {
    this.kept.delete(lease);
  }

  /** Stops the work on every range: they are handed back by those who hold them. */
  stopAll(): void {
    for (const { stop } of this.kept.values()) stop.abort();
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async renewAll(): Promise<void> {
    // First: the answer to the last renewal may never come.
    this.stopUntrusted();
    if (this.renewing || this.kept.size === 0) return;
    this.renewing = true;
    const leases = [...this.kept.keys()];
    const askedAtMs = performance.now();
    try {
      const standing = await this.leases.renew(leases);
      for (const lease of leases) this.settle(lease, standing.has(lease), askedAtMs);
    } catch (error) {
      this.logger.warn('leases could not be renewed; will try again', { error: error as Error });
    } finally {
      this.renewing = false;
    }
  }

  private settle(lease: L, stands: boolean, askedAtMs: number): void {
    const kept = this.kept.get(lease);
    if (kept === undefined) return;
    if (stands) kept.renewedAtMs = askedAtMs;
    else lose(kept);
  }

  private stopUntrusted(): void {
    for (const kept of this.kept.values()) {
      if (performance.now() - kept.renewedAtMs > TRUSTED_FOR_MS) lose(kept);
    }
  }
}

function lose({ stop, gone }: Kept): void {
  stop.abort();
  gone.abort();
}
