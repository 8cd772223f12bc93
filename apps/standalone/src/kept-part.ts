import { setTimeout as delay } from 'node:timers/promises';

import type { Part, PartName } from './fleet.js';

/** A part that can be kept alive. */
export interface KeepablePart extends Part {
  /** Settles when it can be used; rejects, or never settles, if it ends before. */
  readonly ready: Promise<unknown>;
}

/** How a part is kept alive. */
export interface Care {
  /** Tells the operator, in one line. */
  readonly say: (line: string) => void;
  /** What an end is waited out for, as the operator is told it; undefined for one that counts. */
  readonly passing?: (error: Error) => string | undefined;
  /** Before the first restart; doubled for each further one in a row. Default 1 s. */
  readonly firstDelayMs?: number;
}

/** A part that ends so soon after its start has not really run. */
const SHORT_LIFE_MS = 10_000;
/** So many short lives in a row are no accident. */
const SHORT_LIVES_MAX = 5;
const FIRST_DELAY_MS = 1_000;
const DELAY_MS_MAX = 30_000;

/**
 * A part that is started again whenever it has ended by itself, with growing pauses. It is lost only when it ends again
 * and again right after its start, and not for a reason that passes. The operator is told of each end and each return;
 * of starts that fail for one reason, until it is back, once, and then how many they were.
 */
export class KeptPart<P extends KeepablePart> implements Part {
  readonly name: PartName;
  readonly lost: Promise<Error>;
  private giveUp: (error: Error) => void = () => undefined;
  private readonly stopping = new AbortController();
  private reviving: Promise<void> = Promise.resolve();
  private isKept = false;
  private isDown = false;
  private bornAtMs = performance.now();
  /** In a row, whatever the reasons. */
  private shortLives = 0;
  /** Of them, those that do not pass by themselves. */
  private failures = 0;
  /** Since it could be used last. */
  private outage: Outage | undefined;

  private constructor(
    private current: P,
    private readonly begin: () => Promise<P>,
    private readonly care: Care,
  ) {
    this.name = current.name;
    this.lost = new Promise((resolve) => (this.giveUp = resolve));
    void this.watch();
  }

  /** @param begin starts the part; also called for each restart. @throws what it throws the first time */
  static async start<P extends KeepablePart>(begin: () => Promise<P>, care: Care): Promise<KeptPart<P>> {
    return new KeptPart(await begin(), begin, care);
  }

  get part(): P {
    return this.current;
  }

  /** From here on it has started well, and is kept alive; before, its end is its loss. */
  keep(): void {
    this.isKept = true;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.reviving;
    if (!this.isDown) await this.current.stop();
  }

  kill(): void {
    this.stopping.abort();
    if (!this.isDown) this.current.kill();
  }

  private async watch(): Promise<void> {
    const error = await this.current.lost;
    this.isDown = true;
    if (this.isKept) this.reviving = this.revive(error).catch(this.giveUp);
    else this.giveUp(error);
  }

  private async revive(lost: Error): Promise<void> {
    for (let error: Error | undefined = lost; error !== undefined; error = await this.tryAgain()) {
      const passing = this.care.passing?.(error);
      this.note(passing === undefined);
      if (this.failures >= SHORT_LIVES_MAX) {
        this.care.say(`${this.subject} has ended ${this.failures} times right after its start.`);
        this.giveUp(error);
        return;
      }
      this.tell(passing ?? `${firstLine(error)}. It is started again.`);
      await this.pause();
      if (this.stopping.signal.aborted) return;
    }
    void this.watch();
    void this.tellReturn(this.current);
  }

  private note(isFailure: boolean): void {
    if (performance.now() - this.bornAtMs >= SHORT_LIFE_MS) [this.shortLives, this.failures] = [0, 0];
    this.shortLives += 1;
    if (isFailure) this.failures += 1;
  }

  private tell(line: string): void {
    if (line !== this.outage?.told) this.care.say(line);
    const { sinceMs, ends } = this.outage ?? { sinceMs: performance.now(), ends: 0 };
    this.outage = { sinceMs, ends: ends + 1, told: line };
  }

  private async tellReturn({ ready }: P): Promise<void> {
    const isReady = await ready.then(
      () => true,
      () => false,
    );
    if (!isReady || this.outage === undefined || this.stopping.signal.aborted) return;
    const { sinceMs, ends } = this.outage;
    const inVain = ends === 1 ? '' : `; starts that failed: ${ends - 1}`;
    this.outage = undefined;
    this.care.say(`${this.subject} is back after ${durationOf(performance.now() - sinceMs)}${inVain}.`);
  }

  private get subject(): string {
    return this.name === 'postgres' ? 'PostgreSQL' : `The ${this.name}`;
  }

  /** @returns why not */
  private async tryAgain(): Promise<Error | undefined> {
    this.bornAtMs = performance.now();
    try {
      this.current = await this.begin();
      this.isDown = false;
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  private async pause(): Promise<void> {
    const { firstDelayMs = FIRST_DELAY_MS } = this.care;
    const delayMs = Math.min(firstDelayMs * 2 ** (this.shortLives - 1), DELAY_MS_MAX);
    // Cut short when it is to be stopped.
    await delay(delayMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

interface Outage {
  readonly sinceMs: number;
  readonly ends: number;
  /** What the operator was told last. */
  readonly told: string;
}

function firstLine({ message }: Error): string {
  return (message.split('\n')[0] ?? '').replace(/\. The end of .*$|[.:]$/, '');
}

function durationOf(elapsedMs: number): string {
  const seconds = Math.max(1, Math.round(elapsedMs / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
