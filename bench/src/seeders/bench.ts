import type { Bench, Scale } from '../frame/bench.js';
import { measured, type Measurement, middleOf } from '../frame/measurement.js';
import { progress } from '../frame/progress.js';
import { Seeding } from '../seeding/seeding.js';
import { busyProcessors } from '../frame/busy-processors.js';

interface Plan {
  readonly rounds: number;
  /** For each seeder: as many more people as there are more of them. */
  readonly records: number;
}

const PLANS: Readonly<Record<Scale, Plan>> = {
  quick: { rounds: 1, records: 1_000 },
  usual: { rounds: 3, records: 2_000 },
  full: { rounds: 7, records: 3_000 },
};
const SEEDERS = [1, 2, 4] as const;
const IDA_MS = 100;
/** So few that the calls in flight are what limits, and not two processors. */
const IN_FLIGHT = 16;
const WARM_UP_RECORDS = 300;
const SHARE_MIN = 0.9;
/** With less than this part of the processors idle, one seeder more takes from the others. */
const FULL_PART = 0.9;

interface Taken {
  readonly perSecond: number;
  /** Part of the machine's processor time that was used, by whomever. */
  readonly busyPart: number;
}

/** What each further seeder adds, where IDA takes its time. */
export const benchSeeders: Bench = async ({ scale }, directory) => {
  const { rounds, records } = PLANS[scale];
  const env = { MTS_IDA_IN_FLIGHT_MAX: String(IN_FLIGHT) };
  const seeding = await Seeding.start({ directory, seeders: 0, env });
  await seeding.setDelay(IDA_MS);
  const taken = new Map<number, Taken[]>(SEEDERS.map((seeders) => [seeders, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const seeders of SEEDERS) {
      progress(`${seeders} at a time, round ${round + 1} of ${rounds}`);
      while (seeding.system.seeders.length < seeders) await seeding.system.startSeeder();
      await seeding.block(WARM_UP_RECORDS * seeders);
      const busy = busyProcessors();
      const { perSecond } = await seeding.block(records * seeders);
      taken.get(seeders)?.push({ perSecond, busyPart: busy() });
    }
    await seeding.system.stopSeeders();
  }
  const alone = middleOf((taken.get(1) ?? []).map(({ perSecond }) => perSecond)).value;
  return [...taken].flatMap(([seeders, rows]) => figures(seeders, rows, alone));
};

function figures(seeders: number, taken: readonly Taken[], alone: number): readonly Measurement[] {
  const name = `seeders: ${seeders}, ${IN_FLIGHT} calls in flight each, IDA at ${IDA_MS} ms`;
  const busy = middleOf(taken.map(({ busyPart }) => busyPart)).value;
  return [
    measured({
      name,
      ...middleOf(taken.map(({ perSecond }) => perSecond)),
      unit: '1/s',
      ceiling: alone * seeders,
      ...(busy < FULL_PART ? { target: { ratioAtLeast: SHARE_MIN } } : {}),
    }),
    measured({ name: `${name}: processors busy`, value: 100 * busy, unit: '%' }),
  ];
}
