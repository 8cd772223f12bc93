import type { IdaFault } from '@mts/domain';
import type { IdaClient, PreflightResult } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { Lease, Probe, ProfileStore, SilenceStore } from '@mts/store';

import type { Call } from './circuit.js';
import { OwnHold } from './own-hold.js';
import { PreflightLog } from './preflight-log.js';
import { reasonOf } from './reason.js';
import type { FailedPreflight, SecondOpinion } from './second-opinion.js';
import { SetAsideCounts } from './set-aside-counts.js';
import { SilenceLog } from './silence-log.js';
import { type AfterFault, type AskingWork, type Cause, SilenceWatch } from './silence-watch.js';

/** What a call is made for: to get an answer, or also to find out whether a hold is over. */
export type CallPurpose = 'work' | 'profile probe' | 'request probe' | 'seeder probe';

/** A call about a record of a range. */
export interface RangeCall extends Call, Pick<Lease, 'n'> {
  readonly purpose: CallPurpose;
  /** A probe that found nobody to ask who was not asked before. */
  readonly isLastResort: boolean;
}

export interface ProfileGuardParts {
  readonly client: Pick<IdaClient, 'preflight'>;
  readonly profile: ProfileStore;
  readonly silence: SilenceStore;
  readonly own: OwnHold;
  readonly opinion: SecondOpinion;
  readonly work: AskingWork;
  readonly logger: Logger;
}

/**
 * Decides what a fault means for others: nothing, a hold of the request, of this seeder, or of the profile.
 *
 * - one that **says nothing** about anybody (see IdaFault): calls that fail so in a row open a doubt, and it is found out
 *   whose failure it is, see {@link SilenceWatch}.
 * - one that **something before IDA turned away** while preflights come through: the same, and beside it the record waits. A
 *   hold that comes of it ends by itself, for asking again harms nobody.
 * - **configuration**, **client** else: a preflight at once. If that fails too, the set-up is broken and the profile is held
 *   until a preflight succeeds; or this seeder alone, where IDA answers another one ({@link SecondOpinion}) or refuses its
 *   clock. If not, it is this record or this request, see {@link SetAsideCounts}. A call that was made before a hold ended
 *   failed with the others and counts for nothing.
 *
 * Whatever holds all stops the work of this process before it is written down.
 *
 * A probe needs no two others that fail like it: it tells of the hold there is why it goes on.
 */
export class ProfileGuard {
  private readonly silences: SilenceWatch;
  private readonly silenceLog: SilenceLog;
  private readonly preflights: PreflightLog;
  private readonly setAside = new SetAsideCounts();
  /** Of whichever records it is, the others go on: it is no more than these as long as others are answered in between. */
  private readonly turnedAway = new SetAsideCounts(Infinity);
  private checking: Promise<PreflightResult> | undefined;
  private isAskedFor = false;
  /** When a hold of the profile was last ended here, in milliseconds of `performance.now()`. */
  private liftedAtMs = -Infinity;

  constructor(private readonly parts: ProfileGuardParts) {
    const { profile, silence, own, work, logger } = parts;
    this.silenceLog = new SilenceLog(logger);
    this.preflights = new PreflightLog(logger);
    this.silences = new SilenceWatch({
      silence,
      work,
      logger,
      preflight: async () => this.preflight(),
      hasOthers: async () => profile.isAskedByOthers(own.seederId),
      holdAll: async (cause, preflight) =>
        preflight.ok ? this.hold('record', cause) : this.holdAfter(preflight),
      holdThisSeeder: async ({ code, reason }) => {
        work.stop();
        await own.hold(code, `${reason} ${ALONE_AMONG_ANSWERED}`, 'record');
      },
    });
  }

  /** A call is made: to be followed by {@link answered}, {@link faulted} or {@link ended}. */
  begin(call: RangeCall): void {
    this.silences.begin(call);
  }

  answered(call: RangeCall): void {
    this.silences.answered(call);
  }

  /** It was not sent, or ended in a fault of ours. */
  ended(call: RangeCall): void {
    this.silences.ended(call);
  }

  async faulted(call: RangeCall, fault: IdaFault): Promise<AfterFault> {
    if (fault.saysNothing) return this.silent(call, fault);
    this.silences.ended(call);
    const preflight = await this.preflight();
    if (!preflight.ok) {
      await this.holdAfter(preflight, call.purpose === 'profile probe' ? 'record' : 'preflight');
      return 'all held';
    }
    if (call.sentAtMs < this.liftedAtMs) return 'go on';
    if (OwnHold.isMeantBy(fault.code)) {
      // Just within what IDA allows at one time, and just outside at another: none of the record's fault.
      this.parts.logger.warn('IDA refuses the time of some calls', {
        code: fault.code,
        reason: fault.message,
      });
      return 'go on';
    }
    const after = isOfTheWay(fault) ? await this.silent(call, fault) : 'go on';
    return after === 'go on' ? this.setAsideOf(call, fault) : after;
  }

  /** Whether another seeder had better make the next probe: this one was in doubt, and was answered by nobody since. */
  async leavesProbesToOthers(): Promise<boolean> {
    const { profile, own } = this.parts;
    return this.silences.isUnanswered && (await profile.isAskedByOthers(own.seederId));
  }

  /** Before somebody is asked again: see {@link SilenceWatch.isWell}. */
  async isWell(): Promise<boolean> {
    return this.silences.isWell();
  }

  /** Whether a second silence says something of the person, see {@link SilenceWatch}; {@link faulted} was told of it. */
  async isOfThePerson(call: RangeCall): Promise<boolean> {
    return this.silences.isOfThePerson(call);
  }

  /** Ends the hold of this seeder. */
  async releaseOwn(): Promise<void> {
    await this.parts.own.release();
    this.liftedAtMs = performance.now();
  }

  async tellAnswers(): Promise<void> {
    await this.silences.tellAnswers();
  }

  /**
   * One preflight at a time, whoever asks; its result is stored for the health answers. One that succeeds ends a hold
   * that waits for it.
   */
  async preflight(): Promise<PreflightResult> {
    this.checking ??= this.runPreflight().finally(() => {
      this.checking = undefined;
      this.isAskedFor = false;
    });
    return this.checking;
  }

  /** One that somebody asked for, who has mended something: if it succeeds, an outage too is looked into at once. */
  async preflightAskedFor(): Promise<PreflightResult> {
    this.isAskedFor = true;
    return this.preflight();
  }

  async lift(): Promise<void> {
    // Before anybody goes on: what failed before the answer is no evidence any more.
    await this.silences.tellAnswers();
    await this.liftHold();
  }

  /**
   * Holds the profile, as a failed preflight shows, or says of the hold there is that this is why it goes on; or this seeder
   * alone, where IDA answers another one. Nobody is asked by this process while that is found out.
   * @param failed what that hold waits for, where this was its probe
   */
  async holdAfter(preflight: FailedPreflight, failed?: Probe): Promise<void> {
    const { own, opinion, profile, work } = this.parts;
    work.stop();
    // As the preflight has shown by itself: its clock is off, or it is as it was.
    if (own.isHeld) return;
    if (!(await opinion.holdsThisSeeder(preflight)))
      return this.hold(preflight.faultClass === 'transient' ? 'record' : 'preflight', preflight, failed);
    // Its probe has found out nothing: one that can ask makes it again.
    if (failed !== undefined) await profile.makeProbeDue(failed);
  }

  private async runPreflight(): Promise<PreflightResult> {
    const checkedAt = await this.parts.profile.now();
    const result = withAdvice(await this.parts.client.preflight());
    // Before the result is stored: whoever waits for it finds the hold ended, or its probe due.
    if (result.ok) await this.liftOwn();
    if (result.ok) await this.liftHold('preflight');
    if (result.ok && this.isAskedFor) await this.makeProbesDue();
    const { code, reason } = result.ok ? { code: null, reason: null } : result;
    this.preflights.note(result);
    await this.parts.opinion.notePreflight(result.ok, checkedAt);
    if (!result.ok && (this.parts.own.isHeld || OwnHold.isMeantBy(result.code))) {
      await this.parts.own.hold(result.code, result.reason);
      // It is no news of the profile, which others go on with.
      if (await this.parts.own.isOneAmongOthers()) return result;
    }
    await this.parts.profile.savePreflight({ ok: result.ok, code, reason, checkedAt });
    return result;
  }

  private async makeProbesDue(): Promise<void> {
    await this.parts.profile.makeProbeDue('record');
    await this.parts.silence.makeProbesDue();
    this.parts.own.makeTryDue();
  }

  private async liftOwn(): Promise<void> {
    if (this.parts.own.isHeld && this.parts.own.probe === 'preflight') await this.releaseOwn();
  }

  private async liftHold(probe?: Probe): Promise<void> {
    if (!(await this.parts.profile.lift(probe))) return;
    this.liftedAtMs = performance.now();
    this.parts.logger.info('the hold of the profile has ended');
    // What was held beside it goes on as soon as one of its own people is answered.
    await this.parts.silence.makeProbesDue();
  }

  private async silent(call: RangeCall, fault: IdaFault): Promise<AfterFault> {
    this.silenceLog.note({ code: fault.code, reason: fault.message });
    const reason = silenceReason(call, fault);
    const cause = { code: fault.code, reason, isOfTheWay: isOfTheWay(fault) };
    if (call.purpose === 'work') return this.silences.failed(call, cause);
    this.silences.ended(call);
    // That its people are not answered is known already, and says nothing of others.
    if (call.purpose === 'request probe') return 'request held';
    if (call.purpose === 'seeder probe')
      await this.parts.own.hold(cause.code, `${reason} ${ALONE_AMONG_ANSWERED}`);
    else await this.hold('record', cause, 'record');
    return 'all held';
  }

  private async setAsideOf(call: RangeCall, fault: IdaFault): Promise<AfterFault> {
    const { requestId, line } = call;
    const isWay = isOfTheWay(fault);
    const counts = isWay ? this.turnedAway : this.setAside;
    const reach = counts.note(requestId, line);
    const { code, effect } = fault;
    this.parts.logger.warn('a record is set aside', { requestId, line, code, effect });
    if (reach === 'record') return 'go on';
    const reason = heldReason(requestId, fault, reach);
    if (reach === 'request') await this.parts.profile.holdRequest(requestId, code, reason);
    else if (
      !(await this.parts.profile.holdRequestAtItsEnd(call, code, reason, isWay ? 'an answer' : 'hand'))
    )
      return 'go on';
    counts.forget(requestId);
    this.parts.logger.error('the request is held', { requestId, code, reason });
    return 'request held';
  }

  /** @param failed the hold that is there waits for it, and it failed for this cause; nothing, for work of before it */
  private async hold(probe: Probe, { code, reason }: Cause, failed?: Probe): Promise<void> {
    this.parts.work.stop();
    const begins = await this.parts.profile.hold(probe, code, reason);
    // What was taken meanwhile, when there was no hold to be seen yet.
    this.parts.work.stop();
    if (begins) {
      this.parts.logger.error('the profile is held: no record is asked until the cause is gone', {
        code,
        reason,
        probe,
      });
    } else if (failed !== undefined && (await this.parts.profile.changeReason(failed, code, reason))) {
      this.parts.logger.error('the profile is still held, now for another reason', { code, reason });
    }
  }
}

function withAdvice(result: PreflightResult): PreflightResult {
  return result.ok ? result : { ...result, reason: reasonOf(result.code, result.reason) };
}

/** A proxy, gateway or firewall has answered with a redirect or a 4xx, as IDA never does (libs/ida-client, faults.ts). */
function isOfTheWay({ code, effect }: IdaFault): boolean {
  return code === 'MTS-IDA-103' && effect === 'not-asked';
}

const ALONE_AMONG_ANSWERED =
  'This seeder gets no answer about people, again and again, while its preflights succeed and IDA answers other seeders: the fault is in its way to IDA, as a proxy that loses or refuses longer calls. It asks about one person now and then, and when that is answered it goes on by itself.';

/** Why one does not tell the fault of the set-up that calls meet. */
const NOT_SEEN_BY_A_PREFLIGHT =
  'Preflights do not meet this, for IDA comes to it only after it has looked a person up:';

/** As long as one can be probed with who was never asked about, it is soon found out when it is over; else it takes longer. */
function silenceReason({ isLastResort }: RangeCall, { faultClass, effect, code, message }: IdaFault): string {
  const why = reasonOf(code, message);
  const reason =
    effect === 'not-asked' || faultClass === 'transient' ? why : `${NOT_SEEN_BY_A_PREFLIGHT} ${why}`;
  if (!isLastResort) return reason;
  return `${reason} All who wait have been asked about before without an answer, and are asked again ever less often. Whoever is handed in now is asked about at once.`;
}

function heldReason(requestId: string, fault: IdaFault, reach: 'request' | 'last record'): string {
  const which =
    reach === 'request' ? 'Several of its records' : 'A record of it, the last to be asked about,';
  return `${which} got no usable answer, while a preflight succeeds: ${reasonOf(fault.code, fault.message)} When that is mended, POST /authtoken/resume/${requestId}`;
}
