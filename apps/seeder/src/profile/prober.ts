import type { Logger } from '@mts/platform';
import type { Probe, ProfileStore } from '@mts/store';

import type { RangeWorker } from '../authenticate/range-worker.js';
import type { ProfileGuard } from './profile-guard.js';

/** How often it is looked whether a probe is due; the delays between probes stand in the hold itself. */
const LOOKED_EVERY_MS = 2_000;

/** Ends holds of the profile: makes the probes that are due, and a preflight now and then or when somebody asks for it. */
export class Prober {
  private readonly timers: NodeJS.Timeout[] = [];
  private probing = false;

  constructor(
    private readonly guard: ProfileGuard,
    private readonly profile: ProfileStore,
    private readonly worker: RangeWorker,
    private readonly preflightIntervalSeconds: number,
    private readonly logger: Logger,
  ) {}

  /** Makes the first preflight, and holds the profile when it fails. */
  async start(): Promise<void> {
    await this.regularPreflight();
    this.timers.push(
      setInterval(() => void this.quietly(async () => this.probeWhenDue()), LOOKED_EVERY_MS),
      setInterval(
        () => void this.quietly(async () => this.regularPreflight()),
        this.preflightIntervalSeconds * 1000,
      ),
    );
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** For whoever asked at that moment: what was found out since then answers it too, so that nobody can flood IDA. */
  async preflightFor(askedAt: Date): Promise<void> {
    const last = await this.profile.lastPreflight();
    if (last === undefined || last.checkedAt < askedAt) await this.regularPreflight();
  }

  private async regularPreflight(): Promise<void> {
    const result = await this.guard.preflight();
    if (!result.ok) await this.guard.holdAfter(result);
  }

  private async probeWhenDue(): Promise<void> {
    if (this.probing) return;
    this.probing = true;
    try {
      const hold = await this.profile.takeProbe();
      if (hold === undefined) return;
      if (await this.isOver(hold.probe)) await this.guard.lift();
    } finally {
      this.probing = false;
    }
  }

  /** A preflight never reaches IDA's matching, so an outage there is over only when a real record is answered. */
  private async isOver(probe: Probe): Promise<boolean> {
    const asked = probe === 'record' ? await this.worker.probe() : 'nothing waits';
    return asked === 'nothing waits' ? (await this.guard.preflight()).ok : asked === 'answered';
  }

  private async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn('a probe could not be made; will try again', { error: error as Error });
    }
  }
}
