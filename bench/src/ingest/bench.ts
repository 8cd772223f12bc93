import { join } from 'node:path';

import type { BenchOptions, Scale } from '../frame/bench.js';
import { Child } from '../frame/child.js';
import { measured, type Measurement, middleOf, quantile } from '../frame/measurement.js';
import { progress } from '../frame/progress.js';
import { submitCsv } from '../system/lists.js';
import { peopleCsv, writePeopleCsv } from '../system/people.js';
import { askStatus, Steadily } from '../system/steadily.js';
import { appUsage, System } from '../system/system.js';
import type { StoringTask, StoringTaken } from './storing-process.js';
import type { UploadTask, UploadTaken } from './upload-process.js';

const SIZES: Readonly<Record<Scale, { readonly rows: number; readonly rounds: number }>> = {
  quick: { rows: 50_000, rounds: 2 },
  usual: { rows: 200_000, rounds: 3 },
  full: { rows: 1_000_000, rounds: 3 },
};
/** Until code is compiled; on both sides. */
const WARM_UP_ROWS = 20_000;

const ROWS_PER_SECOND_MIN = 15_000;
const MEMORY_MB_MAX = 300;
const STATUS_P99_MS_MAX = 200;
const ASK_EVERY_MS = 25;

/** Nobody is there to be asked: only the taking in is measured. */
const NO_IDA = 'http://127.0.0.1:9/idauthentication/v1/auth';

interface Round {
  readonly rowsPerSecond: number;
  readonly ceiling: number;
  readonly statusMs: readonly number[];
  readonly gatewayMicroseconds: number;
  readonly postgresMicroseconds: number;
}

/**
 * How fast a CSV file of seven columns is taken in, beside one process that only parses, seals and stores the same rows in
 * a table like ours, one after the other; and what other callers notice of it.
 */
export async function benchIngest(
  { scale }: BenchOptions,
  directory: string,
): Promise<readonly Measurement[]> {
  const { rows, rounds } = SIZES[scale];
  const files = { warmUp: join(directory, 'warm-up.csv'), list: join(directory, 'list.csv') };
  await writePeopleCsv(files.warmUp, WARM_UP_ROWS);
  await writePeopleCsv(files.list, rows);
  const system = await System.start({ directory, authUrl: NO_IDA, seeders: 0 });
  const sides = await startSides(system);
  await measure(system, sides, files.warmUp, WARM_UP_ROWS);
  const taken: Round[] = [];
  while (taken.length < rounds) {
    progress(
      `ingest: ${rows.toLocaleString('en')} rows, round ${String(taken.length + 1)} of ${String(rounds)}`,
    );
    taken.push(await measure(system, sides, files.list, rows));
  }
  return figures(taken, (await appUsage(system.gateway)).peakRssMb);
}

interface Sides {
  readonly uploading: Child<object>;
  readonly storing: Child<object>;
}

async function startSides(system: System): Promise<Sides> {
  await system.query('CREATE TABLE ceiling (LIKE record INCLUDING ALL)');
  return {
    uploading: await Child.start(new URL('./upload-process.js', import.meta.url), [system.gatewayUrl]),
    storing: await Child.start(new URL('./storing-process.js', import.meta.url), [system.postgres.url]),
  };
}

/** The ceiling, and then the upload. */
async function measure(system: System, sides: Sides, path: string, rows: number): Promise<Round> {
  const afresh = async (): Promise<void> => {
    await system.query('TRUNCATE request, record, range, ceiling CASCADE');
    await system.query('CHECKPOINT');
  };
  await afresh();
  const storing: StoringTask = { path };
  const alone = await sides.storing.perform<StoringTaken>(storing);
  await afresh();
  const small = await submitCsv(system, peopleCsv(1, rows));
  const asking = new Steadily(async () => askStatus(system.gatewayUrl, small), ASK_EVERY_MS);
  const [gateway, postgres] = [await appUsage(system.gateway), await system.postgresUsage()];
  const upload: UploadTask = { path };
  const { seconds } = await sides.uploading.perform<UploadTaken>(upload);
  const perRow = (before: number, after: number): number => (1000 * (after - before)) / rows;
  return {
    rowsPerSecond: rows / seconds,
    ceiling: rows / alone.seconds,
    gatewayMicroseconds: perRow(gateway.cpuMs, (await appUsage(system.gateway)).cpuMs),
    postgresMicroseconds: perRow(postgres.cpuMs, (await system.postgresUsage()).cpuMs),
    statusMs: await asking.stop(),
  };
}

function figures(rounds: readonly Round[], peakRssMb: number): readonly Measurement[] {
  const middle = (of: (round: Round) => number) => middleOf(rounds.map(of));
  const statusMs = rounds.flatMap((round) => round.statusMs);
  return [
    measured({
      name: 'ingest: rows per second',
      ...middle(({ rowsPerSecond }) => rowsPerSecond),
      unit: 'rows/s',
      ceiling: middle(({ ceiling }) => ceiling).value,
      target: { atLeast: ROWS_PER_SECOND_MIN },
    }),
    measured({
      name: 'ingest: gateway peak memory',
      value: peakRssMb,
      unit: 'MB',
      target: { atMost: MEMORY_MB_MAX },
    }),
    measured({
      name: 'ingest: status calls meanwhile, p99',
      value: quantile(statusMs, 0.99),
      unit: 'ms',
      target: { atMost: STATUS_P99_MS_MAX },
    }),
    measured({ name: 'ingest: status calls meanwhile, p50', value: quantile(statusMs, 0.5), unit: 'ms' }),
    measured({
      name: 'ingest: CPU of the gateway per row, status calls included',
      ...middle(({ gatewayMicroseconds }) => gatewayMicroseconds),
      unit: 'µs',
    }),
    measured({
      name: 'ingest: CPU of PostgreSQL per row, status calls included',
      ...middle(({ postgresMicroseconds }) => postgresMicroseconds),
      unit: 'µs',
    }),
  ];
}
