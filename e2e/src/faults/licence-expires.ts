import { setTimeout as wait } from 'node:timers/promises';

import { until } from '@mts/testing';

import type { Envelope } from '../gateway.js';
import { audit } from './audit.js';
import type { Fault, FaultReport, FaultScale } from './fault.js';
import { FaultSystem } from './fault-system.js';

interface Size {
  readonly records: number;
  readonly expiredSeconds: number;
  readonly latencyMs: number;
}

const SIZES: Readonly<Record<FaultScale, Size>> = {
  short: { records: 400, expiredSeconds: 2, latencyMs: 100 },
  full: { records: 8000, expiredSeconds: 60, latencyMs: 20 },
};
const IN_FLIGHT_MAX = 8;
const SEEDERS = 2;
/** Asked for at full size alone: the short form runs beside others. */
const HELD_SECONDS_MAX = 1;
/** After it is known no call of a record is made; preflights, which touch nobody, come now and then. */
const CALLS_WHEN_HELD_MAX = 20;

/** The MISP's licence key expires in mid-run, and is renewed: a configuration fault that a preflight finds. */
export const licenceExpires: Fault = {
  name: 'licence-expires',
  title: {
    short: `the licence expires for ${String(SIZES.short.expiredSeconds)} s`,
    full: `the licence expires for ${String(SIZES.full.expiredSeconds)} s`,
  },
  fullMinutes: 3,
  run: async (scale) => {
    const { records } = SIZES[scale];
    const env = { MTS_IDA_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX) };
    return FaultSystem.use({ records, env, seeders: SEEDERS }, async (system) => expire(system, scale));
  },
};

async function expire(system: FaultSystem, scale: FaultScale): Promise<FaultReport> {
  const { latencyMs, expiredSeconds } = SIZES[scale];
  await system.ida.setFaults({ latencyMs });
  const request = await system.submit();
  await system.untilSettled(Math.floor(system.people.length / 4));
  await system.ida.setFaults({ latencyMs, mispExpired: true });
  system.phase = 'the licence has expired';
  const expiredAtMs = performance.now();
  await until(async () => isHeld(system), { timeoutMs: 60_000, what: 'the hold of an expired licence' });
  const heldAfterSeconds = (performance.now() - expiredAtMs) / 1000;
  const broken: string[] = [];
  const held = `all was held ${heldAfterSeconds.toFixed(1)} s after the licence had expired (limit ${String(HELD_SECONDS_MAX)} s)`;
  if (scale === 'full' && heldAfterSeconds > HELD_SECONDS_MAX) broken.push(held);
  // The other seeder hears of it within a second.
  await wait(1000);
  const before = await system.ida.counters();
  await wait(expiredSeconds * 1000);
  const calls = (await system.ida.counters()).calls - before.calls;
  if (calls > CALLS_WHEN_HELD_MAX) broken.push(`IDA was called ${String(calls)} times while all was held`);
  await system.ida.setFaults({ latencyMs });
  system.phase = 'the licence is renewed';
  const resumedAfterSeconds = await system.secondsToNextOutcome();
  await system.gateway.finished(request.id, 600_000);
  const { unanswered: askedTwiceMax } = await system.ida.counters();
  const remarks = broken.includes(held) ? [] : [held];
  return audit(system, { requests: [request], askedTwiceMax, resumedAfterSeconds, broken, remarks });
}

async function isHeld(system: FaultSystem): Promise<boolean> {
  const { data } = await system.gateway.get<Envelope<{ idaHold: object | null }>>('/health');
  return (data.response?.idaHold ?? null) !== null;
}
