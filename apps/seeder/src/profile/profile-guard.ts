import type { IdaFault } from '@mts/domain';
import type { IdaClient, PreflightResult } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { Lease, Probe, ProfileStore } from '@mts/store';

import { Circuit } from './circuit.js';
import { reasonOf } from './reason.js';

/** So many records of one request that fail for a reason of their own hold the request. */
const SET_ASIDE_TO_HOLD = 3;

/** Whether the work on the request can go on after a fault. */
export type AfterFault = 'go on' | 'held';

type FailedPreflight = Extract<PreflightResult, { ok: false }>;
type Cause = Pick<FailedPreflight, 'code' | 'reason'>;

/**
 * Decides what a fault means for others: nothing, a hold of the request, or a hold of the profile.
 *
 * - **transient**: three in a row open the circuit, and the profile is held until one waiting record is answered.
 * - **configuration**, **client**: a preflight at once. If that fails too, the set-up is broken and the profile is held
 *   until a preflight succeeds. If not, and the fault is the profile's but found only after the look-up, where no
 *   preflight comes: three in a row hold the profile as an outage does. Else it is this record or this request: after
 *   three such records the request is held. A call that was made before a hold ended failed with the others and counts
 *   for nothing.
 *
 * A probe needs no two others that fail like it: it tells of the hold there is why it goes on.
 */
export class ProfileGuard {
  private readonly silences = new Circuit();
  private readonly lateFaults = new Circuit();
  private readonly setAside = new Map<string, number>();
  private checking: Promise<PreflightResult> | undefined;
  private isAskedFor = false;
  /** When a hold of the profile was last ended here, in milliseconds of `performance.now()`. */
  private liftedAtMs = -Infinity;

  constructor(
    private readonly client: Pick<IdaClient, 'preflight'>,
    private readonly profile: ProfileStore,
    private readonly logger: Logger,
  ) {}

  answered(): void {
    this.silences.answered();
    this.lateFaults.answered();
  }

  /** @param askedAtMs when the call was made, in milliseconds of `performance.now()` */
  async faulted(
    { requestId, purpose }: Pick<Lease, 'requestId' | 'purpose'>,
    fault: IdaFault,
    askedAtMs: number,
  ): Promise<AfterFault> {
    if (fault.faultClass === 'transient')
      return this.failedForAll(this.silences, purpose, {
        code: fault.code,
        reason: reasonOf(fault.code, fault.message),
      });
    const preflight = await this.preflight();
    if (!preflight.ok) {
      await this.hold('preflight', preflight, purpose === 'probe' ? 'record' : 'preflight');
      return 'held';
    }
    if (askedAtMs < this.liftedAtMs) return 'go on';
    if (fault.scope === 'profile' && fault.effect === 'unknown')
      return this.failedForAll(this.lateFaults, purpose, { code: fault.code, reason: lateReason(fault) });
    return this.setAsideOf(requestId, fault);
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
    await this.hold(preflight.faultClass === 'transient' ? 'record' : 'preflight', preflight, failed);
  }

  private async runPreflight(): Promise<PreflightResult> {
    const checkedAt = await this.profile.now();
    const result = withAdvice(await this.client.preflight());
    // Before the result is stored: whoever waits for it finds the hold ended, or its probe due.
    if (result.ok) await this.liftHold('preflight');
    if (result.ok && this.isAskedFor) await this.profile.makeProbeDue('record');
    const { code, reason } = result.ok ? { code: null, reason: null } : result;
    await this.profile.savePreflight({ ok: result.ok, code, reason, checkedAt });
    if (!result.ok) this.logger.warn('the preflight failed', { code, reason });
    return result;
  }

  private async liftHold(probe?: Probe): Promise<void> {
    if (!(await this.profile.lift(probe))) return;
    this.liftedAtMs = performance.now();
    this.logger.info('the hold of the profile has ended');
  }

  private async failedForAll(circuit: Circuit, purpose: Lease['purpose'], cause: Cause): Promise<AfterFault> {
    const reach = circuit.failed();
    if (reach === 'single' && purpose === 'work') return 'go on';
    await this.hold('record', cause, purpose === 'probe' ? 'record' : undefined);
    return 'held';
  }

  private async setAsideOf(requestId: string, fault: IdaFault): Promise<AfterFault> {
    const count = (this.setAside.get(requestId) ?? 0) + 1;
    this.setAside.set(requestId, count);
    const { code, effect } = fault;
    this.logger.warn('a record is set aside', { requestId, code, effect, count });
    if (count < SET_ASIDE_TO_HOLD) return 'go on';
    this.setAside.delete(requestId);
    await this.profile.holdRequest(requestId, code, heldReason(requestId, fault));
    this.logger.error('the request is held', { requestId, code });
    return 'held';
  }

  /** @param failed the hold that is there waits for it, and it failed for this cause; nothing, for work of before it */
  private async hold(probe: Probe, { code, reason }: Cause, failed?: Probe): Promise<void> {
    if (await this.profile.hold(probe, code, reason)) {
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

function heldReason(requestId: string, fault: IdaFault): string {
  return `${String(SET_ASIDE_TO_HOLD)} of its records got no usable answer, while a preflight succeeds: ${reasonOf(fault.code, fault.message)} When that is mended, POST /authtoken/resume/${requestId}`;
}
