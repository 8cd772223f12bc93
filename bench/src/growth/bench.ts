import type { Bench, Scale } from '../frame/bench.js';
import { measured, type Measurement } from '../frame/measurement.js';
import { progress } from '../frame/progress.js';
import { Seeding } from '../seeding/seeding.js';
import { appUsage } from '../system/system.js';

const SIZES: Readonly<Record<Scale, readonly number[]>> = {
  quick: [4_000, 16_000],
  usual: [10_000, 100_000],
  full: [10_000, 100_000, 1_000_000],
};
const WARM_UP_RECORDS = 2_000;
/** A list ten times as long may take 15 % more for each record. */
const RATIO_MIN = 0.85;
/** The garbage collector is in no hurry while there is room. */
const MEMORY_GROWTH_MAX = 1.2;

interface Taken {
  readonly records: number;
  readonly perSecond: number;
  readonly seederMb: number;
  readonly gatewayMb: number;
  readonly databaseBytes: number;
}

/** Whether a longer list costs more for each record, in time, in memory or in the database. */
export const benchGrowth: Bench = async ({ scale }, directory) => {
  const seeding = await Seeding.start({ directory, seeders: 1 });
  await seeding.block(WARM_UP_RECORDS);
  const taken: Taken[] = [];
  for (const records of SIZES[scale]) {
    progress(`a list of ${records} people`);
    taken.push(await take(seeding, records));
  }
  const [first] = taken;
  return first === undefined ? [] : taken.flatMap((one) => figures(one, first));
};

async function take(seeding: Seeding, records: number): Promise<Taken> {
  const before = await databaseBytes(seeding);
  const { perSecond } = await seeding.block(records);
  const { gateway, seeders } = seeding.system;
  const [seeder = gateway] = seeders;
  return {
    records,
    perSecond,
    seederMb: (await appUsage(seeder)).peakRssMb,
    gatewayMb: (await appUsage(gateway)).peakRssMb,
    databaseBytes: (await databaseBytes(seeding)) - before,
  };
}

async function databaseBytes({ system }: Seeding): Promise<number> {
  const [size] = await system.query<{ bytes: string }>(
    'SELECT pg_database_size(current_database()) AS bytes',
  );
  return Number(size?.bytes);
}

function figures(taken: Taken, first: Taken): readonly Measurement[] {
  const { records, perSecond, seederMb, gatewayMb } = taken;
  const name = `growth: ${records.toLocaleString('en')} records`;
  const memory = (app: string, value: number, ceiling: number): Measurement =>
    measured({
      name: `${name}, peak memory of the ${app}`,
      value,
      unit: 'MB',
      ...(taken === first ? {} : { target: { atMost: Math.round(MEMORY_GROWTH_MAX * ceiling) } }),
    });
  return [
    measured({
      name,
      value: perSecond,
      unit: '1/s',
      ...(taken === first ? {} : { ceiling: first.perSecond, target: { ratioAtLeast: RATIO_MIN } }),
    }),
    memory('seeder', seederMb, first.seederMb),
    memory('gateway', gatewayMb, first.gatewayMb),
    measured({ name: `${name}, database`, value: taken.databaseBytes / records, unit: 'bytes per record' }),
  ];
}
