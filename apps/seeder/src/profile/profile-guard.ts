import type { IdaFault } from '@mts/domain';
import type { IdaClient, PreflightResult } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { Lease, Probe, ProfileStore } from '@mts/store';

import { Circuit } from './circuit.js';
import { OwnHold } from './own-hold.js';
import { reasonOf } from './reason.js';
import { SetAsideCounts } from './set-aside-counts.js';

/** Whether the work on the request can go on after a fault. */
export type AfterFault = 'go on' | 'held';

/** A call that failed. */
export interface FailedCall extends Pick<Lease, 'requestId' | 'n' | 'purpose'> {
  readonly line: number;
  /** A probe that found nobody to ask who was not asked before. */
  readonly isLastResort: boolean;
}

type FailedPreflight = Extract<PreflightResult, { ok: false }>;
type Cause = Pick<FailedPreflight, 'code' | 'reason'>;

/**
 * Decides what a fault means for others: nothing, a hold of the request, of this seeder, or of the profile.
 *
 * - **transient**: three in a row open the circuit, and the profile is held until one waiting record is answered.
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
  private readonly silences = new Circuit();
  private readonly lateFaults = new Circuit();
  private readonly setAside = new SetAsideCounts();
  private checking: Promise<PreflightResult> | undefined;
  private isAskedFor = false;
  /** When a hold of the profile was last ended here, in milliseconds of `performance.now()`. */
  private liftedAtMs = -Infinity;

  constructor(
    private readonly client: Pick<IdaClient, 'preflight'>,
    private readonly profile: ProfileStore,
    private readonly own: OwnHold,
    /** Stops all work of this process but a probe. */
    private readonly stopWork: () => void,
    private readonly logger: Logger,
  ) {}

  answered(): void {
    this.silences.answered();
    this.lateFaults.answered();
  }

  /** @param askedAtMs when the call was made, in milliseconds of `performance.now()` */
  async faulted(call: FailedCall, fault: IdaFault, askedAtMs: number): Promise<AfterFault> {
    if (fault.faultClass === 'transient')
      return this.failedForAll(this.silences, call, { code: fault.code, reason: silenceReason(call, fault) });
    const preflight = await this.preflight();
    if (!preflight.ok) {
      await this.holdFor('preflight', preflight, call.purpose === 'probe' ? 'record' : 'preflight');
      return 'held';
    }
    if (askedAtMs < this.liftedAtMs) return 'go on';
    if (fault.scope === 'profile' && fault.effect === 'unknown')
      return this.failedForAll(this.lateFaults, call, { code: fault.code, reason: lateReason(fault) });
    if (OwnHold.isMeantBy(fault.code)) {
      // Just within what IDA allows at one time, and just outside at another: none of the record's fault.
      this.logger.warn('IDA refuses the time of some calls', { code: fault.code, reason: fault.message });
      return 'go on';
    }
    return this.setAsideOf(call, fault);
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
    this.answered();
    await this.liftHold();
  }

  /**
   * Holds the profile, as a failed preflight shows, or says of the hold there is that this is why it goes on.
   * @param failed what that hold waits for
   */
  async holdAfter(preflight: FailedPreflight, failed: Probe): Promise<void> {
    await this.holdFor(preflight.faultClass === 'transient' ? 'record' : 'preflight', preflight, failed);
  }

  private async runPreflight(): Promise<PreflightResult> {
    const checkedAt = await this.profile.now();
    const result = withAdvice(await this.client.preflight());
    // Before the result is stored: whoever waits for it finds the hold ended, or its probe due.
    if (result.ok) await this.liftOwn();
    if (result.ok) await this.liftHold('preflight');
    if (result.ok && this.isAskedFor) await this.profile.makeProbeDue('record');
    const { code, reason } = result.ok ? { code: null, reason: null } : result;
    if (!result.ok) this.logger.warn('the preflight failed', { code, reason });
    if (!result.ok && OwnHold.isMeantBy(result.code)) {
      await this.own.hold(result.code, result.reason);
      // It is no news of the profile, which others go on with.
      if (await this.own.isOneAmongOthers()) return result;
    }
    await this.profile.savePreflight({ ok: result.ok, code, reason, checkedAt });
    return result;
  }

  private async liftOwn(): Promise<void> {
    if (!this.own.isHeld) return;
    await this.own.release();
    this.liftedAtMs = performance.now();
  }

  private async liftHold(probe?: Probe): Promise<void> {
    if (!(await this.profile.lift(probe))) return;
    this.liftedAtMs = performance.now();
    this.logger.info('the hold of the profile has ended');
  }

  private async failedForAll(circuit: Circuit, { purpose }: FailedCall, cause: Cause): Promise<AfterFault> {
    const reach = circuit.failed();
    if (reach === 'single' && purpose === 'work') return 'go on';
    await this.hold('record', cause, purpose === 'probe' ? 'record' : undefined);
    return 'held';
  }

  private async setAsideOf(call: FailedCall, fault: IdaFault): Promise<AfterFault> {
    const { requestId, line } = call;
    const reach = this.setAside.note(requestId, line);
    const { code, effect } = fault;
    this.logger.warn('a record is set aside', { requestId, line, code, effect });
    if (reach === 'record') return 'go on';
    const reason = heldReason(requestId, fault, reach);
    if (reach === 'request') await this.profile.holdRequest(requestId, code, reason);
    else if (!(await this.profile.holdRequestAtItsEnd(call, code, reason))) return 'go on';
    this.setAside.forget(requestId);
    this.logger.error('the request is held', { requestId, code });
    return 'held';
  }

  /** Holds this seeder, which it has done already when its preflight failed, or else the profile. */
  private async holdFor(probe: Probe, preflight: FailedPreflight, failed?: Probe): Promise<void> {
    if (OwnHold.isMeantBy(preflight.code)) this.stopWork();
    else await this.hold(probe, preflight, failed);
  }

  /** @param failed the hold that is there waits for it, and it failed for this cause; nothing, for work of before it */
  private async hold(probe: Probe, { code, reason }: Cause, failed?: Probe): Promise<void> {
    this.stopWork();
    const begins = await this.profile.hold(probe, code, reason);
    // What was taken meanwhile, when there was no hold to be seen yet.
    this.stopWork();
    if (begins) {
      this.logger.error('the profile is held: no record is asked until the cause is gone', {
        code,
        reason,
        probe,
      });
    } else if (failed !== undefined && (await this.profile.changeReason(failed, code, reason))) {
      this.logger.error('the profile is still held, now for another reason', { code, reason });
    }
  }
}

function withAdvice(result: PreflightResult): PreflightResult {
  return result.ok ? result : { ...result, reason: reasonOf(result.code, result.reason) };
}

function lateReason(fault: IdaFault): string {
  return `A preflight succeeds, for IDA finds this only after it has looked a person up: ${reasonOf(fault.code, fault.message)} All goes on once a waiting record is answered.`;
}

/** As long as one can be probed with who was never asked about, the next answer ends it; else perhaps nothing does. */
function silenceReason({ isLastResort }: FailedCall, { code, message }: IdaFault): string {
  const reason = reasonOf(code, message);
  if (!isLastResort) return reason;
  return `${reason} All who wait have been asked about before without an answer. If IDA is well, they may be people about whom it never answers: npm run admin -- holds lift profile ends the hold by hand, and each of them is then asked about once more.`;
}

function heldReason(requestId: string, fault: IdaFault, reach: 'request' | 'last record'): string {
  const which =
    reach === 'request' ? 'Several of its records' : 'A record of it, the last to be asked about,';
  return `${which} got no usable answer, while a preflight succeeds: ${reasonOf(fault.code, fault.message)} When that is mended, POST /authtoken/resume/${requestId}`;
}
