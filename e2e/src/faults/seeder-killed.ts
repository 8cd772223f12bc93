import { until } from '@mts/testing';

import { audit } from './audit.js';
import type { Fault, FaultReport, FaultScale } from './fault.js';
import { FaultSystem } from './fault-system.js';

interface Size {
  readonly records: number;
  readonly kills: number;
  /** What a killed seeder held is in the hands of another by then. Not asked of a machine that does other things too. */
  readonly takenUpSecondsMax: number | undefined;
}

const SIZES: Readonly<Record<FaultScale, Size>> = {
  short: { records: 900, kills: 2, takenUpSecondsMax: undefined },
  full: { records: 20_000, kills: 20, takenUpSecondsMax: 15 },
};
const IN_FLIGHT_MAX = 16;

/** kill -9 of the only seeder, again and again; each time a new one is started in its place. */
export const seederKilled: Fault = {
  name: 'seeder-killed',
  title: {
    short: `a seeder is killed ${String(SIZES.short.kills)} times`,
    full: `a seeder is killed ${String(SIZES.full.kills)} times`,
  },
  fullMinutes: 5,
  run: async (scale) => {
    const { records } = SIZES[scale];
    const env = { MTS_IDA_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX) };
    return FaultSystem.use({ records, env }, async (system) => killOften(system, SIZES[scale]));
  },
};

async function killOften(
  system: FaultSystem,
  { records, kills, takenUpSecondsMax }: Size,
): Promise<FaultReport> {
  await system.ida.setFaults({ latencyMs: 20 });
  const request = await system.submit();
  const takenUp: number[] = [];
  let askedTwiceMax = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    system.phase = `before kill ${String(kill)} of ${String(kills)}`;
    await system.untilSettled(Math.floor((records * kill) / (kills + 2)));
    const [seeder] = system.running('seeder');
    await seeder?.kill();
    askedTwiceMax += Math.min(IN_FLIGHT_MAX, await system.sentNotStored());
    const [seconds] = await Promise.all([secondsToTakeUp(system), system.startApp('seeder')]);
    takenUp.push(seconds);
  }
  system.phase = 'after the kills';
  await system.gateway.finished(request.id, 300_000);
  const [resumedAfterSeconds, resumedSecondsMax] = [Math.max(...takenUp), takenUpSecondsMax];
  return audit(system, { requests: [request], askedTwiceMax, resumedAfterSeconds, resumedSecondsMax });
}

interface HeldRange {
  readonly n: number;
  readonly epoch: number;
}

/** Until every range that is held now, by nobody who lives, is held by another. */
async function secondsToTakeUp(system: FaultSystem): Promise<number> {
  const startedAtMs = performance.now();
  const orphans = await system.postgres.query<HeldRange>(
    'SELECT n, epoch FROM mts.range WHERE lease_until > now() AND finished_at IS NULL',
  );
  await until(
    async () => {
      const ranges = await system.postgres.query<HeldRange>('SELECT n, epoch FROM mts.range');
      return orphans.every(({ n, epoch }) => ranges.some((now) => now.n === n && now.epoch > epoch));
    },
    { timeoutMs: 120_000, what: 'the ranges of a killed seeder to be taken up' },
  );
  return (performance.now() - startedAtMs) / 1000;
}
