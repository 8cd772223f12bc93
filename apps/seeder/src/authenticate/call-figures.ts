import { median } from './median.js';

/** What the calls of this process were like in a stretch of time. */
export interface CallsTaken {
  /** Median from sending to the whole answer; null when no answer came. */
  readonly latencyMs: number | null;
  readonly callsPerSecond: number;
}

/** Collects what is shown of the calls of this process. */
export class CallFigures {
  private latenciesMs: number[] = [];
  private sent = 0;
  private sinceMs = performance.now();

  noteSent(): void {
    this.sent += 1;
  }

  noteAnswer(latencyMs: number): void {
    this.latenciesMs.push(latencyMs);
  }

  /** The figures since the last time, and begins anew. */
  take(): CallsTaken {
    const nowMs = performance.now();
    const taken = {
      latencyMs: this.latenciesMs.length === 0 ? null : median(this.latenciesMs),
      callsPerSecond: (1000 * this.sent) / Math.max(1, nowMs - this.sinceMs),
    };
    [this.latenciesMs, this.sent, this.sinceMs] = [[], 0, nowMs];
    return taken;
  }
}
