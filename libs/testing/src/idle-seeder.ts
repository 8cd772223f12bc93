/** What a seeder tells of itself (SeederFigures of @mts/store) that has nothing to do. */
export const IDLE_SEEDER = {
  host: 'seeder-1',
  processId: 4711,
  lists: 0,
  inFlight: 0,
  inFlightLimit: 8,
  inFlightMax: 32,
  inFlightMaxAll: null,
  latencyMs: null,
  callsPerSecond: 0,
  ratePerSecondMax: null,
} as const;
