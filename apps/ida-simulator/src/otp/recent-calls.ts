/** Longest window that is asked about: 3 minutes of IDA 1.1.5. */
const GENERATION_MS = 3 * 60_000;

/**
 * When calls about a person were made, by their `requestTime`: IDA's table `auth_transaction`, of which only the last
 * minutes matter. Two generations of three minutes are kept, so it stays small however many calls are made.
 */
export class RecentCalls {
  #current = new Map<string, number[]>();
  #previous = new Map<string, number[]>();
  #currentSince = 0;

  /** Notes a call about a person that IDA received now. */
  add(uin: string, requestTime: number, now: Date): void {
    const age = now.getTime() - this.#currentSince;
    if (Math.abs(age) > GENERATION_MS) {
      this.#previous = Math.abs(age) > 2 * GENERATION_MS ? new Map() : this.#current;
      this.#current = new Map();
      this.#currentSince = now.getTime();
    }
    const times = this.#current.get(uin);
    if (times === undefined) this.#current.set(uin, [requestTime]);
    else times.push(requestTime);
  }

  /** How many there were in the last minutes before a time, it included (`AutnTxnRepository.countRequestDTime`). */
  count(uin: string, until: number, minutes: number): number {
    const since = until - minutes * 60_000;
    return [this.#previous, this.#current]
      .flatMap((generation) => generation.get(uin) ?? [])
      .filter((time) => time >= since && time <= until).length;
  }
}
