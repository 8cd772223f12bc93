import type { InputId, RequestOptions } from '@mts/inputs';

import { Refusal } from '../http/refusal.js';
import type { EarlierRequest } from './idempotency.js';
import type { IdempotentCall } from './idempotent-call.js';
import { type EnvelopeItem, type IngestItem, ingestJson } from './ingest-items.js';
import type { IngestPool } from './ingest-pool.js';
import { Intake, type IntakeParts, type ListPlan } from './intake.js';

export interface IngestParts extends IntakeParts {
  readonly pool: IngestPool;
}

/** A list that was taken in. */
export interface TakenList extends EarlierRequest {
  /** It was taken in before, by a call with the same Idempotency-Key. */
  readonly isReplay: boolean;
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
   * @param owner of the list; see IngestPool
   * @param plan reads the envelope; throws what is wrong with it; undefined when there is no list to take in
   * @returns undefined when there was no list
   */
  async takeJson(
    owner: string,
    body: JsonBody,
    plan: (item: EnvelopeItem) => Promise<ListPlan | undefined>,
    call?: IdempotentCall,
  ): Promise<TakenList | undefined> {
    return this.take('json', async (intake) => {
      let isList = false;
      const planned = Promise.withResolvers<RequestOptions>();
      const options = async (): Promise<RequestOptions> => planned.promise;
      const store = async (items: AsyncIterable<IngestItem>): Promise<void> => {
        for await (const item of items) {
          if (item.kind === 'block') await intake.add(item);
          else {
            const made = await plan(item);
            if (made === undefined) return;
            isList = true;
            await intake.begin(made);
            planned.resolve(made.records);
          }
        }
      };
      if (body.isSmall) await store(ingestJson(await body.read(), intake.setup, options));
      else {
        await this.parts.pool.use(owner, async (thread) =>
          store(thread.json(await body.read(), intake.setup, options)),
        );
      }
      return isList ? taken(intake, call) : undefined;
    });
  }

  /** Takes in a CSV file, which is read no faster than it is stored. */
  async takeCsv(
    file: AsyncIterable<Uint8Array>,
    plan: ListPlan & { readonly delimiter: string | undefined },
    call?: IdempotentCall,
  ): Promise<TakenList> {
    return this.take('csv', async (intake) => {
      await this.parts.pool.use(plan.owner, async (thread) => {
        await intake.begin(plan);
        for await (const item of thread.csv(
          call?.adding(file) ?? file,
          plan.delimiter,
          intake.setup,
          plan.records,
        )) {
          if (item.kind === 'block') await intake.add(item);
        }
      });
      return taken(intake, call);
    });
  }

  /** Resolves when all that is under way has ended, however it did. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  private async take<T>(input: InputId, work: (intake: Intake) => Promise<T>): Promise<T> {
    const taking = this.takeOne(input, work);
    this.underWay.add(taking);
    try {
      return await taking;
    } finally {
      this.underWay.delete(taking);
    }
  }

  private async takeOne<T>(input: InputId, work: (intake: Intake) => Promise<T>): Promise<T> {
    const intake = await Intake.open(input, this.parts);
    try {
      return await work(intake);
    } catch (error) {
      await intake.discard(causeOf(error));
      throw error;
    }
  }
}

async function taken(intake: Intake, call: IdempotentCall | undefined): Promise<TakenList> {
  const submitted = await intake.submit(call);
  if (typeof submitted === 'string')
    return { requestId: intake.requestId, state: submitted, isReplay: false };
  await intake.discard();
  return { ...submitted, isReplay: true };
}

/** For the log: a code where there is one, never a message, which may quote the list. */
function causeOf(error: unknown): string {
  if (error instanceof Refusal) return error.errors.map(({ errorCode }) => errorCode).join();
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : typeof error;
}
