import { audit } from './audit.js';
import type { Fault, FaultScale } from './fault.js';
import { FaultSystem } from './fault-system.js';

const RECORDS: Readonly<Record<FaultScale, number>> = { short: 1000, full: 20_000 };

/** All at once on tables that were made a moment ago: whatever is made on first use is made by several. */
export const manyProcesses: Fault = {
  name: 'many-processes',
  title: {
    short: 'two schedulers and four seeders start at once',
    full: 'two schedulers and four seeders work from the start',
  },
  fullMinutes: 2,
  run: async (scale) =>
    FaultSystem.use({ records: RECORDS[scale], schedulers: 2, seeders: 4 }, async (system) => {
      const request = await system.submit();
      await system.gateway.finished(request.id, 300_000);
      return audit(system, { requests: [request], askedTwiceMax: 0 });
    }),
};
