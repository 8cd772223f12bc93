import { setTimeout as delay } from 'node:timers/promises';

import { audit } from './audit.js';
import type { Fault, FaultReport, FaultScale } from './fault.js';
import { FaultSystem } from './fault-system.js';

interface Size {
  readonly records: number;
  readonly kills: number;
  readonly downMs: number;
}

const SIZES: Readonly<Record<FaultScale, Size>> = {
  short: { records: 600, kills: 1, downMs: 3000 },
  // Longer than a lease: each seeder has given its ranges up by then.
  full: { records: 10_000, kills: 2, downMs: 15_000 },
};
const SEEDERS = 2;
const IN_FLIGHT_MAX = 8;

/** kill -9 of PostgreSQL in the middle of the work; after a while it is started again on its data. */
export const postgresKilled: Fault = {
  name: 'postgres-killed',
  title: {
    short: 'PostgreSQL is killed, and comes back after 3 s',
    full: 'PostgreSQL is killed twice, and comes back after 15 s',
  },
  fullMinutes: 2,
  run: async (scale) =>
    FaultSystem.use(
      {
        records: SIZES[scale].records,
        seeders: SEEDERS,
        env: { MTS_IDA_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX) },
      },
      async (system) => killServer(system, SIZES[scale]),
    ),
};

async function killServer(system: FaultSystem, { records, kills, downMs }: Size): Promise<FaultReport> {
  await system.ida.setFaults({ latencyMs: 20 });
  const request = await system.submit();
  const resumed: number[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    system.phase = `before kill ${String(kill)} of ${String(kills)}`;
    await system.untilSettled(Math.floor((records * kill) / (kills + 2)));
    system.phase = 'PostgreSQL is killed';
    await system.postgres.kill();
    await delay(downMs);
    await system.postgres.restart();
    resumed.push((await system.secondsToNextOutcome()) ?? 0);
  }
  await system.gateway.finished(request.id, 300_000);
  return audit(system, {
    requests: [request],
    askedTwiceMax: SEEDERS * IN_FLIGHT_MAX * kills,
    resumedAfterSeconds: Math.max(...resumed),
  });
}
