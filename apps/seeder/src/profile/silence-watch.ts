import type { PreflightResult } from '@mts/ida-client';
import type { ProfileStore, SilenceStore } from '@mts/store';

import type { AnswerExchange, Heard } from './answer-exchange.js';
import type { AskingWork } from './asking-work.js';
import type { AfterFault, Call } from './call.js';
import type { Circuit } from './circuit.js';
import type { Holds } from './holds.js';
import type { OwnHold } from './own-hold.js';
import type { Patience } from './patience.js';
import type { Preflights } from './preflights.js';
import type { Cause, SilenceCause } from './reason.js';
import type { RequestHolds } from './request-holds.js';
import type { FailedPreflight } from './second-opinion.js';

export interface SilenceWatchParts {
  readonly circuit: Circuit;
  readonly answers: Pick<AnswerExchange, 'tell' | 'hearOfOthers'>;
  readonly silence: Pick<SilenceStore, 'proofAgainst' | 'isAnotherHeld'>;
  readonly own: Pick<OwnHold, 'seederId' | 'hasOthers'>;
  readonly profile: Pick<ProfileStore, 'noteFailedProbe' | 'othersToProbeFirst'>;
  readonly work: Pick<AskingWork, 'pause' | 'goOn'>;
  readonly preflights: Pick<Preflights, 'make'>;
  readonly holds: Pick<Holds, 'hold' | 'holdAfter' | 'holdOwn'>;
  readonly requests: Pick<RequestHolds, 'holdAlone' | 'holdBesideAll'>;
  readonly patience: Pick<Patience, 'waitFor'>;
}

/** Whose failure it is, as was found out at that moment: also that of these requests. */
interface Finding {
  readonly whose: 'nobody' | 'everybody' | 'this seeder' | ReadonlySet<string>;
  readonly atMs: number;
}

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
 *
 * Once the process stops nothing of this is waited for, and nothing is said against a person.
 */
export class SilenceWatch {
  private readonly circuit: Circuit;
  private finding: Promise<Finding> | undefined;
  private found: Finding = { whose: 'nobody', atMs: -Infinity };
  /** In which preflights succeeded, since this process was last answered. */
  private doubts = 0;
  /** Since this process was last answered. */
  private hasProbeFailed = false;

  constructor(private readonly parts: SilenceWatchParts) {
    this.circuit = parts.circuit;
  }

  /** A call is made: to be followed by {@link answered}, {@link failed} or {@link ended}. */
  begin(call: Call): void {
    this.circuit.begin(call);
  }

  answered(call: Call): void {
    this.doubts = 0;
    this.hasProbeFailed = false;
    this.circuit.answered(call);
  }

  /** It says nothing of IDA's silence: it was not sent, was refused, was a probe, or ended in a fault of ours. */
  ended(call: Call): void {
    this.circuit.ended(call);
  }

  /** A call that was no probe. */
  async failed(call: Call, cause: SilenceCause): Promise<AfterFault> {
    const known = call.sentAtMs <= this.found.atMs ? afterFor(this.found, call) : undefined;
    if (known !== undefined) {
      this.circuit.ended(call);
      return known;
    }
    if (!this.circuit.failed(call)) return 'go on';
    while (this.circuit.isInDoubt) {
      const finding = await this.parts.patience.waitFor(async () => this.findOut(cause));
      const after = finding === undefined ? 'go on' : afterFor(finding, call);
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
    await this.parts.answers.tell();
    const proof = await this.parts.silence.proofAgainst(call.requestId, call.line);
    const isProven = proof.areOthersAnswered || (proof.isOnlyOne && this.circuit.isOnlyOne(call));
    if (!isProven) return false;
    const isAnswered = this.circuit.answeredSentAtMs > performance.now() - proof.askedAgoMs;
    return (isAnswered || !(await this.parts.own.hasOthers())) && this.preflightSucceeds();
  }

  /** A probe, of whatever hold, brought no answer. */
  async probeFailed(call: Call): Promise<void> {
    this.circuit.ended(call);
    this.hasProbeFailed = true;
    await this.parts.profile.noteFailedProbe(this.parts.own.seederId);
  }

  /**
   * How many turns a due probe is left to the other seeders, which may be better off. This one was answered by nobody since it
   * was in doubt: one. Or since it made a probe: one, and one for each of those that made theirs before, or none. So each
   * makes one before any makes its second.
   */
  async turnsLeftToOthers(): Promise<number> {
    const { own, profile } = this.parts;
    if ((this.doubts === 0 && !this.hasProbeFailed) || !(await own.hasOthers())) return 0;
    return this.hasProbeFailed ? 1 + (await profile.othersToProbeFirst(own.seederId)) : 1;
  }

  private async findOut(cause: SilenceCause): Promise<Finding> {
    this.finding ??= this.find(cause).finally(() => {
      this.finding = undefined;
    });
    return this.finding;
  }

  private async find(cause: SilenceCause): Promise<Finding> {
    const { work, preflights } = this.parts;
    work.pause();
    try {
      const check = preflights.make();
      await this.circuit.settled(check);
      const whose = this.circuit.isInDoubt ? await this.decide(cause, await check) : 'nobody';
      this.found = { whose, atMs: performance.now() };
      return this.found;
    } finally {
      work.goOn();
    }
  }

  /** Not as far as is known, where the process stops before. */
  private async preflightSucceeds(): Promise<boolean> {
    return (await this.parts.patience.waitFor(async () => this.findByPreflight())) ?? false;
  }

  /** A preflight that fails is the finding, unless a call that is under way is answered after all. */
  private async findByPreflight(): Promise<boolean> {
    const preflight = await this.parts.preflights.make();
    if (preflight.ok) return true;
    await this.circuit.othersEnded();
    if (this.circuit.hasFailed) {
      this.found = { whose: await this.holdAfterPreflight(preflight), atMs: performance.now() };
    }
    return false;
  }

  private async decide(cause: SilenceCause, preflight: PreflightResult): Promise<Finding['whose']> {
    if (!preflight.ok) return this.holdAfterPreflight(preflight);
    const { requests } = this.circuit;
    this.doubts += 1;
    const heard = await this.parts.answers.hearOfOthers(requests);
    if (heard !== 'nothing') return this.amongOthers(cause, requests, heard);
    return this.hold(cause);
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
      await this.parts.holds.holdOwn(cause);
      return 'this seeder';
    }
    if (heard === 'they are answered' || requestId === undefined) return 'nobody';
    return this.holdAlone(new Set([requestId]), cause);
  }

  private async hold(cause: SilenceCause): Promise<Finding['whose']> {
    const { answers, silence } = this.parts;
    const { requests } = this.circuit;
    const [requestId, ...others] = requests;
    if (requestId === undefined) return 'nobody';
    // It may have come a moment before the calls that failed.
    await answers.tell();
    const isAlone = others.length === 0 && !(await silence.isAnotherHeld(requestId));
    return isAlone || cause.isOfTheWay ? this.holdAlone(requests, cause) : this.holdEverybody(cause);
  }

  private async holdAlone(requests: ReadonlySet<string>, cause: Cause): Promise<Finding['whose']> {
    await this.parts.requests.holdAlone(requests, cause);
    return requests;
  }

  /** Until a waiting record is answered. */
  private async holdEverybody(cause: SilenceCause): Promise<Finding['whose']> {
    const { holds, requests } = this.parts;
    await holds.hold('record', cause);
    await requests.holdBesideAll(this.circuit.requests, cause);
    this.circuit.forget();
    return 'everybody';
  }

  private async holdAfterPreflight(preflight: FailedPreflight): Promise<Finding['whose']> {
    await this.parts.holds.holdAfter(preflight);
    this.circuit.forget();
    return 'everybody';
  }
}

/** What a finding means for a call that failed; undefined when nothing, or it is about others. */
function afterFor({ whose }: Finding, { requestId }: Call): AfterFault | undefined {
  if (whose === 'everybody' || whose === 'this seeder') return 'all held';
  return whose !== 'nobody' && whose.has(requestId) ? 'request held' : undefined;
}
