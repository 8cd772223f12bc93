import type { Bench } from './frame/bench.js';

/** Every bench, in the order in which they run: one folder, one line here. */
export const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  'ida-simulator': async () => (await import('./ida-simulator/bench.js')).benchIdaSimulator,
  'sync-latency': async () => (await import('./sync-latency/bench.js')).benchSyncLatency,
  ingest: async () => (await import('./ingest/bench.js')).benchIngest,
  download: async () => (await import('./download/bench.js')).benchDownload,
  steering: async () => (await import('./steering/bench.js')).benchSteering,
  authenticate: async () => (await import('./authenticate/bench.js')).benchAuthenticate,
  latency: async () => (await import('./latency/bench.js')).benchLatency,
  'small-request': async () => (await import('./small-request/bench.js')).benchSmallRequest,
  seeders: async () => (await import('./seeders/bench.js')).benchSeeders,
  growth: async () => (await import('./growth/bench.js')).benchGrowth,
};

export const BENCH_NAMES: readonly string[] = Object.keys(BENCHES);
