import type { OpenRecord, ProfileStore } from '@mts/store';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { CallGate } from './call-gate.js';
import { PassRun } from './pass-run.js';
import { RateCap } from './rate-cap.js';
import type { AfterAsk, Desk, RecordAsker } from './record-asker.js';

const NEVER = new AbortController().signal;
const DESK = { claim: { urgency: 'listed', requestId: 'a' }, maySend: () => true } as Desk;

/** The budget of one seeder that shares it with nobody. */
class Budget implements Pick<ProfileStore, 'reserveCalls'> {
  private nextFreeAtMs = 0;

  async reserveCalls(calls: number, perSecondMax: number): Promise<number> {
    const atMs = Math.max(this.nextFreeAtMs, performance.now());
    this.nextFreeAtMs = atMs + (1000 * calls) / perSecondMax;
    return Promise.resolve(atMs - performance.now());
  }
}

/** Calls that wait for their connection to IDA, and are sent when it stands; as the asker does that with the client. */
class Connections implements Pick<RecordAsker, 'ask'> {
  readonly sentAtMs: number[] = [];
  /** As each record was handed in to be asked about, by line. */
  readonly asked: OpenRecord[] = [];
  private standing = Promise.withResolvers<void>();

  open(): void {
    this.standing.resolve();
  }

  async ask({ maySend }: Desk, record: OpenRecord): Promise<AfterAsk> {
    this.asked.push(record);
    await this.standing.promise;
    if (!maySend()) return 'stopped';
    this.sentAtMs.push(performance.now());
    return 'answered';
  }
}

const records = (count: number): OpenRecord[] =>
  Array.from({ length: count }, (_, at) => ({
    line: at + 1,
    state: 'submitted',
    attempts: 0,
    withdrawn: false,
    sealedInput: Buffer.alloc(0),
  }));

function mostIn(stretchMs: number, atMs: readonly number[]): number {
  return Math.max(...atMs.map((from) => atMs.filter((ms) => ms >= from && ms < from + stretchMs).length));
}

let connections: Connections;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  connections = new Connections();
});
afterEach(() => vi.useRealTimers());

async function pass(ms: number): Promise<void> {
  for (let step = 0; step < ms / 10; step += 1) await vi.advanceTimersByTimeAsync(10);
}

function runWith(perSecondMax: number, signal = NEVER): PassRun {
  const limit = { places: 8, noteFull: () => undefined };
  const gate = new CallGate(limit, { places: Infinity }, new RateCap(new Budget(), perSecondMax));
  return new PassRun(gate, connections, DESK, signal);
}

it('sends no more than the rate cap allows when many connections stand at the same time, and asks about all', async () => {
  const run = runWith(2);
  const asking = run.ask(records(20)).then(async () => run.ended());
  await pass(10_000);
  connections.open();
  await pass(15_000);
  await asking;
  expect(connections.sentAtMs).toHaveLength(20);
  for (const stretchMs of [1, 500, 1000, 3000])
    expect(mostIn(stretchMs, connections.sentAtMs)).toBeLessThanOrEqual(Math.ceil((stretchMs + 1000) / 500));
  expect(run.goesOn).toBe(true);
});

it('asks about one whose call came too late as about one that is known not to have been asked', async () => {
  const run = runWith(2);
  const asking = run.ask(records(1)).then(async () => run.ended());
  await pass(3000);
  connections.open();
  await pass(1000);
  await asking;
  expect(connections.asked).toEqual([...records(1), { ...records(1)[0], withdrawn: true }]);
});

it('stops with the work where a call came too late', async () => {
  const stop = new AbortController();
  const run = runWith(0.1, stop.signal);
  const asking = run.ask(records(1)).then(async () => run.ended());
  await pass(3000);
  connections.open();
  await pass(1000);
  stop.abort();
  await asking;
  expect([connections.sentAtMs, run.goesOn]).toEqual([[], false]);
});
