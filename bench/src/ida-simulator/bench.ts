import { performance } from 'node:perf_hooks';
import { join } from 'node:path';

import { provision } from '@mts/ida-simulator';

import type { BenchOptions } from '../frame/bench.js';
import { Child } from '../frame/child.js';
import { measured, type Measurement } from '../frame/measurement.js';
import type { ProcessUsage } from '../frame/process-usage.js';
import { prepareCalls, type Call } from './calls.js';
import { cryptographyPerCpuSecond } from './ceiling.js';
import { send } from './load.js';
import { pickRows } from './rows.js';
import type { SimulatorReport } from './simulator-process.js';

/** As `npm run people` has them. */
const PEOPLE_NODE_OPTIONS = ['--max-semi-space-size=16'];
/** Until the simulator's code is compiled and its people are in the page cache. */
const WARM_UP_REQUESTS = 1000;
const LEAST_REQUESTS_PER_CPU_SECOND = 400;
const MOST_MEMORY_MB = 300;

/** A simulator with all checks on and the people of `npm run people`, asked about one after another of them. */
export async function benchIdaSimulator(
  { people, requests }: BenchOptions,
  directory: string,
): Promise<readonly Measurement[]> {
  const list = await makePeople(people, directory);
  const keys = join(directory, 'ida');
  // IDA takes a request for a minute. Its clock stands still, so that all can be made before the first is sent.
  const now = new Date().toISOString();
  const { relyingParty } = await provision(keys);
  const rows = await pickRows(directory, people, WARM_UP_REQUESTS + requests);
  const calls = await prepareCalls(rows, { keys, now });
  const ceiling = cryptographyPerCpuSecond();
  const { mispLicenceKey, partnerId, apiKey } = relyingParty;
  const path = `/idauthentication/v1/auth/${mispLicenceKey}/${partnerId}/${apiKey}`;
  const population = join(directory, 'population.ndjson');
  const answering = await measureAnswering([keys, population, now], path, calls);
  return [...list, ...figures(answering, ceiling)];
}

async function makePeople(count: number, directory: string): Promise<readonly Measurement[]> {
  const module = new URL('./people-process.js', import.meta.url);
  const child = await Child.start(module, [String(count), directory], PEOPLE_NODE_OPTIONS);
  const { cpuMs, peakRssMb } = await child.usage();
  await child.stop();
  return [
    measured({ name: 'people: rows per CPU second', value: (1000 * count) / cpuMs, unit: '1/s' }),
    measured({
      name: 'people: peak memory',
      value: peakRssMb,
      unit: 'MB',
      target: { atMost: MOST_MEMORY_MB },
    }),
  ];
}

interface Answering {
  readonly loaded: ProcessUsage;
  readonly end: ProcessUsage;
  readonly count: number;
  readonly asExpected: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function measureAnswering(
  args: readonly string[],
  path: string,
  calls: readonly Call[],
): Promise<Answering> {
  const module = new URL('./simulator-process.js', import.meta.url);
  const child = await Child.start<SimulatorReport>(module, args);
  const { url } = child.report;
  const loaded = await child.usage();
  await send(url + path, calls.slice(0, WARM_UP_REQUESTS));
  const measuredCalls = calls.slice(WARM_UP_REQUESTS);
  const [before, startedAt] = [await child.usage(), performance.now()];
  const asExpected = await send(url + path, measuredCalls);
  const [wallMs, end] = [performance.now() - startedAt, await child.usage()];
  await child.stop();
  const cpuMs = end.cpuMs - before.cpuMs;
  return { loaded, end, count: measuredCalls.length, asExpected, wallMs, cpuMs };
}

function figures(answering: Answering, ceiling: number): readonly Measurement[] {
  const { loaded, end, count, asExpected, wallMs, cpuMs } = answering;
  return [
    measured({ name: 'simulator: start, CPU time', value: loaded.cpuMs / 1000, unit: 's' }),
    measured({
      name: 'simulator: memory after the start',
      value: loaded.rssMb,
      unit: 'MB',
      target: { atMost: MOST_MEMORY_MB },
    }),
    measured({
      name: 'simulator: peak memory',
      value: end.peakRssMb,
      unit: 'MB',
      target: { atMost: MOST_MEMORY_MB },
    }),
    measured({
      name: 'simulator: answers as expected',
      value: (100 * asExpected) / count,
      unit: '%',
      target: { atLeast: 100 },
    }),
    measured({
      name: 'simulator: requests per CPU second',
      value: (1000 * count) / cpuMs,
      unit: '1/s',
      ceiling,
      target: { atLeast: LEAST_REQUESTS_PER_CPU_SECOND },
    }),
    measured({ name: 'simulator: requests, all its threads', value: (1000 * count) / wallMs, unit: '1/s' }),
  ];
}
