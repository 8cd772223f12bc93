import { clockOff } from './clock-off.js';
import { databaseCuts } from './database-cut.js';
import { fullDisks } from './disk-full.js';
import type { Fault } from './fault.js';
import { gatewayKilled } from './gateway-killed.js';
import { idaOutages } from './ida-outage.js';
import { licenceExpires } from './licence-expires.js';
import { manyProcesses } from './many-processes.js';
import { postgresKilled } from './postgres-killed.js';
import { queueBloat } from './queue-bloat.js';
import { seederFrozen } from './seeder-frozen.js';
import { seederKilled } from './seeder-killed.js';
import { seederStopped } from './seeder-stopped.js';

/** Every fault, in the order of the table. */
export const FAULTS: readonly Fault[] = [
  seederKilled,
  seederStopped,
  seederFrozen,
  postgresKilled,
  gatewayKilled,
  ...idaOutages,
  licenceExpires,
  ...databaseCuts,
  ...fullDisks,
  manyProcesses,
  queueBloat,
  clockOff,
];
