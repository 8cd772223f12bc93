import { Child } from '../frame/child.js';

/** A stretch of people, by their numbers. */
export interface LoopTask {
  readonly first: number;
  readonly count: number;
}

export interface LoopTaken {
  readonly wallMs: number;
  /** Of the process, all its threads. */
  readonly cpuMs: number;
}

/** The loop that asks about people and keeps nothing, in one process or several: what a seeder is measured against. */
export class CeilingLoop {
  private constructor(private readonly children: readonly Child<object>[]) {}

  /** @param keys the directory of IDA's and the relying party's keys */
  static async start(
    authUrl: string,
    keys: string,
    { processes, inFlight }: { readonly processes: number; readonly inFlight: number },
  ): Promise<CeilingLoop> {
    const module = new URL('./loop-process.js', import.meta.url);
    const args = [authUrl, keys, String(inFlight)];
    return new CeilingLoop(
      await Promise.all(Array.from({ length: processes }, async () => Child.start(module, args))),
    );
  }

  /** Asks about so many people, each process about its share. */
  async run(count: number): Promise<LoopTaken> {
    const share = Math.ceil(count / this.children.length);
    const taken = await Promise.all(
      this.children.map(async (child, index) => {
        const task: LoopTask = { first: index * share, count: share };
        return child.perform<LoopTaken>(task);
      }),
    );
    return {
      wallMs: Math.max(...taken.map(({ wallMs }) => wallMs)),
      cpuMs: taken.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    };
  }

  async stop(): Promise<void> {
    for (const child of this.children) await child.stop();
  }
}
