import { setTimeout as wait } from 'node:timers/promises';

import type { PreflightResult } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { Database, Probe, ProfileHold, ProfileStore, SilenceStore } from '@mts/store';

import type { Probes } from '../authenticate/probes.js';
import { type AnswerExchange, ANSWERS_TOLD_EVERY_MS } from './answer-exchange.js';
import type { Holds } from './holds.js';
import type { OwnHold } from './own-hold.js';
import type { Patience } from './patience.js';
import type { Preflights } from './preflights.js';
import type { SecondOpinion } from './second-opinion.js';
import type { SilenceWatch } from './silence-watch.js';

/**
 * It is looked so often, and up to twice as often, whether a probe is due; the delays between probes stand in the hold itself.
 * They are multiples of this: at an even pace the seeder that has made one would always be the first to see the next.
 */
const LOOKED_EVERY_MS_MAX = ANSWERS_TOLD_EVERY_MS;
/** So long the others have the time to make a probe that one leaves to them, for each turn that is theirs. */
const TURN_SECONDS = (2 * LOOKED_EVERY_MS_MAX) / 1000;
/** So many turns at the most: seeders that do not take theirs are not to keep all others from a probe. */
const TURNS_LEFT_MAX = 5;
/** Preflights that somebody asks for begin at least so long after the last one of any seeder: nobody can flood IDA. */
const ASKED_FOR_APART_MS = 1_000;

export interface ProberParts {
  readonly database: Pick<Database, 'now'>;
  readonly profile: Pick<ProfileStore, 'lastPreflight' | 'takeProbe'>;
  readonly silence: Pick<SilenceStore, 'takeProbe'>;
  readonly own: OwnHold;
  readonly opinion: Pick<SecondOpinion, 'isWanted'>;
  readonly holds: Pick<Holds, 'holdAfter' | 'lift' | 'releaseOwn'>;
  readonly preflights: Pick<Preflights, 'make' | 'makeAskedFor' | 'begunAgoMs'>;
  readonly answers: Pick<AnswerExchange, 'tell'>;
  readonly silences: Pick<SilenceWatch, 'turnsLeftToOthers'>;
  readonly probes: Pick<Probes, 'ofProfile' | 'ofRequest' | 'ofSeeder'>;
  readonly patience: Patience;
  readonly preflightIntervalSeconds: number;
  readonly logger: Logger;
}

/**
 * Ends holds of the profile, and of requests about whose people IDA was silent: makes the probes that are due, one at a time,
 * and a preflight now and then or when somebody asks for it. Requests are probed while the profile is not held.
 */
export class Prober {
  private look: NodeJS.Timeout | undefined;
  private regular: NodeJS.Timeout | undefined;
  private probing = false;
  private answering = false;
  /** Somebody may have mended the fault for which this seeder holds itself, and it has not looked since. */
  private isMended = false;

  constructor(private readonly parts: ProberParts) {}

  /** Makes the first preflight, and holds the profile when it fails. */
  async start(): Promise<void> {
    await this.regularPreflight();
    this.lookLater();
    this.regular = setInterval(
      () => void this.quietly(async () => this.regularPreflight()),
      this.parts.preflightIntervalSeconds * 1000,
    );
  }

  /** Makes the preflight that another seeder asks for, whose own has failed. */
  async answerOthers(): Promise<void> {
    if (this.isClosed || this.answering) return;
    const { own, opinion } = this.parts;
    this.answering = true;
    await this.quietly(async () => {
      // Again, where the one that was under way began before the question.
      while (!this.isClosed && !own.isHeld && (await opinion.isWanted())) await this.regularPreflight();
    });
    this.answering = false;
  }

  /** The process stops: nothing further is looked into, and nobody waits for what is. */
  close(): void {
    this.parts.patience.end();
    clearTimeout(this.look);
    clearInterval(this.regular);
  }

  /**
   * For whoever asked at that moment: only what was found out from then on answers it. A seeder without which others go on
   * finds out nothing for them, and leaves it to them; so does one that stops.
   */
  async preflightFor(askedAt: Date): Promise<void> {
    await this.parts.patience.waitFor(async () => this.answer(askedAt));
  }

  private get isClosed(): boolean {
    return this.parts.patience.isOver;
  }

  private async answer(askedAt: Date): Promise<void> {
    const { database, profile, own, preflights } = this.parts;
    while (!this.isClosed) {
      const [last, now] = [await profile.lastPreflight(), await database.now()];
      if (last !== undefined && last.checkedAt > askedAt) return;
      if (await own.isOneAmongOthers()) return;
      const waitMs = last === undefined ? 0 : last.checkedAt.getTime() + ASKED_FOR_APART_MS - now.getTime();
      if (waitMs > 0) await wait(waitMs);
      else await this.holdUnlessOk(await preflights.makeAskedFor());
    }
  }

  /** Has a seeder that holds itself look whether its fault is gone, as somebody may have mended it. */
  async lookMended(): Promise<void> {
    if (this.isClosed || !this.parts.own.isHeld) return;
    this.isMended = true;
    await this.quietly(async () => this.probeWhenDue());
  }

  private lookLater(): void {
    if (this.isClosed) return;
    this.look = setTimeout(() => {
      void this.answerOthers();
      void this.quietly(async () => this.probeWhenDue());
      this.lookLater();
    }, nextLookMs());
  }

  private async regularPreflight(): Promise<void> {
    await this.holdUnlessOk(await this.parts.preflights.make());
  }

  private async holdUnlessOk(result: PreflightResult): Promise<void> {
    if (!result.ok) await this.parts.holds.holdAfter(result, 'preflight');
  }

  private async probeWhenDue(): Promise<void> {
    if (this.probing) return;
    const { own, answers, silences, profile } = this.parts;
    this.probing = true;
    try {
      // A seeder that holds itself finds out nothing of others.
      if (own.isHeld) {
        await this.tryOwn();
        return;
      }
      this.isMended = false;
      await answers.tell();
      const turns = Math.min(await silences.turnsLeftToOthers(), TURNS_LEFT_MAX);
      const dueForSeconds = turns * TURN_SECONDS;
      const hold = await profile.takeProbe(dueForSeconds);
      if (hold !== undefined) await this.probe(hold);
      await this.probeRequests(dueForSeconds);
    } finally {
      this.probing = false;
    }
  }

  /** Whether the fault of this seeder is gone. */
  private async tryOwn(): Promise<void> {
    const { own, holds, preflights, probes } = this.parts;
    // It was found by the answers of others: where nobody else asks any more, nobody is answered meanwhile.
    if (own.probe === 'record' && !(await own.isOneAmongOthers())) return holds.releaseOwn();
    const isAskedFor = this.isMended && preflights.begunAgoMs >= ASKED_FOR_APART_MS;
    if (isAskedFor) this.isMended = false;
    if (isAskedFor) own.makeTryDue();
    if (!own.isTryDue) return;
    await this.holdUnlessOk(await (isAskedFor ? preflights.makeAskedFor() : preflights.make()));
    if (this.isClosed || !own.isTryDue) return;
    if ((await probes.ofSeeder()) === 'answered') await holds.releaseOwn();
    else if (own.isTryDue) await own.putOff();
  }

  /**
   * A preflight first: while even that fails, nobody needs to be asked. It never reaches IDA's matching, so an outage
   * there is over only when a real record is answered.
   */
  private async probe({ probe }: ProfileHold): Promise<void> {
    const { holds, probes } = this.parts;
    if (!(await this.mayProbe(probe))) return;
    const asked = probe === 'record' ? await probes.ofProfile() : 'nothing waits';
    if (asked === 'answered' || asked === 'nothing waits') await holds.lift();
  }

  /** All that are due, as when an outage is over; one after the other, for a silence counts as a person's only when it is alone. */
  private async probeRequests(dueForSeconds: number): Promise<void> {
    const { own, silence } = this.parts;
    while (!this.isClosed && !own.isHeld) {
      const requestId = await silence.takeProbe(dueForSeconds);
      if (requestId === undefined) return;
      await this.probeRequest(requestId);
      // Each may take as long as a call: others are to hear meanwhile that this seeder is answered.
      await this.parts.answers.tell();
    }
  }

  private async probeRequest(requestId: string): Promise<void> {
    if (await this.mayProbe()) await this.parts.probes.ofRequest(requestId);
  }

  /** @param probe what the hold waits for, where it is that of the profile */
  private async mayProbe(probe?: Probe): Promise<boolean> {
    const { preflights, holds } = this.parts;
    const result = await preflights.make();
    if (!result.ok) await holds.holdAfter(result, probe);
    return result.ok && !this.isClosed;
  }

  private async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.parts.logger.warn('a probe could not be made; will try again', { error: error as Error });
    }
  }
}

/** @param random from 0 to 1 */
export function nextLookMs(random = Math.random()): number {
  return LOOKED_EVERY_MS_MAX * (0.5 + random / 2);
}
