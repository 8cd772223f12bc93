import type { BenchOptions, Scale } from '../frame/bench.js';
import { Child } from '../frame/child.js';
import { measured, type Measurement, middleOf } from '../frame/measurement.js';
import { forgetPeak } from '../frame/process-usage.js';
import { progress } from '../frame/progress.js';
import { appUsage, System } from '../system/system.js';
import { fetchResult } from './fetch-result.js';
import { type FinishedRequest, finishedRequest } from './finished-request.js';
import type { JqTaken, JqTask } from './jq-process.js';
import type { OpeningTaken, OpeningTask } from './opening-process.js';

interface Size {
  readonly records: number;
  /** The last ones of the list, for what takes longer. */
  readonly shapedRecords: number;
  readonly rounds: number;
}

const SIZES: Readonly<Record<Scale, Size>> = {
  quick: { records: 50_000, shapedRecords: 10_000, rounds: 2 },
  usual: { records: 200_000, shapedRecords: 50_000, rounds: 3 },
  full: { records: 1_000_000, shapedRecords: 1_000_000, rounds: 3 },
};
/** Until code is compiled; on both sides. */
const WARM_UP_RECORDS = 10_000;
const JQ_CEILING_RECORDS = 20_000;

/** As integrators write them: some of the record beside what became of it. */
const PROGRAM =
  '{id: .input.vid, name: .input.name, token: .output.token, status: .output.status, error: (.output.errorMessage // "")}';

const ROWS_PER_SECOND_MIN = 45_000;
const SHAPED_ROWS_PER_CPU_SECOND_MIN = 4000;
const MEMORY_MB_MAX = 300;

/** Nobody is there to be asked. */
const NO_IDA = 'http://127.0.0.1:9/idauthentication/v1/auth';

interface Download {
  readonly rowsPerSecond: number;
  readonly rowsPerCpuSecond: number;
  readonly peakRssMb: number;
}

/** How fast finished results are given out, beside one process that only reads, opens and writes the same rows. */
export async function benchDownload(
  { scale }: BenchOptions,
  directory: string,
): Promise<readonly Measurement[]> {
  const size = SIZES[scale];
  const system = await System.start({ directory, authUrl: NO_IDA, seeders: 0 });
  progress(`download: making ${size.records.toLocaleString('en')} results`);
  const finished = await finishedRequest(system, directory, size.records, { outputFormat: PROGRAM });
  const parts = { system, finished, size };
  return [...(await plain(parts)), ...(await others(parts)), ...(await shaped(parts))];
}

interface Parts {
  readonly system: System;
  readonly finished: FinishedRequest;
  readonly size: Size;
}

/** The default format, round by round after the ceiling. */
async function plain(parts: Parts): Promise<readonly Measurement[]> {
  const { system, finished, size } = parts;
  const module = new URL('./opening-process.js', import.meta.url);
  const opening = await Child.start(module, [system.postgres.url]);
  const key = finished.resultsKey.export().toString('base64');
  const task: OpeningTask = { requestId: finished.requestId, key };
  const [ceilings, downloads]: [number[], Download[]] = [[], []];
  await download(parts, 'layout=default', WARM_UP_RECORDS);
  for (let round = 0; round <= size.rounds; round += 1) {
    progress(`download: default format, round ${String(round)} of ${String(size.rounds)}`);
    const { rows, seconds } = await opening.perform<OpeningTaken>(task);
    if (round === 0) continue;
    ceilings.push(rows / seconds);
    downloads.push(await download(parts, 'layout=default', size.records));
  }
  await opening.stop();
  return [
    measured({
      name: 'download: rows per second, default format',
      ...middleOf(downloads.map(({ rowsPerSecond }) => rowsPerSecond)),
      unit: 'rows/s',
      ceiling: middleOf(ceilings).value,
      target: { atLeast: ROWS_PER_SECOND_MIN },
    }),
    memory('default format', downloads),
  ];
}

async function others(parts: Parts): Promise<readonly Measurement[]> {
  const queries = {
    ndjson: 'layout=default&format=ndjson',
    json: 'layout=default&format=json',
    'original layout, CSV': 'layout=original&format=csv',
  };
  const rows: Measurement[] = [];
  for (const [name, query] of Object.entries(queries)) {
    progress(`download: ${name}`);
    const one = await download(parts, query, parts.size.records);
    rows.push(
      measured({ name: `download: rows per second, ${name}`, value: one.rowsPerSecond, unit: 'rows/s' }),
      memory(name, [one]),
    );
  }
  return rows;
}

/** The format that the request asks for, on as many of its last records as there is time for. */
async function shaped(parts: Parts): Promise<readonly Measurement[]> {
  const { shapedRecords } = parts.size;
  const jq = await Child.start(new URL('./jq-process.js', import.meta.url), []);
  const task: JqTask = { program: PROGRAM, records: JQ_CEILING_RECORDS };
  progress('download: jq format');
  await jq.perform<JqTaken>(task);
  const { seconds } = await jq.perform<JqTaken>(task);
  const one = await download(parts, '', shapedRecords);
  return [
    measured({
      name: 'download: rows per CPU second, jq format',
      value: one.rowsPerCpuSecond,
      unit: 'rows/s',
      ceiling: JQ_CEILING_RECORDS / seconds,
      target: { atLeast: SHAPED_ROWS_PER_CPU_SECOND_MIN },
    }),
    measured({ name: 'download: rows per second, jq format', value: one.rowsPerSecond, unit: 'rows/s' }),
    memory('jq format', [one]),
  ];
}

function memory(name: string, downloads: readonly Download[]): Measurement {
  const value = Math.max(...downloads.map(({ peakRssMb }) => peakRssMb));
  return measured({
    name: `download: gateway peak memory, ${name}`,
    value,
    unit: 'MB',
    target: { atMost: MEMORY_MB_MAX },
  });
}

/** @param records of the list's end */
async function download(
  { system, finished, size }: Parts,
  query: string,
  records: number,
): Promise<Download> {
  const { gateway, gatewayUrl } = system;
  await forgetPeak(gateway.process.pid ?? 0);
  const before = await appUsage(gateway);
  const fromLine = String(size.records - records + 1);
  const url = `${gatewayUrl}/authtoken/file/${finished.requestId}?fromLine=${fromLine}&${query}`;
  const { seconds, lineFeeds } = await fetchResult(url);
  // A list in JSON is one line.
  if (lineFeeds > 0 && lineFeeds < records)
    throw new Error(`of ${String(records)} rows ${String(lineFeeds)} came`);
  const after = await appUsage(gateway);
  return {
    rowsPerSecond: records / seconds,
    rowsPerCpuSecond: (1000 * records) / (after.cpuMs - before.cpuMs),
    peakRssMb: after.peakRssMb,
  };
}
