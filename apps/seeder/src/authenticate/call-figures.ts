import { median } from './median.js';

/** A slow IDA does not answer within every stretch of time; what it took before is told for so long. */
const LATENCY_TOLD_FOR_MS = 5000;

/** What the calls of this process were like in a stretch of time. */
export interface CallsTaken {
  /** Median from sending to the whole answer, of the last stretch with answers; null when none came for long. */
  readonly latencyMs: number | null;
  readonly callsPerSecond: number;
}

/** Collects what is shown of the calls of this process. */
export class CallFigures {
  private latenciesMs: number[] = [];
  private latency: { readonly medianMs: number; readonly atMs: number } | undefined;
  private sent = 0;
  private sinceMs: number;

  /** @param clock a monotonic one, in milliseconds */
  constructor(private readonly clock: () => number = () => performance.now()) {
    this.sinceMs = clock();
  }

  noteSent(): void {
    this.sent += 1;
  }

  noteAnswer(latencyMs: number): void {
    this.latenciesMs.push(latencyMs);
  }

  /** The figures since the last time, and begins anew. */
  take(): CallsTaken {
    const nowMs = this.clock();
    if (this.latenciesMs.length > 0) this.latency = { medianMs: median(this.latenciesMs), atMs: nowMs };
    else if (this.latency && nowMs - this.latency.atMs > LATENCY_TOLD_FOR_MS) this.latency = undefined;
    const taken = {
      latencyMs: this.latency?.medianMs ?? null,
      callsPerSecond: (1000 * this.sent) / Math.max(1, nowMs - this.sinceMs),
    };
    [this.latenciesMs, this.sent, this.sinceMs] = [[], 0, nowMs];
    return taken;
  }
}
