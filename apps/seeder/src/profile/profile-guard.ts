import type { IdaFault } from '@mts/domain';
import type { IdaClient, PreflightResult } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { Probe, ProfileStore } from '@mts/store';

import { Circuit } from './circuit.js';
import { reasonOf } from './reason.js';

/** So many records of one request that fail for a reason of their own hold the request. */
const SET_ASIDE_TO_HOLD = 3;

/** Whether the work on the request can go on after a fault. */
export type AfterFault = 'go on' | 'held';

/**
 * Decides what a fault means for others: nothing, a hold of the request, or a hold of the profile.
 *
 * - **transient**: three in a row open the circuit, and the profile is held until one waiting record is answered.
 * - **configuration**, **client**: a preflight at once. If that fails too, the set-up is broken and the profile is held
 *   until a preflight succeeds. If not, it is this record or this request: after three such records the request is held.
 *   A call that was made before a hold ended failed with the others and counts for nothing.
 */
export class ProfileGuard {
  private readonly circuit = new Circuit();
  private readonly setAside = new Map<string, number>();
  private checking: Promise<PreflightResult> | undefined;
  /** When a hold of the profile was last ended here, in milliseconds of `performance.now()`. */
  private liftedAtMs = -Infinity;

  constructor(
    private readonly client: Pick<IdaClient, 'preflight'>,
    private readonly profile: ProfileStore,
    private readonly logger: Logger,
  ) {}

  answered(): void {
    this.circuit.answered();
  }

  /** @param askedAtMs when the call was made, in milliseconds of `performance.now()` */
  async faulted(requestId: string, fault: IdaFault, askedAtMs: number): Promise<AfterFault> {
    if (fault.faultClass === 'transient') return this.silent(fault);
    const preflight = await this.preflight();
    if (!preflight.ok) {
      await this.hold('preflight', preflight.code, preflight.reason);
      return 'held';
    }
    return askedAtMs < this.liftedAtMs ? 'go on' : this.setAsideOf(requestId, fault);
  }

  /**
   * One preflight at a time, whoever asks; its result is stored for the health answers. One that succeeds ends a hold
   * that waits for it.
   */
  async preflight(): Promise<PreflightResult> {
    this.checking ??= this.runPreflight().finally(() => {
      this.checking = undefined;
    });
    return this.checking;
  }

  async lift(): Promise<void> {
    this.circuit.answered();
    await this.liftHold();
  }

  /** Holds the profile as broken in its set-up, as a failed preflight shows. */
  async holdAfter(preflight: Extract<PreflightResult, { ok: false }>): Promise<void> {
    await this.hold(
      preflight.faultClass === 'transient' ? 'record' : 'preflight',
      preflight.code,
      preflight.reason,
    );
  }

  private async runPreflight(): Promise<PreflightResult> {
    const result = withAdvice(await this.client.preflight());
    // Before the result is stored: whoever waits for it finds the hold ended.
    if (result.ok) await this.liftHold('preflight');
    await this.profile.savePreflight(
      result.ok
        ? { ok: true, code: null, reason: null }
        : { ok: false, code: result.code, reason: result.reason },
    );
    if (!result.ok) this.logger.warn('the preflight failed', { code: result.code, reason: result.reason });
    return result;
  }

  private async liftHold(probe?: Probe): Promise<void> {
    if (!(await this.profile.lift(probe))) return;
    this.liftedAtMs = performance.now();
    this.logger.info('the hold of the profile has ended');
  }

  private async silent(fault: IdaFault): Promise<AfterFault> {
    if (this.circuit.silent() === 'single') return 'go on';
    await this.hold('record', fault.code, reasonOf(fault.code, fault.message));
    return 'held';
  }

  private async setAsideOf(requestId: string, fault: IdaFault): Promise<AfterFault> {
    const count = (this.setAside.get(requestId) ?? 0) + 1;
    this.setAside.set(requestId, count);
    this.logger.warn('a record is set aside as not asked', { requestId, code: fault.code, count });
    if (count < SET_ASIDE_TO_HOLD) return 'go on';
    this.setAside.delete(requestId);
    await this.profile.holdRequest(requestId, fault.code, heldReason(requestId, fault));
    this.logger.error('the request is held', { requestId, code: fault.code });
    return 'held';
  }

  private async hold(probe: Probe, code: string, reason: string): Promise<void> {
    await this.profile.hold(probe, code, reason);
    this.logger.error('the profile is held: no record is asked until the cause is gone', {
      code,
      reason,
      probe,
    });
  }
}

function withAdvice(result: PreflightResult): PreflightResult {
  return result.ok ? result : { ...result, reason: reasonOf(result.code, result.reason) };
}

function heldReason(requestId: string, fault: IdaFault): string {
  return `${String(SET_ASIDE_TO_HOLD)} of its records were refused for a reason that stops no other request: ${reasonOf(fault.code, fault.message)} When that is mended, POST /authtoken/resume/${requestId}`;
}
