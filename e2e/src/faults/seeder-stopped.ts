import { audit } from './audit.js';
import type { Fault, FaultReport, FaultScale } from './fault.js';
import { FaultSystem } from './fault-system.js';

const SIZES: Readonly<Record<FaultScale, { readonly records: number; readonly stops: number }>> = {
  short: { records: 800, stops: 2 },
  full: { records: 10_000, stops: 10 },
};
const EXIT_SECONDS_MAX = 20;

/** SIGTERM to the only seeder in the middle of its work, as at every deployment; a new one goes on. */
export const seederStopped: Fault = {
  name: 'seeder-stopped',
  title: {
    short: `a seeder is told to stop ${String(SIZES.short.stops)} times`,
    full: `a seeder is told to stop ${String(SIZES.full.stops)} times`,
  },
  fullMinutes: 3,
  run: async (scale) =>
    FaultSystem.use({ records: SIZES[scale].records }, async (system) =>
      stopOften(system, SIZES[scale].stops),
    ),
};

async function stopOften(system: FaultSystem, stops: number): Promise<FaultReport> {
  // Long enough that calls are under way whenever it comes.
  await system.ida.setFaults({ latencyMs: 100 });
  const request = await system.submit();
  const [resumed, broken] = [[] as number[], [] as string[]];
  for (let stop = 1; stop <= stops; stop += 1) {
    system.phase = `before stop ${String(stop)} of ${String(stops)}`;
    await system.untilSettled(Math.floor((system.people.length * stop) / (stops + 2)));
    broken.push(...(await stopSeeder(system)));
    const [seconds = 0] = await Promise.all([system.secondsToNextOutcome(), system.startApp('seeder')]);
    resumed.push(seconds);
  }
  await system.gateway.finished(request.id, 300_000);
  return audit(system, {
    requests: [request],
    askedTwiceMax: 0,
    resumedAfterSeconds: Math.max(...resumed),
    broken,
  });
}

/** @returns what it did not do as it should */
async function stopSeeder(system: FaultSystem): Promise<string[]> {
  const [seeder] = system.running('seeder');
  const toldAtMs = performance.now();
  const exit = await seeder?.stop();
  const seconds = (performance.now() - toldAtMs) / 1000;
  const kept = await system.postgres.query('SELECT 1 FROM mts.range WHERE lease_until IS NOT NULL');
  const unclear = await system.sentNotStored();
  return [
    ...(exit?.code === 0 ? [] : ['the seeder did not stop in good order']),
    ...(seconds > EXIT_SECONDS_MAX ? [`the seeder ended only after ${seconds.toFixed(1)} s`] : []),
    ...(kept.length > 0 ? [`the seeder left with ${String(kept.length)} ranges in its hands`] : []),
    ...(unclear > 0 ? [`of ${String(unclear)} records nobody knows whether they were sent`] : []),
  ];
}
