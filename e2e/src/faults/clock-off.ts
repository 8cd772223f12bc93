import { until } from '@mts/testing';

import { audit } from './audit.js';
import type { Fault, FaultReport, FaultScale } from './fault.js';
import type { FaultProcess } from './fault-process.js';
import { FaultSystem, type HandedIn } from './fault-system.js';
import type { PeopleList } from './people-list.js';

const RECORDS: Readonly<Record<FaultScale, number>> = { short: 600, full: 6000 };
const OFF_MINUTES = 5;
const MINUTE_MS = 60_000;
/** In both directions: what the clock of a seeder is off by, and how its message then begins to name that. */
const CLOCKS = [
  { offsetMs: OFF_MINUTES * MINUTE_MS, says: /its clock is about (?:29\d|30\d) s behind this machine's/ },
  { offsetMs: -OFF_MINUTES * MINUTE_MS, says: /its clock is about (?:29\d|30\d) s ahead of this machine's/ },
] as const;
type WrongClock = (typeof CLOCKS)[number];

const PRELOADED = new URL('../../dist/faults/shifted-clock.js', import.meta.url).href;

/** IDA refuses every request of a seeder whose clock is off; first beside one whose clock is right, then alone. */
export const clockOff: Fault = {
  name: 'clock-off',
  title: {
    short: 'the clock of a seeder is 5 minutes off',
    full: 'the clock of a seeder is 5 minutes off, in both directions',
  },
  fullMinutes: 3,
  run: async (scale) => FaultSystem.use({ records: RECORDS[scale], seeders: 0 }, setClocksWrong),
};

async function setClocksWrong(system: FaultSystem): Promise<FaultReport> {
  const partLength = Math.floor(system.people.length / CLOCKS.length);
  const rounds: WrongRound[] = [];
  for (const [index, clock] of CLOCKS.entries()) {
    const list = system.people.part(index * partLength, (index + 1) * partLength);
    rounds.push(await withWrongClock(system, clock, list));
  }
  return audit(system, {
    requests: rounds.flatMap(({ requests }) => requests),
    askedTwiceMax: 0,
    resumedAfterSeconds: Math.max(...rounds.map(({ resumedAfterSeconds }) => resumedAfterSeconds)),
    broken: rounds.flatMap(({ broken }) => broken),
  });
}

interface WrongRound {
  readonly requests: readonly HandedIn[];
  readonly resumedAfterSeconds: number;
  readonly broken: readonly string[];
}

/** Half of the list beside a seeder whose clock is right, which does it all; half alone, until the clock is put right. */
async function withWrongClock(system: FaultSystem, clock: WrongClock, list: PeopleList): Promise<WrongRound> {
  const half = Math.floor(list.length / 2);
  const wrong = await startWrong(system, clock);
  const right = await system.startApp('seeder');
  const beside = await system.submit(list.part(0, half));
  await system.gateway.finished(beside.id);
  await right.stop();
  const alone = await system.submit(list.part(half, list.length));
  await untilHeld(system, clock, alone);
  const { done, failed } = await system.gateway.status(alone.id);
  await wrong.stop();
  const mended = await system.startApp('seeder');
  const resumedAfterSeconds = (await system.secondsToNextOutcome()) ?? 0;
  await system.gateway.finished(alone.id);
  await mended.stop();
  const ended = done + failed;
  return {
    requests: [beside, alone],
    resumedAfterSeconds,
    broken: ended > 0 ? [`a seeder whose clock is off has ended ${String(ended)} records`] : [],
  };
}

async function startWrong(system: FaultSystem, { offsetMs }: WrongClock): Promise<FaultProcess> {
  return system.startApp('seeder', {
    NODE_OPTIONS: `--import=${PRELOADED}`,
    E2E_CLOCK_OFFSET_MS: String(offsetMs),
  });
}

/** Health and the list's own status say that nothing goes on, that it is for the clock, and by how much that is off. */
async function untilHeld(system: FaultSystem, { says }: WrongClock, { id }: HandedIn): Promise<void> {
  await until(
    async () => {
      const { data: health } = await system.gateway.get('/health');
      const { holds } = await system.gateway.status(id);
      return [health, holds].every((told) => tellsOf(told, says));
    },
    { timeoutMs: 60_000, what: 'health and status to tell of the clock that is off' },
  );
}

function tellsOf(told: unknown, says: RegExp): boolean {
  const text = JSON.stringify(told);
  return text.includes('IDA-MLC-001') && says.test(text);
}
