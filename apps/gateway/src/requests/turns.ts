import { Injectable } from '@nestjs/common';

/** Whoever waits in vain is told soon, as by the store for the locks of others. */
const PATIENCE_MS = 2_000;

/** The turn did not come in time: a trouble of the database like any other, see `databaseTrouble`. */
class TurnWaitError extends Error {
  override readonly name = 'TurnWaitError';
  /** As PostgreSQL says it of a lock: lock_not_available. */
  readonly code = '55P03';

  constructor() {
    super('Calls about the same request take too long');
  }
}

/**
 * Lets the calls that change a request do so one after another. In the database they would wait for each other all the same,
 * each with one of the connections that calls about other requests need.
 */
@Injectable()
export class Turns {
  /** Of each request: the end of all that was begun about it. Never rejected. */
  private readonly ends = new Map<string, Promise<void>>();

  /** @throws TurnWaitError when those before take too long, and what `work` throws */
  async inTurn<T>(requestId: string, work: () => Promise<T>): Promise<T> {
    const before = this.ends.get(requestId) ?? Promise.resolve();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    // Also for whoever comes after one that has lost its patience.
    const allEnded = before.then(async () => ended);
    this.ends.set(requestId, allEnded);
    void allEnded.finally(() => {
      if (this.ends.get(requestId) === allEnded) this.ends.delete(requestId);
    });
    try {
      await patiently(before);
      return await work();
    } finally {
      end();
    }
  }
}

async function patiently(turn: Promise<void>): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const patience = setTimeout(() => reject(new TurnWaitError()), PATIENCE_MS);
  try {
    await Promise.race([turn, tooLate]);
  } finally {
    clearTimeout(patience);
  }
}
