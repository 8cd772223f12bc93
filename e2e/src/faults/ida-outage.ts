import { setTimeout as wait } from 'node:timers/promises';

import { until } from '@mts/testing';

import type { Envelope } from '../gateway.js';
import { type AuditedRecord, audit } from './audit.js';
import type { Fault, FaultReport, FaultScale } from './fault.js';
import { FaultSystem } from './fault-system.js';

/** How IDA fails. */
interface Outage {
  readonly name: string;
  readonly does: string;
  /** What the simulator is told. */
  readonly faults: Readonly<Record<string, unknown>>;
  /** Whether nobody gets an answer, or most still do. */
  readonly reach: 'everybody' | 'some';
}

interface Size {
  readonly records: number;
  readonly outageSeconds: number;
  readonly latencyMs: number;
  readonly answerTimeoutMs: number;
}

const SIZES: Readonly<Record<FaultScale, Size>> = {
  short: { records: 400, outageSeconds: 3, latencyMs: 100, answerTimeoutMs: 1500 },
  full: { records: 8000, outageSeconds: 60, latencyMs: 20, answerTimeoutMs: 10_000 },
};
const IN_FLIGHT_MAX = 8;
/** While the circuit is open there is one probe now and then, and whoever was on the way when it opened. */
const CALLS_IN_OUTAGE_MAX = IN_FLIGHT_MAX + 20;
/** No pause between two probes is longer in outages as short as these. */
const RESUMED_SECONDS_MAX = 75;
/** "No answer of IDA about this person arrived, twice": allowed where single calls break, and nobody can tell why. */
const SILENT_TWICE = 'MTS-IDA-001';

export const idaOutages: readonly Fault[] = (
  [
    { name: 'ida-503', does: 'IDA answers 503', faults: { httpStatus: 503 }, reach: 'everybody' },
    { name: 'ida-hangs', does: 'IDA does not answer', faults: { hang: true }, reach: 'everybody' },
    {
      name: 'ida-resets',
      does: 'IDA breaks a tenth of the connections',
      faults: { resetRate: 0.1 },
      reach: 'some',
    },
    { name: 'ida-html', does: 'a web page answers for IDA', faults: { html: true }, reach: 'everybody' },
  ] as const
).map(faultOf);

function faultOf(outage: Outage): Fault {
  return {
    name: outage.name,
    title: {
      short: `${outage.does} for ${String(SIZES.short.outageSeconds)} s`,
      full: `${outage.does} for ${String(SIZES.full.outageSeconds)} s`,
    },
    fullMinutes: 3,
    run: async (scale) => {
      const { records, answerTimeoutMs } = SIZES[scale];
      const env = {
        MTS_IDA_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX),
        MTS_IDA_ANSWER_TIMEOUT_MS: String(answerTimeoutMs),
      };
      return FaultSystem.use({ records, env }, async (system) => failFor(system, outage, SIZES[scale]));
    },
  };
}

async function failFor(system: FaultSystem, outage: Outage, size: Size): Promise<FaultReport> {
  const { latencyMs, outageSeconds } = size;
  await system.ida.setFaults({ latencyMs });
  const request = await system.submit();
  await system.untilSettled(Math.floor(system.people.length / 4));
  await system.ida.setFaults({ latencyMs, ...outage.faults });
  system.phase = outage.does;
  const broken: string[] = [];
  if (outage.reach === 'everybody') broken.push(...(await waitHeld(system, outageSeconds)));
  else await wait(outageSeconds * 1000);
  await system.ida.setFaults({ latencyMs });
  system.phase = 'IDA is well again';
  const resumedAfterSeconds = await system.secondsToNextOutcome(RESUMED_SECONDS_MAX * 2_000);
  await system.gateway.finished(request.id, 600_000);
  const { unanswered } = await system.ida.counters();
  return audit(system, {
    requests: [request],
    askedTwiceMax: unanswered,
    ...(outage.reach === 'everybody' && { resumedAfterSeconds, resumedSecondsMax: RESUMED_SECONDS_MAX }),
    broken,
    ...(outage.reach === 'some' && { allows: silentTwice }),
  });
}

/** Until the outage is known and then for its time: nobody but probes may go to IDA. */
async function waitHeld(system: FaultSystem, seconds: number): Promise<string[]> {
  await until(async () => (await heldFor(system)) !== null, {
    timeoutMs: 60_000,
    what: 'the hold that tells of the outage',
  });
  const before = await system.ida.counters();
  await wait(seconds * 1000);
  const calls = (await system.ida.counters()).calls - before.calls;
  const broken: string[] = [];
  if (calls > CALLS_IN_OUTAGE_MAX)
    broken.push(`IDA was called ${String(calls)} times while it was known to be out`);
  if ((await heldFor(system)) === null) broken.push('the hold ended during the outage');
  return broken;
}

async function heldFor(system: FaultSystem): Promise<string | null> {
  const { data } = await system.gateway.get<Envelope<{ idaHold: { code: string } | null }>>('/health');
  return data.response?.idaHold?.code ?? null;
}

function silentTwice({ actual, callCount }: AuditedRecord): boolean {
  return actual['errorCode'] === SILENT_TWICE && callCount === 2;
}
