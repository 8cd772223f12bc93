import type { Bench, Scale } from '../frame/bench.js';
import { measured, type Measurement, quantile } from '../frame/measurement.js';
import { progress } from '../frame/progress.js';
import { Seeding } from '../seeding/seeding.js';
import { ended, submitCsv } from '../system/lists.js';

interface Plan {
  /** Records of the giant, more than are worked off meanwhile. */
  readonly giant: number;
  /** Small requests, one after the other. */
  readonly requests: number;
}

const PLANS: Readonly<Record<Scale, Plan>> = {
  quick: { giant: 20_000, requests: 10 },
  usual: { giant: 60_000, requests: 20 },
  full: { giant: 1_000_000, requests: 60 },
};
const SMALL_RECORDS = 10;
const WARM_UP_RECORDS = 2_000;
const IDA_MS = 100;
const ADDED_MS_MAX = 3_000;

/** How long a small list takes that is handed in while a large one is under way. */
export const benchSmallRequest: Bench = async ({ scale }, directory) => {
  const { giant, requests } = PLANS[scale];
  const seeding = await Seeding.start({ directory, seeders: 1 });
  await seeding.setDelay(IDA_MS);
  await seeding.block(WARM_UP_RECORDS);
  progress(`a list of ${giant} people`);
  const giantId = await submitCsv(seeding.system, seeding.nextPeople(giant));
  const takenMs: number[] = [];
  for (let request = 1; request <= requests; request += 1) {
    progress(`beside it list ${request} of ${requests}`);
    const id = await submitCsv(seeding.system, seeding.nextPeople(SMALL_RECORDS));
    const { createdAt, endedAt } = await ended(seeding.system, id);
    takenMs.push(endedAt.getTime() - createdAt.getTime());
  }
  await mustRunStill(seeding, giantId);
  return [row('p50', quantile(takenMs, 0.5)), row('p95', quantile(takenMs, 0.95))];
};

async function mustRunStill({ system }: Seeding, giantId: string): Promise<void> {
  const running = await system.query(`SELECT 1 FROM request WHERE id = $1 AND state = 'processing'`, [
    giantId,
  ]);
  if (running.length === 0) throw new Error('The giant has ended too soon: nothing was measured beside it.');
}

function row(which: string, value: number): Measurement {
  return measured({
    name: `small-request: ten records beside a giant, IDA at ${IDA_MS} ms, ${which}`,
    value,
    unit: 'ms',
    floor: IDA_MS,
    target: { atMost: ADDED_MS_MAX + SMALL_RECORDS * IDA_MS },
  });
}
