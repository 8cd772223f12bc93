import { setTimeout as wait } from 'node:timers/promises';

/**
 * Makes calls at fixed times, whether those before are answered or not: one that is held up holds no other up, and is
 * measured from the time at which it was due.
 */
export class Steadily {
  readonly #calls: Promise<number>[] = [];
  readonly #calling: Promise<void>;
  #isOver = false;

  constructor(
    private readonly call: () => Promise<unknown>,
    private readonly everyMs: number,
  ) {
    this.#calling = this.#callOnAndOn();
  }

  /** @returns how long each call has taken, in milliseconds @throws if one has failed */
  async stop(): Promise<readonly number[]> {
    this.#isOver = true;
    await this.#calling;
    return Promise.all(this.#calls);
  }

  async #callOnAndOn(): Promise<void> {
    for (let dueAtMs = performance.now(); !this.#isOver; dueAtMs += this.everyMs) {
      const taken = this.call().then(() => performance.now() - dueAtMs);
      // Told by stop().
      taken.catch(() => undefined);
      this.#calls.push(taken);
      await wait(Math.max(0, dueAtMs + this.everyMs - performance.now()));
    }
  }
}

/** A look at a request, as its owner takes it. @throws for any other answer than 200 */
export async function askStatus(gatewayUrl: string, requestId: string): Promise<void> {
  const answer = await fetch(`${gatewayUrl}/authtoken/status/${requestId}`);
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`the status of ${requestId} came with ${String(answer.status)}`);
}
