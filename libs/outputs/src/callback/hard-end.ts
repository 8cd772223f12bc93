import { CallbackFault } from './fault.js';
import type { CallbackTarget } from './target.js';

/**
 * What is sent may need four calls, each of which may take its time: a log-in, the call itself, and both once more when
 * the receiver has forgotten the session.
 */
const CALLS_MAX = 4;
/** 8 KiB a second, of a body that is sent in parts. */
const SLOWEST_BYTES_PER_MS = 8.192;

/**
 * How long the receiver may take over what it is sent, log-ins and the reading of its answer included, counted from when
 * the last of a body is handed over.
 */
export function longestCallMs({ timeoutSeconds }: Pick<CallbackTarget, 'timeoutSeconds'>): number {
  return CALLS_MAX * timeoutSeconds * 1000;
}

/**
 * The end of what is sent, whatever the receiver does: one that lets a byte drip now and then is never silent for long.
 * A large body earns time with every part that the receiver takes, as much as a slow line needs for it.
 */
export class HardEnd {
  private readonly over = new AbortController();
  private readonly startedAtMs = performance.now();
  private timer: NodeJS.Timeout;
  private takenBytes = 0;

  constructor(private readonly limitMs: number) {
    this.timer = this.endIn(limitMs);
  }

  /** Aborted with a fault of its own. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** The receiver has taken more of a body. */
  extend(bytes: number): void {
    this.takenBytes += bytes;
    const earnedMs = this.takenBytes / SLOWEST_BYTES_PER_MS;
    const spentMs = performance.now() - this.startedAtMs;
    clearTimeout(this.timer);
    this.timer = this.endIn(Math.max(0, Math.min(this.limitMs, this.limitMs + earnedMs - spentMs)));
  }

  clear(): void {
    clearTimeout(this.timer);
  }

  private endIn(ms: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.over.abort(new CallbackFault('later', 'MTS-DLV-103'));
    }, ms);
    return timer.unref();
  }
}
