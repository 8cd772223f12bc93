import { setTimeout as wait } from 'node:timers/promises';

import type { PreflightResult } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { ProfileHold, ProfileStore, SilenceHold, SilenceStore } from '@mts/store';

import type { Probes } from '../authenticate/probes.js';
import type { OwnHold } from './own-hold.js';
import type { ProfileGuard } from './profile-guard.js';
import { ANSWERS_TOLD_EVERY_MS } from './silence-watch.js';

/** How often it is looked whether a probe is due; the delays between probes stand in the hold itself. */
const LOOKED_EVERY_MS = ANSWERS_TOLD_EVERY_MS;
/** Preflights that somebody asks for begin at least so long after the last one of any seeder: nobody can flood IDA. */
const ASKED_FOR_APART_MS = 1_000;

/**
 * Ends holds of the profile, and of requests about whose people IDA was silent: makes the probes that are due, one at a time,
 * and a preflight now and then or when somebody asks for it. Requests are probed while the profile is not held.
 */
export class Prober {
  private readonly timers: NodeJS.Timeout[] = [];
  private probing = false;

  constructor(
    private readonly guard: ProfileGuard,
    private readonly profile: ProfileStore,
    private readonly silence: Pick<SilenceStore, 'takeProbe'>,
    private readonly own: OwnHold,
    private readonly probes: Pick<Probes, 'ofProfile' | 'ofRequest'>,
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

  /** For whoever asked at that moment: only what was found out from then on answers it. */
  async preflightFor(askedAt: Date): Promise<void> {
    for (;;) {
      const [last, now] = [await this.profile.lastPreflight(), await this.profile.now()];
      if (last !== undefined && last.checkedAt > askedAt) return;
      if (await this.own.isOneAmongOthers()) return this.regularPreflight();
      const waitMs = last === undefined ? 0 : last.checkedAt.getTime() + ASKED_FOR_APART_MS - now.getTime();
      if (waitMs > 0) await wait(waitMs);
      else await this.holdUnlessOk(await this.guard.preflightAskedFor());
    }
  }

  private async regularPreflight(): Promise<void> {
    await this.holdUnlessOk(await this.guard.preflight());
  }

  private async holdUnlessOk(result: PreflightResult): Promise<void> {
    if (!result.ok) await this.guard.holdAfter(result, 'preflight');
  }

  private async probeWhenDue(): Promise<void> {
    if (this.probing) return;
    this.probing = true;
    try {
      // A seeder that holds itself finds out nothing of others.
      if (this.own.isHeld) {
        if (this.own.isTryDue) await this.regularPreflight();
        return;
      }
      await this.guard.tellAnswers();
      const hold = await this.profile.takeProbe();
      if (hold !== undefined) return await this.probe(hold);
      const request = await this.silence.takeProbe();
      if (request !== undefined) await this.probeRequest(request);
    } finally {
      this.probing = false;
    }
  }

  /**
   * A preflight first: while even that fails, nobody needs to be asked. It never reaches IDA's matching, so an outage
   * there is over only when a real record is answered.
   */
  private async probe({ probe, attempts }: ProfileHold): Promise<void> {
    const result = await this.guard.preflight();
    if (!result.ok) {
      await this.profile.leaveLastResort();
      return this.guard.holdAfter(result, probe);
    }
    const asked = probe === 'record' ? await this.probes.ofProfile(attempts - 1) : 'nothing waits';
    if (asked === 'answered' || asked === 'nothing waits') await this.guard.lift();
  }

  private async probeRequest({ requestId }: SilenceHold): Promise<void> {
    const result = await this.guard.preflight();
    if (result.ok) await this.probes.ofRequest(requestId);
    else await this.guard.holdAfter(result);
  }

  private async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn('a probe could not be made; will try again', { error: error as Error });
    }
  }
}
