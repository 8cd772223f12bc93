import type { Logger } from '@mts/platform';
import type { Probe, ProfileStore, SilenceStore } from '@mts/store';

import type { AnswerExchange } from './answer-exchange.js';
import type { AskingWork } from './asking-work.js';
import { OwnHold } from './own-hold.js';
import type { Cause } from './reason.js';
import type { FailedPreflight, SecondOpinion } from './second-opinion.js';

export interface HoldsParts {
  readonly profile: Pick<ProfileStore, 'hold' | 'changeReason' | 'makeProbeDue' | 'lift'>;
  readonly silence: Pick<SilenceStore, 'makeProbesDue'>;
  readonly answers: Pick<AnswerExchange, 'tell'>;
  readonly own: OwnHold;
  readonly opinion: Pick<SecondOpinion, 'whomItHolds'>;
  readonly work: Pick<AskingWork, 'stop'>;
  readonly logger: Logger;
}

/**
 * Holds the profile, or this seeder alone, and lets them go on. Single requests are held by RequestHolds.
 *
 * Whatever holds all stops the work of this process before it is written down.
 */
export class Holds {
  /** When one was last ended here, in milliseconds of `performance.now()`. */
  private liftedAtMs = -Infinity;

  constructor(private readonly parts: HoldsParts) {}

  /** Whether a hold has ended here since that moment of `performance.now()`. */
  hasLiftedSince(atMs: number): boolean {
    return atMs < this.liftedAtMs;
  }

  /** @param failed the hold that is there waits for it, and it failed for this cause; nothing, for work of before it */
  async hold(probe: Probe, { code, reason }: Cause, failed?: Probe): Promise<void> {
    const { profile, work, logger } = this.parts;
    work.stop();
    const begins = await profile.hold(probe, code, reason);
    // What was taken meanwhile, when there was no hold to be seen yet.
    work.stop();
    if (begins) {
      logger.error('the profile is held: no record is asked until the cause is gone', {
        code,
        reason,
        probe,
      });
    } else if (failed !== undefined && (await profile.changeReason(failed, code, reason))) {
      logger.error('the profile is still held, now for another reason', { code, reason });
    }
  }

  /**
   * Holds the profile, as a failed preflight shows, or says of the hold there is that this is why it goes on; or this seeder
   * alone, where IDA answers another one; or nobody, where that has ended meanwhile. Nobody is asked by this process while that is
   * found out.
   * @param failed what that hold waits for, where this was its probe
   */
  async holdAfter(preflight: FailedPreflight, failed?: Probe): Promise<void> {
    const { own, opinion, profile, work } = this.parts;
    work.stop();
    // As the preflight has shown by itself: its clock is off, or it is as it was.
    if (own.isHeld) return;
    if ((await opinion.whomItHolds()) === 'all')
      return this.hold(preflight.faultClass === 'transient' ? 'record' : 'preflight', preflight, failed);
    // Its probe has found out nothing: one that can ask makes it again.
    if (failed !== undefined) await profile.makeProbeDue(failed);
  }

  /** Has this seeder ask nobody, until one person whom it tries is answered. */
  async holdOwn(cause: Cause): Promise<void> {
    this.parts.work.stop();
    await this.parts.own.holdUnanswered(cause);
  }

  /**
   * Holds this seeder, or goes on with that, where a failed preflight tells of it alone: it is held already, or IDA refuses
   * its clock.
   * @returns whether others ask meanwhile: then it is no news of the profile, which they go on with
   */
  async holdOwnAfter({ code, reason }: FailedPreflight): Promise<boolean> {
    const { own } = this.parts;
    if (!own.isHeld && !OwnHold.isMeantBy(code)) return false;
    await own.hold(code, reason);
    return own.isOneAmongOthers();
  }

  /** Ends the hold of the profile, whatever it waits for: its probe was answered, or there is nobody to be asked. */
  async lift(): Promise<void> {
    // Before anybody goes on: what failed before the answer is no evidence any more.
    await this.parts.answers.tell();
    await this.liftProfile();
  }

  /** Ends what waits for a preflight, as one has succeeded. */
  async liftAfterPreflight(): Promise<void> {
    const { own } = this.parts;
    if (own.isHeld && own.probe === 'preflight') await this.releaseOwn();
    await this.liftProfile('preflight');
  }

  /** Ends the hold of this seeder. */
  async releaseOwn(): Promise<void> {
    await this.parts.own.release();
    this.liftedAtMs = performance.now();
  }

  /** What waits for an answer about somebody is looked into at once. */
  async makeProbesDue(): Promise<void> {
    await this.parts.profile.makeProbeDue('record');
    await this.parts.silence.makeProbesDue();
    this.parts.own.makeTryDue();
  }

  private async liftProfile(probe?: Probe): Promise<void> {
    if (!(await this.parts.profile.lift(probe))) return;
    this.liftedAtMs = performance.now();
    this.parts.logger.info('the hold of the profile has ended');
    // What was held beside it goes on as soon as one of its own people is answered.
    await this.parts.silence.makeProbesDue();
  }
}
