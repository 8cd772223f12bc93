import { setTimeout as wait } from 'node:timers/promises';

import { type Cut, TcpProxy, until } from '@mts/testing';

import { Gateway } from '../gateway.js';
import { audit } from './audit.js';
import type { Fault, FaultReport } from './fault.js';
import { FaultSystem, type HandedIn } from './fault-system.js';
import { answerText, answerToList } from './hand-in.js';

const RECORDS = { short: 600, full: 8000 } as const;
/** Longer than a lease: the seeder's ranges are free for others. */
const CUT_SECONDS = 20;
const LATENCY_MS = 50;
const IN_FLIGHT_MAX = 8;
/** From the end of the cut to the next outcome; a connection that is dead is noticed in ten seconds. */
const RESUMED_SECONDS_MAX = 30;
const AWAY = /^503 MTS-SYS-001$/;
/** An answer that was late, and not lost, is as good. */
const LATE = /^20[02]/;

interface Variant {
  readonly name: string;
  readonly how: Cut;
  readonly does: string;
  readonly others: 'alone' | 'with another one';
}

const VARIANTS: readonly Variant[] = [
  { name: 'database-cut', how: 'silent', does: 'packets vanish', others: 'alone' },
  { name: 'database-cut-late', how: 'late', does: 'packets come late', others: 'alone' },
  { name: 'database-cut-reset', how: 'reset', does: 'connections are reset', others: 'alone' },
  { name: 'database-cut-taken-over', how: 'silent', does: 'packets vanish', others: 'with another one' },
  {
    name: 'database-cut-reset-taken-over',
    how: 'reset',
    does: 'connections are reset',
    others: 'with another one',
  },
];

/** The network between a seeder and its database is cut, while the database lives on. */
export const databaseCuts: readonly Fault[] = VARIANTS.map((variant) => {
  const { does, others } = variant;
  const seeder = others === 'alone' ? 'the seeder' : 'one of two seeders';
  const title = `${does} between ${seeder} and the database for ${String(CUT_SECONDS)} s`;
  return {
    name: variant.name,
    title: { short: title, full: title },
    fullMinutes: 2,
    run: async (scale) => {
      const env = { MTS_IDA_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX) };
      return FaultSystem.use({ records: RECORDS[scale], env, seeders: 0 }, async (system) => {
        const proxy = await TcpProxy.start(system.postgres.port);
        try {
          return await cutOff(system, proxy, variant);
        } finally {
          await proxy.close();
        }
      });
    },
  };
});

async function cutOff(system: FaultSystem, proxy: TcpProxy, { how, others }: Variant): Promise<FaultReport> {
  const proxied = new URL(system.postgres.url);
  proxied.port = String(proxy.port);
  const env = { DATABASE_URL: proxied.href };
  await system.startApp('seeder', env);
  const gateway = new Gateway((await system.startApp('gateway', env)).ready);
  const other = others === 'alone' ? undefined : await system.startApp('seeder');
  await system.ida.setFaults({ latencyMs: LATENCY_MS });
  const middle = Math.floor((system.people.length * 2) / 3);
  const first = await system.submit(system.people.part(0, middle));
  await system.untilSettled(Math.floor(middle / 4));
  proxy.cut(how);
  system.phase = 'the network is cut';
  const [broken] = await Promise.all([
    refusals(gateway, first, how),
    wait(CUT_SECONDS * 1000),
    // Nobody but the other one can do this.
    other === undefined ? undefined : system.gateway.finished(first.id),
  ]);
  proxy.mend();
  system.phase = 'the network is mended';
  const resumedAfterSeconds = await system.secondsToNextOutcome();
  await system.gateway.finished(first.id);
  await until(async () => (await gateway.get('/health/ready')).status === 200, {
    timeoutMs: 60_000,
    what: 'the gateway that was cut off to be ready again',
  });
  await other?.stop();
  // By the seeder that was cut off.
  const second = await system.submit(system.people.part(middle, system.people.length));
  await system.gateway.finished(second.id);
  return audit(system, {
    requests: [first, second],
    askedTwiceMax: IN_FLIGHT_MAX,
    resumedAfterSeconds,
    resumedSecondsMax: RESUMED_SECONDS_MAX,
    broken,
  });
}

/** What the gateway that is cut off, too, answers meanwhile: in time, and that it is not its caller's fault. */
async function refusals(gateway: Gateway, { id, list }: HandedIn, how: Cut): Promise<string[]> {
  const answers: [call: string, answer: string][] = [];
  for (const call of ['/authtoken/status/:id', '/authtoken/file/:id', '/health/ready']) {
    answers.push([call, answerText(await gateway.get(call.replace(':id', id)))]);
  }
  // One that is late would be a list more.
  if (how !== 'late') answers.push(['/authtoken/csv', await answerToList(gateway, list.csv)]);
  return answers
    .filter(([, answer]) => !AWAY.test(answer) && !(how === 'late' && LATE.test(answer)))
    .map(([call, answer]) => `during the cut ${call} was answered with ${answer}`);
}
