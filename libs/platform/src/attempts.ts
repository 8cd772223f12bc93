import type { LogFields, Logger } from './logging/logger.js';

export interface AttemptsParts {
  readonly logger: Pick<Logger, 'warn'>;
  /** What the log says of one that failed, beside what it was and its error. */
  readonly said: string;
  /** What is expected to be thrown now and then, and nobody is told of. */
  readonly isNoFault?: (error: unknown) => boolean;
}

/**
 * Things that are made one after another and do not need each other: each is tried whatever became of those before it. Once
 * they are stopped no other one is begun; one under way that takes long looks at `signal`.
 */
export class Attempts {
  private readonly stopping = new AbortController();

  constructor(private readonly parts: AttemptsParts) {}

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  stop(): void {
    this.stopping.abort();
  }

  /** Never throws: a fault is logged. */
  async make(what: LogFields, work: () => Promise<void>): Promise<void> {
    if (this.signal.aborted) return;
    try {
      await work();
    } catch (error) {
      const { logger, said, isNoFault } = this.parts;
      if (isNoFault?.(error) !== true) logger.warn(said, { ...what, error: error as Error });
    }
  }
}
