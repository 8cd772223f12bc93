/** Keys for which something is remembered. */
const KEYS_MAX = 50_000;

interface Budget {
  left: number;
  atMs: number;
}

/**
 * A budget for each key that fills evenly up to what is allowed in a minute (a token bucket).
 *
 * Kept in memory, so that it costs nothing where most is to be refused; each gateway has its own.
 */
export class Budgets {
  private readonly budgets = new Map<string, Budget>();

  constructor(
    private readonly perMinuteMax: number,
    private readonly nowMs: () => number = () => performance.now(),
    private readonly keysMax = KEYS_MAX,
  ) {}

  /** Takes one if there is one. @returns 0, or the whole seconds after which there is one again */
  take(key: string): number {
    const waitSeconds = this.waitSeconds(key);
    if (waitSeconds > 0) return waitSeconds;
    const { left } = this.budgetOf(key);
    // Behind all others: the first one is always that which has been quiet for longest.
    this.budgets.delete(key);
    this.budgets.set(key, { left: left - 1, atMs: this.nowMs() });
    const [quietest] = this.budgets.keys();
    if (this.budgets.size > this.keysMax && quietest !== undefined) this.budgets.delete(quietest);
    return 0;
  }

  /** 0 when there is one, or the whole seconds after which there is. */
  waitSeconds(key: string): number {
    const { left } = this.budgetOf(key);
    return left >= 1 ? 0 : Math.ceil(((1 - left) * 60) / this.perMinuteMax);
  }

  private budgetOf(key: string): Budget {
    const nowMs = this.nowMs();
    const { left, atMs } = this.budgets.get(key) ?? { left: this.perMinuteMax, atMs: nowMs };
    return {
      left: Math.min(this.perMinuteMax, left + ((nowMs - atMs) / 60_000) * this.perMinuteMax),
      atMs: nowMs,
    };
  }
}
