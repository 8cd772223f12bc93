import { setTimeout as wait } from 'node:timers/promises';

import type { SilenceStore } from '@mts/store';

import type { Circuit } from './circuit.js';
import type { OwnHold } from './own-hold.js';

/** How often a seeder tells the others what IDA has answered. */
export const ANSWERS_TOLD_EVERY_MS = 2_000;

/** What is heard of the other seeders while this one asks nobody. */
export type Heard = 'nothing' | 'they are answered' | 'they are answered, but not about this list';

/** What the seeders tell each other of IDA's answers: one that gets none hears so whether others do. */
export class AnswerExchange {
  private toldMs = -Infinity;

  constructor(
    private readonly circuit: Circuit,
    private readonly silence: Pick<SilenceStore, 'noteAnswered' | 'answeredAgoMs' | 'doneOf'>,
    private readonly own: Pick<OwnHold, 'hasOthers'>,
  ) {}

  /** Tells the other seeders what IDA has answered here. */
  async tell(): Promise<void> {
    const sentAtMs = this.circuit.answeredSentAtMs;
    if (sentAtMs <= this.toldMs) return;
    await this.silence.noteAnswered(performance.now() - sentAtMs);
    this.toldMs = Math.max(this.toldMs, sentAtMs);
  }

  /**
   * The others have the time to tell that IDA answers them, and about whom: nothing is held before.
   * @param requests about whose people this one gets no answer
   */
  async hearOfOthers(requests: ReadonlySet<string>): Promise<Heard> {
    const { circuit, silence, own } = this;
    const [one, ...more] = requests;
    const list = more.length === 0 ? one : undefined;
    const doneBefore = list === undefined ? 0 : await silence.doneOf(list);
    await this.hear();
    if ((circuit.isInDoubt || list !== undefined) && (await own.hasOthers())) {
      await wait(ANSWERS_TOLD_EVERY_MS);
      await this.hear();
    }
    if (circuit.isInDoubt) return 'nothing';
    if (list === undefined || (await silence.doneOf(list)) > doneBefore) return 'they are answered';
    return 'they are answered, but not about this list';
  }

  private async hear(): Promise<void> {
    const agoMs = await this.silence.answeredAgoMs();
    if (agoMs !== undefined) this.circuit.answeredElsewhere(performance.now() - agoMs);
  }
}
