import { setTimeout as wait } from 'node:timers/promises';

import type { PreflightResult } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { SilenceStore } from '@mts/store';

import { type Call, Circuit } from './circuit.js';

/** How often a seeder tells the others what IDA has answered. */
export const ANSWERS_TOLD_EVERY_MS = 2_000;

/** Whether the work on the request can go on after a fault. */
export type AfterFault = 'go on' | 'request held' | 'all held';

/** Why something is held. */
export interface Cause {
  readonly code: string;
  readonly reason: string;
}

/** The work of this process, as far as it asks IDA. */
export interface AskingWork {
  /** Stops all that is not a probe, or that of one request. */
  stop(requestId?: string): void;
  /** No further call begins; whoever waits to make one waits on. */
  pause(): void;
  goOn(): void;
}

export interface SilenceWatchParts {
  readonly silence: SilenceStore;
  readonly work: AskingWork;
  readonly preflight: () => Promise<PreflightResult>;
  /** Whether another seeder asks too. */
  readonly hasOthers: () => Promise<boolean>;
  /** Holds the profile until a waiting record is answered; or as a failed preflight shows, where there is one. */
  readonly holdAll: (cause: Cause, preflight: PreflightResult) => Promise<void>;
  readonly logger: Logger;
}

/** Whose failure it is, as was found out at that moment. */
interface Finding {
  readonly whose: 'nobody' | 'everybody' | { readonly requestId: string };
  readonly atMs: number;
}

/**
 * Finds out whose failure it is when IDA says nothing.
 *
 * When calls fail in a row (see {@link Circuit}), no new one begins, and a preflight is made at once. What comes of it is
 * known when no call is under way any more that could be answered:
 *
 * - one was answered meanwhile, here or by another seeder: it is nobody's, and nothing is held;
 * - the preflight fails: it is everybody's, and the profile is held;
 * - the calls were about two requests or more, or another one has been held for IDA's silence since IDA has last answered
 *   anybody: it is everybody's as far as is known. The profile is held, and so is each of these lists beside it: when an
 *   answer about anybody ends the hold of the profile, they do not go on with the others but are probed one by one;
 * - else it is this request's, which alone is held and probed, and all others go on. The row is not forgotten: the next
 *   failure of another request makes it two.
 *
 * It is a person's when the second silence in a row opened no hold of everybody, a preflight succeeds, and either somebody
 * was answered who was asked after this person's earlier call; or nobody else has failed since the last answer of any
 * seeder: then it is the only person in the whole system about whom IDA never answers. That a hold was lifted by hand
 * proves nothing.
 */
export class SilenceWatch {
  private readonly circuit = new Circuit();
  private finding: Promise<Finding> | undefined;
  private found: Finding = { whose: 'nobody', atMs: -Infinity };
  private toldMs = -Infinity;

  constructor(private readonly parts: SilenceWatchParts) {}

  begin(call: Call): void {
    this.circuit.begin(call);
  }

  answered(call: Call): void {
    this.circuit.answered(call);
  }

  ended(call: Call): void {
    this.circuit.ended(call);
  }

  /** A call that was no probe. */
  async failed(call: Call, cause: Cause): Promise<AfterFault> {
    const known = call.sentAtMs <= this.found.atMs ? afterFor(this.found, call) : undefined;
    if (known !== undefined) {
      this.circuit.ended(call);
      return known;
    }
    if (!this.circuit.failed(call)) return 'go on';
    while (this.circuit.isInDoubt) {
      const after = afterFor(await this.findOut(cause), call);
      if (after !== undefined) return after;
    }
    return 'go on';
  }

  /** Whether a second silence says something of the person. To be asked after {@link failed}, before it is noted. */
  async isOfThePerson(call: Call): Promise<boolean> {
    await this.tellAnswers();
    const proof = await this.parts.silence.proofAgainst(call.requestId, call.line);
    const isProven = proof.areOthersAnswered || (proof.isOnlyOne && this.circuit.isOnlyOne(call));
    return isProven && (await this.parts.preflight()).ok;
  }

  /** Tells the other seeders what IDA has answered here. */
  async tellAnswers(): Promise<void> {
    const sentAtMs = this.circuit.answeredSentAtMs;
    if (sentAtMs <= this.toldMs) return;
    await this.parts.silence.noteAnswered(performance.now() - sentAtMs);
    this.toldMs = Math.max(this.toldMs, sentAtMs);
  }

  private async findOut(cause: Cause): Promise<Finding> {
    this.finding ??= this.find(cause).finally(() => {
      this.finding = undefined;
    });
    return this.finding;
  }

  private async find(cause: Cause): Promise<Finding> {
    const { work, preflight } = this.parts;
    work.pause();
    try {
      const check = preflight();
      await this.circuit.settled(check);
      if (this.circuit.isInDoubt) await this.hearOfOthers();
      const whose = this.circuit.isInDoubt ? await this.hold(cause, await check) : 'nobody';
      this.found = { whose, atMs: performance.now() };
      return this.found;
    } finally {
      work.goOn();
    }
  }

  private async hearOfOthers(): Promise<void> {
    const agoMs = await this.parts.silence.answeredAgoMs();
    if (agoMs !== undefined) this.circuit.answeredElsewhere(performance.now() - agoMs);
  }

  /** Before everybody is held, the other seeders have the time to tell that IDA answers them. */
  private async areOthersAnswered(): Promise<boolean> {
    if (!(await this.parts.hasOthers())) return false;
    await wait(ANSWERS_TOLD_EVERY_MS);
    await this.hearOfOthers();
    return !this.circuit.isInDoubt;
  }

  private async hold(cause: Cause, preflight: PreflightResult): Promise<Finding['whose']> {
    const { silence, work, logger } = this.parts;
    const [requestId, ...others] = this.circuit.requests;
    if (requestId === undefined) return 'nobody';
    // It may have come a moment before the calls that failed.
    await this.tellAnswers();
    if (!preflight.ok || others.length > 0 || (await silence.isAnotherHeld(requestId)))
      return this.holdEverybody(cause, preflight);
    const { code } = cause;
    if (await silence.holdRequest(requestId, code, reasonFor(requestId, cause)))
      logger.error('the request is held: IDA can be asked, but does not answer about its people', {
        requestId,
        code,
      });
    work.stop(requestId);
    return { requestId };
  }

  private async holdEverybody(cause: Cause, preflight: PreflightResult): Promise<Finding['whose']> {
    if (preflight.ok && (await this.areOthersAnswered())) return 'nobody';
    await this.parts.holdAll(cause, preflight);
    if (preflight.ok)
      await this.parts.silence.holdLists(
        [...this.circuit.requests],
        cause.code,
        `${HELD_BESIDE} ${cause.reason}`,
      );
    this.circuit.forget();
    return 'everybody';
  }
}

const HELD_BESIDE =
  'Calls about this list were among those for which everybody was held while preflights succeeded. Once IDA answers about anybody, one of the people of this list is asked, and when that is answered too the list goes on by itself; POST /authtoken/resume/{id} has it go on with the others.';

/** What a finding means for a call that failed; undefined when nothing, or it is about others. */
function afterFor({ whose }: Finding, { requestId }: Call): AfterFault | undefined {
  if (whose === 'everybody') return 'all held';
  return whose !== 'nobody' && whose.requestId === requestId ? 'request held' : undefined;
}

function reasonFor(requestId: string, { reason }: Cause): string {
  return `IDA answers preflights, but not about the people of this list, several of whom were asked in a row: ${reason} All others go on, and nothing is lost. One of them is asked now and then, and when that is answered the list goes on by itself; POST /authtoken/resume/${requestId} has it tried at once.`;
}
