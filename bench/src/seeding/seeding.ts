import { IdaStub } from '../ida-stub/ida-stub.js';
import { ended, submitCsv } from '../system/lists.js';
import { peopleCsv } from '../system/people.js';
import { appUsage, System } from '../system/system.js';

export interface SeedingOptions {
  readonly directory: string;
  /** Started with the rest; more can be started later. */
  readonly seeders: number;
  /** For all apps. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What it took to ask about the people of one list. */
export interface Block {
  /** From the first answer of IDA to the last one. */
  readonly perSecond: number;
  /** Processor time per record, of all seeders and of PostgreSQL. */
  readonly seederUs: number;
  readonly postgresUs: number;
}

/** The system with a stub of IDA, asked about one list after the other. */
export class Seeding {
  private people = 0;
  private delayMs = 0;

  private constructor(
    readonly stub: IdaStub,
    readonly system: System,
  ) {}

  static async start(options: SeedingOptions): Promise<Seeding> {
    const stub = await IdaStub.start();
    return new Seeding(stub, await System.start({ ...options, authUrl: stub.authUrl }));
  }

  /** What the stub takes from now on. Seeders feel their way to it: let them do a list before anything is measured. */
  async setDelay(delayMs: number): Promise<void> {
    this.delayMs = delayMs;
    await this.stub.setDelay(delayMs);
  }

  /** People who were not asked about before, as a CSV. */
  nextPeople(count: number): Blob {
    this.people += count;
    return peopleCsv(count, this.people - count);
  }

  /**
   * Hands a list in and waits until it is worked off. Nothing of it is worked on before all of it is taken in.
   * @throws if anybody is not answered, or more than once
   */
  async block(count: number): Promise<Block> {
    const { system, stub } = this;
    await stub.setDelay(this.delayMs);
    const csv = this.nextPeople(count);
    const before = await this.seederMs();
    const id = await submitCsv(system, csv);
    const beforePostgres = (await system.postgresUsage()).cpuMs;
    const { state } = await ended(system, id);
    const after = await this.seederMs();
    const afterPostgres = (await system.postgresUsage()).cpuMs;
    const { answered, firstAtMs, lastAtMs } = await stub.figures();
    if (state !== 'processed' || answered !== count)
      throw new Error(`of ${count} people ${answered} were answered; the request is ${state}`);
    return {
      perSecond: (1000 * (answered - 1)) / (lastAtMs - firstAtMs),
      seederUs: (1000 * (after - before)) / count,
      postgresUs: (1000 * (afterPostgres - beforePostgres)) / count,
    };
  }

  private async seederMs(): Promise<number> {
    const usages = await Promise.all(this.system.seeders.map(appUsage));
    return usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }
}
