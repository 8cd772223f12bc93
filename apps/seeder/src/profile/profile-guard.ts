import type { IdaFault } from '@mts/domain';
import type { IdaClient, PreflightResult } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { Lease, Probe, ProfileStore, SilenceStore } from '@mts/store';

import type { Call } from './circuit.js';
import { OwnHold } from './own-hold.js';
import { PreflightLog } from './preflight-log.js';
import { reasonOf } from './reason.js';
import { SetAsideCounts } from './set-aside-counts.js';
import { type AfterFault, type AskingWork, type Cause, SilenceWatch } from './silence-watch.js';

/** What a call is made for: to get an answer, or also to find out whether a hold is over. */
export type CallPurpose = 'work' | 'profile probe' | 'request probe';

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
  readonly work: AskingWork;
  readonly logger: Logger;
}

/** Without an answer in between, so many faults that no preflight can find are everybody's. */
const LATE_FAULTS_TO_HOLD = 3;

type FailedPreflight = Extract<PreflightResult, { ok: false }>;

/**
 * Decides what a fault means for others: nothing, a hold of the request, of this seeder, or of the profile.
 *
 * - **transient**: calls that fail in a row open a doubt, and it is found out whose failure it is, see {@link SilenceWatch}.
 * - **configuration**, **client**: a preflight at once. If that fails too, the set-up is broken and the profile is held
 *   until a preflight succeeds; or this seeder alone, where IDA refuses its clock. If not, and the fault is the profile's
 *   but found only after the look-up, where no preflight comes: three in a row hold the profile as an outage does. Else it
 *   is this record or this request, see {@link SetAsideCounts}. A call that was made before a hold ended failed with the
 *   others and counts for nothing.
 *
 * Whatever holds all stops the work of this process before it is written down.
 *
 * A probe needs no two others that fail like it: it tells of the hold there is why it goes on.
 */
export class ProfileGuard {
  private readonly silences: SilenceWatch;
  private readonly preflights: PreflightLog;
  private lateFaultsInARow = 0;
  private readonly setAside = new SetAsideCounts();
  private checking: Promise<PreflightResult> | undefined;
  private isAskedFor = false;
  /** When a hold of the profile was last ended here, in milliseconds of `performance.now()`. */
  private liftedAtMs = -Infinity;

  constructor(private readonly parts: ProfileGuardParts) {
    const { profile, silence, own, work, logger } = parts;
    this.preflights = new PreflightLog(logger);
    this.silences = new SilenceWatch({
      silence,
      work,
      logger,
      preflight: async () => this.preflight(),
      hasOthers: async () => profile.isAskedByOthers(own.seederId),
      holdAll: async (cause, preflight) =>
        preflight.ok ? this.hold('record', cause) : this.holdAfter(preflight),
    });
  }

  /** A call is made: to be followed by {@link answered}, {@link faulted} or {@link ended}. */
  begin(call: RangeCall): void {
    this.silences.begin(call);
  }

  answered(call: RangeCall): void {
    this.silences.answered(call);
    this.lateFaultsInARow = 0;
  }

  /** It was not sent, or ended in a fault of ours. */
  ended(call: RangeCall): void {
    this.silences.ended(call);
  }

  async faulted(call: RangeCall, fault: IdaFault): Promise<AfterFault> {
    if (fault.faultClass === 'transient') return this.silent(call, fault);
    this.silences.ended(call);
    const preflight = await this.preflight();
    if (!preflight.ok) {
      await this.holdAfter(preflight, call.purpose === 'profile probe' ? 'record' : 'preflight');
      return 'all held';
    }
    if (call.sentAtMs < this.liftedAtMs) return 'go on';
    if (fault.scope === 'profile' && fault.effect === 'unknown') return this.faultedLate(call, fault);
    if (OwnHold.isMeantBy(fault.code)) {
      // Just within what IDA allows at one time, and just outside at another: none of the record's fault.
      this.parts.logger.warn('IDA refuses the time of some calls', {
        code: fault.code,
        reason: fault.message,
      });
      return 'go on';
    }
    return this.setAsideOf(call, fault);
  }

  /** Whether a second silence says something of the person, see {@link SilenceWatch}; {@link faulted} was told of it. */
  async isOfThePerson(call: RangeCall): Promise<boolean> {
    return this.silences.isOfThePerson(call);
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
    await this.liftHold();
  }

  /**
   * Holds the profile, as a failed preflight shows, or says of the hold there is that this is why it goes on.
   * @param failed what that hold waits for, where this was its probe
   */
  async holdAfter(preflight: FailedPreflight, failed?: Probe): Promise<void> {
    // That of a seeder whose clock is off holds that seeder, which it has done already.
    if (OwnHold.isMeantBy(preflight.code)) this.parts.work.stop();
    else await this.hold(preflight.faultClass === 'transient' ? 'record' : 'preflight', preflight, failed);
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
    if (!result.ok && OwnHold.isMeantBy(result.code)) {
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
  }

  private async liftOwn(): Promise<void> {
    if (!this.parts.own.isHeld) return;
    await this.parts.own.release();
    this.liftedAtMs = performance.now();
  }

  private async liftHold(probe?: Probe): Promise<void> {
    if (!(await this.parts.profile.lift(probe))) return;
    this.liftedAtMs = performance.now();
    this.parts.logger.info('the hold of the profile has ended');
  }

  private async silent(call: RangeCall, fault: IdaFault): Promise<AfterFault> {
    const cause = { code: fault.code, reason: silenceReason(call, fault) };
    if (call.purpose !== 'profile probe')
      return this.silences.failed(call, call.purpose === 'request probe', cause);
    this.silences.ended(call);
    await this.hold('record', cause, 'record');
    return 'all held';
  }

  private async faultedLate({ purpose }: RangeCall, fault: IdaFault): Promise<AfterFault> {
    this.lateFaultsInARow += 1;
    const isProbe = purpose === 'profile probe';
    if (this.lateFaultsInARow < LATE_FAULTS_TO_HOLD && !isProbe) return 'go on';
    this.lateFaultsInARow = 0;
    await this.hold(
      'record',
      { code: fault.code, reason: lateReason(fault) },
      isProbe ? 'record' : undefined,
    );
    return 'all held';
  }

  private async setAsideOf(call: RangeCall, fault: IdaFault): Promise<AfterFault> {
    const { requestId, line } = call;
    const reach = this.setAside.note(requestId, line);
    const { code, effect } = fault;
    this.parts.logger.warn('a record is set aside', { requestId, line, code, effect });
    if (reach === 'record') return 'go on';
    const reason = heldReason(requestId, fault, reach);
    if (reach === 'request') await this.parts.profile.holdRequest(requestId, code, reason);
    else if (!(await this.parts.profile.holdRequestAtItsEnd(call, code, reason))) return 'go on';
    this.setAside.forget(requestId);
    this.parts.logger.error('the request is held', { requestId, code });
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

function lateReason(fault: IdaFault): string {
  return `A preflight succeeds, for IDA finds this only after it has looked a person up: ${reasonOf(fault.code, fault.message)} All goes on once a waiting record is answered.`;
}

/** As long as one can be probed with who was never asked about, it is soon found out when it is over; else it takes longer. */
function silenceReason({ isLastResort }: RangeCall, { code, message }: IdaFault): string {
  const reason = reasonOf(code, message);
  if (!isLastResort) return reason;
  return `${reason} All who wait have been asked about before without an answer, and are asked again ever less often. Whoever is handed in now is asked about at once.`;
}

function heldReason(requestId: string, fault: IdaFault, reach: 'request' | 'last record'): string {
  const which =
    reach === 'request' ? 'Several of its records' : 'A record of it, the last to be asked about,';
  return `${which} got no usable answer, while a preflight succeeds: ${reasonOf(fault.code, fault.message)} When that is mended, POST /authtoken/resume/${requestId}`;
}
