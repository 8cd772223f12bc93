import { setTimeout as wait } from 'node:timers/promises';

import { RecordSealer } from '@mts/crypto';
import type { ResultRow } from '@mts/domain';
import { openRequestOptions, type RequestOptions } from '@mts/inputs';
import { OfferedRanges, RangeStore } from '@mts/store';

import type { GatewayFixture } from './gateway-fixture.js';

/** What a request holds whose caller waits. */
export interface Awaited {
  readonly id: string;
  readonly record: unknown;
  readonly options: RequestOptions;
}

/** What the seeder has learnt of the record; undefined while IDA is silent. */
export type AwaitedAnswer = (awaited: Awaited) => Learnt | Promise<Learnt>;
type Learnt = Partial<ResultRow> | undefined;

const LOOKED_EVERY_MS = 5;

/** Does what a seeder does for callers who wait, with the database alone. */
export class AwaitedSeeder {
  /** In the order in which they came. */
  readonly asked: Awaited[] = [];
  private readonly stopping = new AbortController();
  private readonly ranges: RangeStore;
  private readonly offered: OfferedRanges;
  private working: Promise<void> = Promise.resolve();

  private constructor(
    private readonly gateway: GatewayFixture,
    private readonly answer: AwaitedAnswer,
  ) {
    this.ranges = new RangeStore(gateway.database);
    this.offered = new OfferedRanges(gateway.database);
  }

  static async start(gateway: GatewayFixture, answer: AwaitedAnswer): Promise<AwaitedSeeder> {
    await gateway.seederLives(ID);
    const seeder = new AwaitedSeeder(gateway, answer);
    seeder.working = seeder.work();
    return seeder;
  }

  /** Its process is gone, however it stood with its work. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.working;
    await this.gateway.seeders.leave(ID);
  }

  private async work(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      for (const { requestId } of await this.offered.waiting(10)) await this.ask(requestId);
      await wait(LOOKED_EVERY_MS);
    }
  }

  private async ask(id: string): Promise<void> {
    const request = await this.gateway.requests.find(id);
    const lease = await this.ranges.take(id, 0);
    if (lease === undefined || request?.sealedOptions == null) return;
    await this.ranges.markSent(lease, 1);
    const [record] = await this.gateway.sealedRecords(id);
    const options = openRequestOptions(id, request.sealedOptions, await this.gateway.key(id, 'input'));
    const awaited = { id, record, options };
    this.asked.push(awaited);
    const row = await this.answer(awaited);
    if (row !== undefined) await this.store(id, lease, row);
  }

  private async store(
    id: string,
    lease: Parameters<RangeStore['finish']>[0],
    row: Partial<ResultRow>,
  ): Promise<void> {
    const sealer = new RecordSealer(await this.gateway.key(id, 'results'));
    const place = { table: 'record', column: 'sealed_outcome', requestId: id, line: 1 };
    const whole: ResultRow = { vid: null, token: null, errorCode: null, errorMessage: null, ...row };
    const outcome = {
      line: 1,
      state: whole.token === null ? ('error' as const) : ('processed' as const),
      sealedOutcome: sealer.seal(place, Buffer.from(JSON.stringify(whole))),
      errorCode: whole.errorCode,
      tokenIndex: whole.token === null ? null : Buffer.from('0123456789abcdef'),
    };
    await this.ranges.saveOutcomes([{ lease, outcome }]);
    await this.ranges.finish(lease);
  }
}

const ID = '00000000-0000-4000-8000-000000000001';
