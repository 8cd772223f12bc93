/** The work of this process, as far as it asks IDA. */
export interface AskingWork {
  /** Stops all that is not a probe, or that of one request. */
  stop(requestId?: string): void;
  /** No further call begins; whoever waits to make one waits on. */
  pause(): void;
  goOn(): void;
}
