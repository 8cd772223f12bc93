import { performance } from 'node:perf_hooks';

import type { BenchOptions } from '../frame/bench.js';
import { Child } from '../frame/child.js';
import { measured, type Measurement, quantile } from '../frame/measurement.js';
import { type AskedRow, pickRows } from '../ida-simulator/rows.js';
import { startSimulatorApp, System } from '../system/system.js';
import { type Ask, askDirectly, askThroughUs } from './ask.js';

/** More change nothing: people are found by an index, and each call stands by itself. */
const PEOPLE_MAX = 5000;
const CALLS_MAX = 500;
/** Until code is compiled and connections are open, on both ways. */
const WARM_UP_CALLS = 100;
const ADDED_P50_MS_MAX = 50;

/**
 * How long a caller waits who hands in one person, beside how long IDA alone takes: each person is asked about on both
 * ways, one right after the other, and which one goes first changes every time.
 */
export async function benchSyncLatency(
  { people, requests }: BenchOptions,
  directory: string,
): Promise<readonly Measurement[]> {
  const [count, calls] = [Math.min(people, PEOPLE_MAX), Math.min(requests, CALLS_MAX)];
  const module = new URL('../ida-simulator/people-process.js', import.meta.url);
  await (await Child.start(module, [String(count), directory])).stop();
  const rows = await pickRows(directory, count, WARM_UP_CALLS + calls);
  const simulator = await startSimulatorApp(directory);
  const system = await System.start({ directory, authUrl: simulator.authUrl });
  const ways = { direct: await askDirectly(system), through: askThroughUs(system) };
  await measure(rows.slice(0, WARM_UP_CALLS), ways);
  return figures(await measure(rows.slice(WARM_UP_CALLS), ways));
}

interface Ways {
  readonly direct: Ask;
  readonly through: Ask;
}

interface Taken {
  readonly directMs: number;
  readonly throughMs: number;
  readonly agree: boolean;
}

async function measure(rows: readonly AskedRow[], { direct, through }: Ways): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  for (const [index, row] of rows.entries()) {
    const isDirectFirst = index % 2 === 0;
    const first = await timed(isDirectFirst ? direct : through, row);
    const second = await timed(isDirectFirst ? through : direct, row);
    const [alone, ours] = isDirectFirst ? [first, second] : [second, first];
    taken.push({ directMs: alone.ms, throughMs: ours.ms, agree: alone.said === ours.said });
  }
  return taken;
}

async function timed(ask: Ask, row: AskedRow): Promise<{ readonly ms: number; readonly said: string }> {
  const startedAt = performance.now();
  const said = await ask(row);
  return { ms: performance.now() - startedAt, said };
}

function figures(taken: readonly Taken[]): readonly Measurement[] {
  const direct = taken.map(({ directMs }) => directMs);
  const through = taken.map(({ throughMs }) => throughMs);
  const added = taken.map(({ directMs, throughMs }) => throughMs - directMs);
  const agreed = taken.filter(({ agree }) => agree).length;
  return [
    measured({
      name: 'sync: answers as IDA gives them',
      value: (100 * agreed) / taken.length,
      unit: '%',
      target: { atLeast: 100 },
    }),
    measured({
      name: 'sync: p50',
      value: quantile(through, 0.5),
      unit: 'ms',
      floor: quantile(direct, 0.5),
    }),
    measured({
      name: 'sync: p95',
      value: quantile(through, 0.95),
      unit: 'ms',
      floor: quantile(direct, 0.95),
    }),
    measured({
      name: 'sync: added, p50',
      value: quantile(added, 0.5),
      unit: 'ms',
      target: { atMost: ADDED_P50_MS_MAX },
    }),
    measured({ name: 'sync: added, p95', value: quantile(added, 0.95), unit: 'ms' }),
  ];
}
