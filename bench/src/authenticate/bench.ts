import { join } from 'node:path';

import { OPTIONS } from '@mts/platform';

import { CeilingLoop } from '../ceiling/loop.js';
import type { Bench, Scale } from '../frame/bench.js';
import { measured, type Measurement, middleOf } from '../frame/measurement.js';
import { progress } from '../frame/progress.js';
import { type Block, Seeding } from '../seeding/seeding.js';

interface Plan {
  readonly rounds: number;
  /** Records in a block, of the ceiling and of the seeders alike. */
  readonly records: number;
  /** The same where each call takes its time. */
  readonly slowRecords: number;
}

const PLANS: Readonly<Record<Scale, Plan>> = {
  quick: { rounds: 3, records: 3_000, slowRecords: 1_500 },
  usual: { rounds: 7, records: 6_000, slowRecords: 4_000 },
  full: { rounds: 11, records: 20_000, slowRecords: 8_000 },
};
/** Of the ceiling: enough to keep a processor busy, measured best of 16 to 128. */
const CEILING_IN_FLIGHT = 32;
const SLOW_MS = [20, 100] as const;
const { fallback: inFlightMax = Number.NaN } = OPTIONS.idaInFlightMax;
const RATIO_MIN = 0.85;
const ADDED_US_MAX = 250;

/** How fast seeders ask IDA, beside a loop that does the cryptography and the calls and nothing else. */
export const benchAuthenticate: Bench = async ({ scale }, directory) => {
  const plan = PLANS[scale];
  const seeding = await Seeding.start({ directory, seeders: 1 });
  const one = await atOnce(seeding, directory, 1, plan);
  const slow: Measurement[] = [];
  for (const delayMs of SLOW_MS) slow.push(await slowly(seeding, delayMs, one.loopPerSecond, plan));
  await seeding.setDelay(0);
  await seeding.system.startSeeder();
  const two = await atOnce(seeding, directory, 2, plan);
  return [...one.rows, ...two.rows, ...slow];
};

interface Compared {
  readonly rows: readonly Measurement[];
  /** What the loop comes to. */
  readonly loopPerSecond: number;
}

/** With an IDA that answers at once: blocks of the loop and of the seeders take turns. */
async function atOnce(
  seeding: Seeding,
  directory: string,
  processes: number,
  { rounds, records }: Plan,
): Promise<Compared> {
  const loop = await CeilingLoop.start(seeding.stub.authUrl, join(directory, 'ida'), {
    processes,
    inFlight: CEILING_IN_FLIGHT,
  });
  // Until code is compiled, connections are open and the limit of calls in flight is found.
  await loop.run(records);
  await seeding.block(records);
  const [loops, blocks]: [{ perSecond: number; cpuUs: number }[], Block[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    progress(`0 ms, ${processes} at a time, round ${round + 1} of ${rounds}`);
    const { wallMs, cpuMs } = await loop.run(records);
    loops.push({ perSecond: (1000 * records) / wallMs, cpuUs: (1000 * cpuMs) / records });
    blocks.push(await seeding.block(records));
  }
  await loop.stop();
  const loopPerSecond = middleOf(loops.map(({ perSecond }) => perSecond)).value;
  const loopUs = middleOf(loops.map(({ cpuUs }) => cpuUs)).value;
  const rate = measured({
    name: `authenticate: 0 ms, ${processes} seeder${processes === 1 ? '' : 's'}`,
    ...middleOf(blocks.map(({ perSecond }) => perSecond)),
    unit: '1/s',
    ceiling: loopPerSecond,
    target: { ratioAtLeast: RATIO_MIN },
  });
  return { rows: processes === 1 ? [rate, ...cost(blocks, loopUs)] : [rate], loopPerSecond };
}

function cost(blocks: readonly Block[], loopUs: number): readonly Measurement[] {
  const added = blocks.map(({ seederUs, postgresUs }) => seederUs + postgresUs - loopUs);
  return [
    measured({
      name: 'authenticate: CPU of a seeder per record',
      ...middleOf(blocks.map(({ seederUs }) => seederUs)),
      unit: 'µs',
      floor: loopUs,
    }),
    measured({
      name: 'authenticate: CPU of PostgreSQL per record',
      ...middleOf(blocks.map(({ postgresUs }) => postgresUs)),
      unit: 'µs',
    }),
    measured({
      name: 'authenticate: CPU of database, sealing, queue and bookkeeping per record',
      ...middleOf(added),
      unit: 'µs',
      target: { atMost: ADDED_US_MAX },
    }),
  ];
}

/** With an IDA that takes its time: what limits is the calls in flight, or still the processor. */
async function slowly(
  seeding: Seeding,
  delayMs: number,
  loopPerSecond: number,
  { rounds, slowRecords }: Plan,
): Promise<Measurement> {
  await seeding.setDelay(delayMs);
  await seeding.block(slowRecords);
  const blocks: Block[] = [];
  for (let round = 0; round < rounds; round += 1) {
    progress(`${delayMs} ms, round ${round + 1} of ${rounds}`);
    blocks.push(await seeding.block(slowRecords));
  }
  return measured({
    name: `authenticate: ${delayMs} ms, 1 seeder`,
    ...middleOf(blocks.map(({ perSecond }) => perSecond)),
    unit: '1/s',
    ceiling: Math.min(loopPerSecond, (1000 * inFlightMax) / delayMs),
    target: { ratioAtLeast: RATIO_MIN },
  });
}
