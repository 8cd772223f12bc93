import type { InFlightLimit } from '../authenticate/in-flight-limit.js';

/** What an IDA can do at a time. */
export interface Capacity {
  /** Calls that it works on at once. */
  readonly places: number;
  /** On the average; single ones take from half to one and a half times as long. */
  readonly serviceMs: number;
  /** Calls that wait for a place before the next one is refused with a 503. */
  readonly queued: number;
  /** This share of all calls is broken off at once. */
  readonly brokenShare?: number;
  /** No call is answered. */
  readonly isSilent?: true;
}

/** What the clients had of it in a stretch of time. */
export interface Stretch {
  readonly answered: number;
  /** Refused, broken off or timed out. */
  readonly failed: number;
  /** Answered, of what the IDA could have answered. */
  readonly usedShare: number;
  /** Failed, of all calls that ended. */
  readonly failedShare: number;
}

interface Client {
  readonly limit: Pick<InFlightLimit, 'places' | 'noteFull' | 'begin'>;
  inFlight: number;
  answered: number;
}

const REFUSED_AFTER_MS = 5;
const ANSWER_LIMIT_MS = 10_000;
/** What storing an outcome takes: the place is free only then. */
const STORED_AFTER_MS = 3;

/**
 * An IDA and its clients in virtual time: a few places, a queue before them that makes answers slow, and a 503 for what
 * finds that full. Its clients have always something to ask, and ask as much at once as their limits let them.
 */
export class SimulatedIda {
  nowMs = 0;
  private readonly events: { readonly atMs: number; readonly happen: () => void }[] = [];
  private readonly clients: Client[] = [];
  private queue: (() => void)[] = [];
  private busy = 0;
  private answered = 0;
  private failed = 0;
  private random = 1;

  constructor(private capacity: Capacity) {}

  add(limit: Client['limit']): Client {
    const client = { limit, inFlight: 0, answered: 0 };
    this.clients.push(client);
    return client;
  }

  /** From now on. What it is working on already takes as long as it takes. */
  become(capacity: Capacity): void {
    this.capacity = capacity;
  }

  /** Lets time pass. */
  run(forMs: number, watch: () => void = () => undefined): Stretch {
    const [endMs, answeredBefore, failedBefore] = [this.nowMs + forMs, this.answered, this.failed];
    this.fill();
    for (
      let event = this.events.at(-1);
      event !== undefined && event.atMs <= endMs;
      event = this.events.at(-1)
    ) {
      this.events.pop();
      this.nowMs = event.atMs;
      event.happen();
      this.fill();
      watch();
    }
    this.nowMs = endMs;
    const [answered, failed] = [this.answered - answeredBefore, this.failed - failedBefore];
    const possible = (this.capacity.places * forMs) / this.capacity.serviceMs;
    return {
      answered,
      failed,
      usedShare: answered / possible,
      failedShare: failed / Math.max(1, answered + failed),
    };
  }

  private fill(): void {
    for (const client of this.clients) {
      while (client.inFlight < client.limit.places) this.ask(client);
      client.limit.noteFull();
    }
  }

  private ask(client: Client): void {
    client.inFlight += 1;
    const [call, begunAtMs] = [client.limit.begin(), this.nowMs];
    let isOver = false;
    const end = (how: 'answered' | 'failed'): void => {
      if (isOver) return;
      isOver = true;
      if (how === 'answered') {
        this.answered += 1;
        client.answered += 1;
        call.answered(this.nowMs - begunAtMs);
      } else {
        this.failed += 1;
        call.failed();
      }
      this.in(STORED_AFTER_MS, () => (client.inFlight -= 1));
    };
    this.in(ANSWER_LIMIT_MS, () => end('failed'));
    this.take(end);
  }

  private take(end: (how: 'answered' | 'failed') => void): void {
    const { isSilent, brokenShare = 0, places, queued } = this.capacity;
    if (isSilent) return;
    const isRefused = this.busy >= places && this.queue.length >= queued;
    if (isRefused || this.nextRandom() < brokenShare) {
      this.in(REFUSED_AFTER_MS, () => end('failed'));
      return;
    }
    this.queue.push(() => {
      this.busy += 1;
      this.in(this.capacity.serviceMs * (0.5 + this.nextRandom()), () => {
        this.busy -= 1;
        end('answered');
        this.serve();
      });
    });
    this.serve();
  }

  private serve(): void {
    while (this.busy < this.capacity.places) {
      const start = this.queue.shift();
      if (start === undefined) return;
      start();
    }
  }

  private in(delayMs: number, happen: () => void): void {
    const atMs = this.nowMs + delayMs;
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.events[middle]?.atMs ?? 0) > atMs) low = middle + 1;
      else high = middle;
    }
    this.events.splice(low, 0, { atMs, happen });
  }

  /** The same in every run. Lehmer's generator with the constants of Park and Miller (CACM 31, 10, 1988). */
  private nextRandom(): number {
    this.random = (this.random * 48_271) % 2_147_483_647;
    return this.random / 2_147_483_647;
  }
}
