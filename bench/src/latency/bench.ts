import { setTimeout as pause } from 'node:timers/promises';

import type { Bench, Scale } from '../frame/bench.js';
import { measured, type Measurement, quantile } from '../frame/measurement.js';
import { progress } from '../frame/progress.js';
import { Seeding } from '../seeding/seeding.js';
import { ended, submitCsv } from '../system/lists.js';

const LISTS: Readonly<Record<Scale, number>> = { quick: 30, usual: 30, full: 200 };
const WARM_UP_LISTS = 5;
const IDA_MS = 100;
const ADDED_MS_MAX = 300;
/** Between two of them: each is to meet a system that stands idle. */
const PAUSE_MS = 100;

/** How long it takes from the first byte of a list with one person to its end, when there is nothing else to do. */
export const benchLatency: Bench = async ({ scale }, directory) => {
  const seeding = await Seeding.start({ directory, seeders: 1 });
  await seeding.setDelay(IDA_MS);
  await timesMs(seeding, WARM_UP_LISTS);
  progress(`${LISTS[scale]} lists of one person`);
  const takenMs = await timesMs(seeding, LISTS[scale]);
  return [row('p50', quantile(takenMs, 0.5)), row('p95', quantile(takenMs, 0.95))];
};

/** By the clock of the database: from the moment that the request was made to the one that it ended. */
async function timesMs(seeding: Seeding, lists: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let list = 0; list < lists; list += 1) {
    await pause(PAUSE_MS);
    const id = await submitCsv(seeding.system, seeding.nextPeople(1));
    const { createdAt, endedAt } = await ended(seeding.system, id);
    taken.push(endedAt.getTime() - createdAt.getTime());
  }
  return taken;
}

function row(which: string, value: number): Measurement {
  const name = `latency: one queued record, IDA at ${IDA_MS} ms, ${which}`;
  return measured({ name, value, unit: 'ms', floor: IDA_MS, target: { atMost: ADDED_MS_MAX + IDA_MS } });
}
