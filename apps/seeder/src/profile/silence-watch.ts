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
  /** Something before IDA turned the calls away. Nobody was asked by them, so each list can find out by itself. */
  readonly isOfTheWay?: boolean;
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
  /** Whether another seeder asks too. With none, what is known here is all that is known. */
  readonly hasOthers: () => Promise<boolean>;
  /** Holds the profile until a waiting record is answered; or as a failed preflight shows, where there is one. */
  readonly holdAll: (cause: Cause, preflight: PreflightResult) => Promise<void>;
  /** Has this seeder ask nobody, until one person whom it tries is answered. */
  readonly holdThisSeeder: (cause: Cause) => Promise<void>;
  readonly logger: Logger;
}

/** Whose failure it is, as was found out at that moment: also that of these requests. */
interface Finding {
  readonly whose: 'nobody' | 'everybody' | 'this seeder' | ReadonlySet<string>;
  readonly atMs: number;
}

/** What is heard of the other seeders while this one asks nobody. */
type Heard = 'nothing' | 'they are answered' | 'they are answered, but not about this list';

/** So many doubts without an answer in between, while other seeders are answered, are the fault of this one. */
const DOUBTS_TO_HOLD_ITSELF = 2;

/**
 * Finds out whose failure it is when IDA says nothing.
 *
 * When calls fail in a row (see {@link Circuit}), no new one begins, and a preflight is made at once. What comes of it is
 * known when no call is under way any more that could be answered:
 *
 * - one was answered meanwhile: it is nobody's, and nothing is held;
 * - the preflight fails: it is everybody's, and the profile is held;
 * - other seeders are answered meanwhile: it is nobody's as yet. A list that is not among those about which they are answered
 *   is held. The second time without an answer in between it is this seeder's, which holds itself: each of its calls may have
 *   told a person for nothing;
 * - the calls were about two requests or more, or another one has been held for IDA's silence since IDA has last answered
 *   anybody: it is everybody's as far as is known. The profile is held, and so is each of these lists beside it: when an
 *   answer about anybody ends the hold of the profile, they do not go on with the others but are probed one by one;
 * - else it is this request's, which alone is held and probed, and all others go on. The row is not forgotten: the next
 *   failure of another request makes it two.
 *
 * It is a person's when the second silence in a row opened no hold of everybody, a preflight succeeds, and either somebody
 * was answered who was asked after this person's earlier call; or nobody else has failed since the last answer of any
 * seeder: then it is the only person in the whole system about whom IDA never answers. Where there are several seeders, this
 * one must itself have been answered since, for it may be the only one that is not. That a hold was lifted by hand proves
 * nothing.
 */
export class SilenceWatch {
  private readonly circuit = new Circuit();
  private finding: Promise<Finding> | undefined;
  private found: Finding = { whose: 'nobody', atMs: -Infinity };
  private toldMs = -Infinity;
  /** In which preflights succeeded, since this process was last answered. */
  private doubts = 0;

  constructor(private readonly parts: SilenceWatchParts) {}

  /** Whether it was in doubt, and has not been answered since: what it finds may be its own fault. */
  get isUnanswered(): boolean {
    return this.doubts > 0;
  }

  begin(call: Call): void {
    this.circuit.begin(call);
  }

  answered(call: Call): void {
    this.doubts = 0;
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

  /**
   * Whether IDA is well as far as can be seen without asking about anybody: the latest call was answered, or a preflight
   * succeeds now. One that fails holds everybody.
   */
  async isWell(): Promise<boolean> {
    return !this.circuit.hasFailed || this.preflightSucceeds();
  }

  /**
   * Whether a second silence says something of the person. To be asked after {@link failed}, before it is noted. A preflight
   * that fails now holds everybody.
   */
  async isOfThePerson(call: Call): Promise<boolean> {
    await this.tellAnswers();
    const proof = await this.parts.silence.proofAgainst(call.requestId, call.line);
    const isProven = proof.areOthersAnswered || (proof.isOnlyOne && this.circuit.isOnlyOne(call));
    if (!isProven) return false;
    const isAnswered = this.circuit.answeredSentAtMs > performance.now() - proof.askedAgoMs;
    return (isAnswered || !(await this.parts.hasOthers())) && this.preflightSucceeds();
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
      const whose = this.circuit.isInDoubt ? await this.decide(cause, await check) : 'nobody';
      this.found = { whose, atMs: performance.now() };
      return this.found;
    } finally {
      work.goOn();
    }
  }

  /** A preflight that fails is the finding, unless a call that is under way is answered after all. */
  private async preflightSucceeds(): Promise<boolean> {
    const preflight = await this.parts.preflight();
    if (preflight.ok) return true;
    await this.circuit.othersEnded();
    if (this.circuit.hasFailed) {
      this.found = { whose: await this.holdEverybody(preflight, preflight), atMs: performance.now() };
    }
    return false;
  }

  private async decide(cause: Cause, preflight: PreflightResult): Promise<Finding['whose']> {
    if (!preflight.ok) return this.holdEverybody(cause, preflight);
    const { requests } = this.circuit;
    this.doubts += 1;
    const heard = await this.hearOfOthers(requests);
    if (heard !== 'nothing') return this.amongOthers(cause, requests, heard);
    return this.hold(cause, preflight);
  }

  /** The others have the time to tell that IDA answers them, and about whom: nothing is held before. */
  private async hearOfOthers(requests: ReadonlySet<string>): Promise<Heard> {
    const { silence, hasOthers } = this.parts;
    const [one, ...more] = requests;
    const list = more.length === 0 ? one : undefined;
    const doneBefore = list === undefined ? 0 : await silence.doneOf(list);
    await this.hearAnswers();
    if ((this.circuit.isInDoubt || list !== undefined) && (await hasOthers())) {
      await wait(ANSWERS_TOLD_EVERY_MS);
      await this.hearAnswers();
    }
    if (this.circuit.isInDoubt) return 'nothing';
    if (list === undefined || (await silence.doneOf(list)) > doneBefore) return 'they are answered';
    return 'they are answered, but not about this list';
  }

  private async hearAnswers(): Promise<void> {
    const agoMs = await this.parts.silence.answeredAgoMs();
    if (agoMs !== undefined) this.circuit.answeredElsewhere(performance.now() - agoMs);
  }

  private async amongOthers(
    cause: Cause,
    [requestId]: ReadonlySet<string>,
    heard: Exclude<Heard, 'nothing'>,
  ): Promise<Finding['whose']> {
    // From here on new calls are to tell.
    this.circuit.forget();
    if (this.doubts >= DOUBTS_TO_HOLD_ITSELF) {
      this.doubts = 0;
      await this.parts.holdThisSeeder(cause);
      return 'this seeder';
    }
    if (heard === 'they are answered' || requestId === undefined) return 'nobody';
    return this.holdAlone(new Set([requestId]), cause);
  }

  private async hold(cause: Cause, preflight: PreflightResult): Promise<Finding['whose']> {
    const { requests } = this.circuit;
    const [requestId, ...others] = requests;
    if (requestId === undefined) return 'nobody';
    // It may have come a moment before the calls that failed.
    await this.tellAnswers();
    const isAlone = others.length === 0 && !(await this.parts.silence.isAnotherHeld(requestId));
    return isAlone || cause.isOfTheWay === true
      ? this.holdAlone(requests, cause)
      : this.holdEverybody(cause, preflight);
  }

  private async holdAlone(requests: ReadonlySet<string>, cause: Cause): Promise<Finding['whose']> {
    const { silence, work, logger } = this.parts;
    const { code, reason } = cause;
    for (const requestId of requests) {
      if (await silence.holdRequest(requestId, code, reasonFor(requestId, cause)))
        logger.error('the request is held: IDA can be asked, but does not answer about its people', {
          requestId,
          code,
          reason,
        });
      work.stop(requestId);
    }
    return requests;
  }

  private async holdEverybody(cause: Cause, preflight: PreflightResult): Promise<Finding['whose']> {
    await this.parts.holdAll(cause, preflight);
    if (preflight.ok) await this.holdLists(cause);
    this.circuit.forget();
    return 'everybody';
  }

  private async holdLists(cause: Cause): Promise<void> {
    const { silence, logger } = this.parts;
    const lists = [...this.circuit.requests].map((requestId) => ({
      requestId,
      reason: besideReason(requestId, cause),
    }));
    for (const requestId of await silence.holdLists(lists, cause.code))
      logger.error('the request is held: calls about its people were among those for which all is held', {
        requestId,
        code: cause.code,
        reason: cause.reason,
      });
  }
}

/** What a finding means for a call that failed; undefined when nothing, or it is about others. */
function afterFor({ whose }: Finding, { requestId }: Call): AfterFault | undefined {
  if (whose === 'everybody' || whose === 'this seeder') return 'all held';
  return whose !== 'nobody' && whose.has(requestId) ? 'request held' : undefined;
}

function reasonFor(requestId: string, { reason }: Cause): string {
  return `IDA answers preflights, but not about the people of this list, several calls about whom failed in a row: ${reason} All others go on, and nothing is lost. One of the people is asked now and then, and when that is answered the list goes on by itself; POST /authtoken/resume/${requestId} has it tried at once.`;
}

function besideReason(requestId: string, { reason }: Cause): string {
  return `Calls about this list were among those for which everybody was held while preflights succeeded: ${reason} When that hold ends, one of the people of this list is asked at once, and then now and then; when one is answered too, the list goes on by itself. POST /authtoken/resume/${requestId} has it go on with the others.`;
}
