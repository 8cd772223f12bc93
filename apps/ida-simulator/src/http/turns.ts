/**
 * Gives each call that is carried out a turn of the event loop of its own.
 *
 * A call takes about a millisecond (two RSA operations), and Node takes up one new connection per turn of its loop (libuv
 * accepts once per poll of the listening socket). If all calls that have come were carried out in one turn, two hundred busy
 * connections would let in a new one only every 200 ms, and a crowd of new ones would wait for longer than callers do. IDA
 * accepts connections in a thread of its own (Tomcat's acceptor) and knows no such wait.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is this caller's turn; in the order of asking. */
  async take(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#nextSoon();
    });
  }

  #nextSoon(): void {
    setImmediate(() => {
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#nextSoon();
    });
  }
}
