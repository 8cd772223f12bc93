import { LaunchError } from './launch-error.js';

/** Something that the launcher has started. */
export interface Part {
  readonly name: PartName;
  /** Settles when the part has ended by itself. */
  readonly lost: Promise<Error>;
  stop(): Promise<void>;
  /** At once, without waiting. */
  kill(): void;
}

/** Whoever hands work to another stops before it. */
const STOP_ORDER = ['scheduler', 'gateway', 'seeder', 'ida-simulator', 'postgres'] as const;
export type PartName = (typeof STOP_ORDER)[number];

/** All that runs. It is stopped as a whole, in order, whichever way the launcher ends. */
export class Fleet {
  /** Settles when a part has ended by itself. */
  readonly lost: Promise<Error>;
  private readonly starts: Promise<Part>[] = [];
  private readonly parts: Part[] = [];
  private reportLoss: (error: Error) => void = () => undefined;
  private stopped: Promise<void> | undefined;

  constructor() {
    this.lost = new Promise((resolve) => (this.reportLoss = resolve));
  }

  /** Starts a part and takes charge of it. */
  async start<P extends Part>(begin: () => Promise<P>): Promise<P> {
    if (this.stopped) throw new LaunchError('Nothing is started any more: all is being stopped.');
    const starting = begin();
    this.starts.push(starting);
    const part = await starting;
    this.parts.push(part);
    void part.lost.then(this.reportLoss, this.reportLoss);
    return part;
  }

  /** Stops everything, and what is being started when it has. May be called again. */
  async stop(): Promise<void> {
    this.stopped ??= this.stopInOrder();
    return this.stopped;
  }

  kill(): void {
    for (const part of this.parts) part.kill();
  }

  private async stopInOrder(): Promise<void> {
    // A part that could not be started has been reported by whoever started it.
    await Promise.allSettled(this.starts);
    for (const name of STOP_ORDER) {
      await Promise.all(this.parts.filter((part) => part.name === name).map(async (part) => part.stop()));
    }
  }
}
