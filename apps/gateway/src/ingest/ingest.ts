import type { InputId, RequestOptions } from '@mts/inputs';
import type { SubmittedState } from '@mts/store';

import { type EnvelopeItem, type IngestItem, ingestJson } from './ingest-items.js';
import type { IngestPool } from './ingest-pool.js';
import { Intake, type IntakeParts, type ListPlan } from './intake.js';

export interface IngestParts extends IntakeParts {
  readonly pool: IngestPool;
}

/** A list that was taken in. */
export interface TakenList {
  readonly requestId: string;
  readonly state: SubmittedState;
}

/** A JSON body that has yet to be read. */
export interface JsonBody {
  /** Known to be of at most {@link INLINE_SIZE_BYTES_MAX}. */
  readonly isSmall: boolean;
  readonly read: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** Smaller bodies are not worth a thread: a hundred people take a few milliseconds. */
export const INLINE_SIZE_BYTES_MAX = 65_536;

/**
 * Takes lists in: the rows are stored in blocks while they come, and one last transaction makes them a request. Until
 * then nobody sees it, and whatever goes wrong leaves nothing behind.
 */
export class Ingest {
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(private readonly parts: IngestParts) {}

  /**
   * Takes in a JSON request: a small one at once, a larger one in a thread, and its body is read only when one is free.
   *
   * @param plan reads the envelope; throws what is wrong with it
   */
  async takeJson(body: JsonBody, plan: (item: EnvelopeItem) => Promise<ListPlan>): Promise<TakenList> {
    return this.take('json', async (intake) => {
      const planned = Promise.withResolvers<RequestOptions>();
      const options = async (): Promise<RequestOptions> => planned.promise;
      const store = async (items: AsyncIterable<IngestItem>): Promise<void> => {
        for await (const item of items) {
          if (item.kind === 'block') await intake.add(item);
          else {
            const made = await plan(item);
            await intake.begin(made);
            planned.resolve(made.records);
          }
        }
      };
      if (body.isSmall) await store(ingestJson(await body.read(), intake.setup, options));
      else {
        await this.parts.pool.use(async (thread) =>
          store(thread.json(await body.read(), intake.setup, options)),
        );
      }
    });
  }

  /** Takes in a CSV file, which is read no faster than it is stored. */
  async takeCsv(
    file: AsyncIterable<Uint8Array>,
    plan: ListPlan & { readonly delimiter: string | undefined },
  ): Promise<TakenList> {
    return this.take('csv', async (intake) =>
      this.parts.pool.use(async (thread) => {
        await intake.begin(plan);
        for await (const item of thread.csv(file, plan.delimiter, intake.setup, plan.records)) {
          if (item.kind === 'block') await intake.add(item);
        }
      }),
    );
  }

  /** Resolves when all that is under way has ended, however it did. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  private async take(input: InputId, work: (intake: Intake) => Promise<void>): Promise<TakenList> {
    const taking = this.takeOne(input, work);
    this.underWay.add(taking);
    try {
      return await taking;
    } finally {
      this.underWay.delete(taking);
    }
  }

  private async takeOne(input: InputId, work: (intake: Intake) => Promise<void>): Promise<TakenList> {
    const intake = await Intake.open(input, this.parts);
    try {
      await work(intake);
      return { requestId: intake.requestId, state: await intake.submit() };
    } catch (error) {
      await intake.discard();
      throw error;
    }
  }
}
