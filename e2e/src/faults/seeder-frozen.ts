import { until } from '@mts/testing';

import { audit } from './audit.js';
import type { Fault, FaultReport, FaultScale } from './fault.js';
import { FaultSystem, type HandedIn } from './fault-system.js';
import type { PeopleList } from './people-list.js';

const SIZES: Readonly<Record<FaultScale, { readonly records: number; readonly freezes: number }>> = {
  short: { records: 1000, freezes: 1 },
  full: { records: 6000, freezes: 5 },
};
const IN_FLIGHT_MAX = 8;
const TAKEN_OVER_TIMEOUT_MS = 60_000;
/**
 * Whether a call may go is looked at for the last time just before it is written to its connection. The event loop is at
 * one call at a time, so that a SIGSTOP can fall into that moment of one, which is then written after the SIGCONT.
 */
const WRITTEN_AFTERWARDS_CALLS_MAX = 1;

/** SIGSTOP of a seeder for longer than its leases, and SIGCONT once others have done its work. */
export const seederFrozen: Fault = {
  name: 'seeder-frozen',
  title: {
    short: 'a seeder is frozen for longer than its leases, and goes on',
    full: 'a seeder is frozen five times for longer than its leases, and goes on',
  },
  fullMinutes: 3,
  run: async (scale) => {
    const { records, freezes } = SIZES[scale];
    const env = { MTS_IDA_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX) };
    return FaultSystem.use({ records, env }, async (system) => freezeOften(system, freezes));
  },
};

async function freezeOften(system: FaultSystem, freezes: number): Promise<FaultReport> {
  await system.ida.setFaults({ latencyMs: 20 });
  const partLength = Math.floor(system.people.length / freezes);
  const rounds: FrozenRound[] = [];
  for (let freeze = 0; freeze < freezes; freeze += 1) {
    rounds.push(await freezeOnce(system, system.people.part(freeze * partLength, (freeze + 1) * partLength)));
  }
  return audit(system, {
    requests: rounds.map(({ request }) => request),
    askedTwiceMax: IN_FLIGHT_MAX * freezes,
    resumedAfterSeconds: Math.max(...rounds.map(({ resumedAfterSeconds }) => resumedAfterSeconds)),
    broken: rounds.flatMap(({ broken }) => broken),
  });
}

interface FrozenRound {
  readonly request: HandedIn;
  readonly resumedAfterSeconds: number;
  readonly broken: readonly string[];
}

/** Freezes the only seeder in the middle of a list, lets another one finish the list, and then the first one go on. */
async function freezeOnce(system: FaultSystem, list: PeopleList): Promise<FrozenRound> {
  const settledBefore = await system.settled();
  const request = await system.submit(list);
  await system.untilSettled(settledBefore + Math.floor(list.length / 4));
  const [frozen] = system.running('seeder');
  if (frozen === undefined) throw new Error('no seeder runs');
  frozen.freeze();
  system.phase = 'a seeder is frozen';
  const [resumedAfterSeconds = 0] = await Promise.all([
    system.secondsToNextOutcome(),
    system.startApp('seeder'),
  ]);
  await system.gateway.finished(request.id, 120_000);
  const before = await witness(system);
  frozen.thaw();
  await until(() => frozen.output().includes('the range was taken over'), {
    timeoutMs: TAKEN_OVER_TIMEOUT_MS,
    what: 'the frozen seeder to see that its range was taken over',
  });
  // It stops in good order when all that it was about to do is done.
  await frozen.stop();
  return { request, resumedAfterSeconds, broken: differences(before, await witness(system)) };
}

interface Witness {
  /** Calls about the people of the list. */
  readonly calls: number;
  readonly records: string;
  readonly ranges: string;
}

/** All that was asked, and all that was written about it. */
async function witness(system: FaultSystem): Promise<Witness> {
  const calls = await system.ida.callsAbout(system.people.people.map(({ source }) => source['vid'] ?? ''));
  const digest = async (table: string, order: string): Promise<string> => {
    const [row] = await system.postgres.query<{ digest: string }>(
      `SELECT md5(string_agg(t::text, '' ORDER BY request_id, ${order})) AS digest FROM ${table} t`,
    );
    return row?.digest ?? '';
  };
  return {
    calls: calls.reduce((total, count) => total + count, 0),
    records: await digest('mts.record', 'line'),
    ranges: await digest('mts.range', 'n'),
  };
}

function differences(before: Witness, after: Witness): string[] {
  const asked = after.calls - before.calls;
  return [
    ...(asked > WRITTEN_AFTERWARDS_CALLS_MAX
      ? [`the seeder that was frozen made ${String(asked)} more calls`]
      : []),
    ...(before.records === after.records ? [] : ['the seeder that was frozen wrote into records']),
    ...(before.ranges === after.ranges ? [] : ['the seeder that was frozen wrote into ranges']),
  ];
}
