import { until } from '@mts/testing';

import { audit, type AuditOptions } from './audit.js';
import type { Fault, FaultReport, FaultScale } from './fault.js';
import { FaultSystem, type HandedIn } from './fault-system.js';

interface Size {
  readonly finishedJobs: number;
  readonly recordsOfRound: number;
  readonly rounds: number;
  /** Against a system without such jobs, which takes as long as the run itself. */
  readonly compared: boolean;
}

const SIZES: Readonly<Record<FaultScale, Size>> = {
  short: { finishedJobs: 20_000, recordsOfRound: 300, rounds: 1, compared: false },
  full: { finishedJobs: 1_000_000, recordsOfRound: 1500, rounds: 6, compared: true },
};
const SLOWER_MAX_PERCENT = 10;
const NOT_COMPARED = 'how much longer a list takes was not measured: only the full form does';
/** The queue is tidied every few minutes. */
const TIDIED_TIMEOUT_MS = 900_000;

/** The queue's tables hold many finished jobs: of a day of small requests, or of a queue that nobody tidied. */
export const queueBloat: Fault = {
  name: 'queue-bloat',
  title: { short: titleOf(SIZES.short), full: titleOf(SIZES.full) },
  fullMinutes: 8,
  run: async (scale) => {
    const size = SIZES[scale];
    const options = { records: size.recordsOfRound * size.rounds };
    return FaultSystem.use(options, async (bloated) => {
      bloated.phase = 'finished jobs are put into the queue';
      await addFinishedJobs(bloated, size.finishedJobs);
      if (!size.compared)
        return tidyAndAudit(bloated, await work(bloated, [], size), { remarks: [NOT_COMPARED] });
      return FaultSystem.use(options, async (plain) => {
        const rounds = await work(bloated, [plain], size);
        return tidyAndAudit(bloated, rounds, slowness(rounds, plain));
      });
    });
  },
};

type Told = Pick<AuditOptions, 'broken' | 'remarks'>;

interface Round {
  readonly system: FaultSystem;
  readonly request: HandedIn;
  readonly seconds: number;
}

/** The same lists on all systems, in turns; who begins changes, so that nobody has the better moments of the machine. */
async function work(bloated: FaultSystem, others: readonly FaultSystem[], size: Size): Promise<Round[]> {
  const done: Round[] = [];
  const order = [bloated, ...others];
  for (let round = 0; round < size.rounds; round += 1) {
    const from = round * size.recordsOfRound;
    for (const system of order) done.push(await seed(system, from, from + size.recordsOfRound));
    order.reverse();
  }
  return done;
}

async function seed(system: FaultSystem, from: number, to: number): Promise<Round> {
  const startedAtMs = performance.now();
  const request = await system.submit(system.people.part(from, to));
  await system.gateway.finished(request.id, 300_000);
  return { system, request, seconds: (performance.now() - startedAtMs) / 1000 };
}

/** What the comparison says, and whether it breaks the promise. */
function slowness(rounds: readonly Round[], plain: FaultSystem): Told {
  const without = rounds.filter(({ system }) => system === plain);
  const withJobs = rounds.filter(({ system }) => system !== plain);
  const percent = (medianSeconds(withJobs) / medianSeconds(without) - 1) * 100;
  const sentence = `a list takes ${percent.toFixed(1)} % longer than without them (limit ${String(SLOWER_MAX_PERCENT)} %)`;
  return percent > SLOWER_MAX_PERCENT ? { broken: [sentence] } : { remarks: [sentence] };
}

function medianSeconds(rounds: readonly Round[]): number {
  const sorted = rounds.map(({ seconds }) => seconds).toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (upper + lower) / 2;
}

/** As the queue's own would look, finished now: nobody may remove them yet. */
async function addFinishedJobs({ postgres }: FaultSystem, count: number): Promise<void> {
  await postgres.query(
    `INSERT INTO mts_queue.job (name, data, state, policy, singleton_key, expire_seconds, deletion_seconds, started_on, completed_on)
     SELECT q.name, jsonb_build_object('v', 1, 'requestId', gen_random_uuid(), 'n', n), 'completed', q.policy, 'finished/' || n,
            q.expire_seconds, 3600, now(), now()
       FROM mts_queue.queue q, generate_series(1, $1::int) n WHERE q.name = 'authenticate'`,
    [count],
  );
  await postgres.query('ANALYZE mts_queue.job_common');
}

/** Two hours later, and when the queue is tidied next, the jobs are gone. */
async function tidyAndAudit(system: FaultSystem, rounds: readonly Round[], told: Told): Promise<FaultReport> {
  system.phase = 'until the finished jobs are removed';
  await system.postgres.query(
    `UPDATE mts_queue.job SET completed_on = completed_on - interval '2 hours' WHERE state = 'completed'`,
  );
  await system.postgres.query(`UPDATE mts_queue.queue SET maintain_on = NULL`);
  await until(
    async () =>
      (
        await system.postgres.query(
          `SELECT 1 FROM mts_queue.job WHERE singleton_key LIKE 'finished/%' LIMIT 1`,
        )
      ).length === 0,
    { timeoutMs: TIDIED_TIMEOUT_MS, what: 'the removal of the finished jobs' },
  );
  const requests = rounds.flatMap((round) => (round.system === system ? [round.request] : []));
  return audit(system, { requests, askedTwiceMax: 0, ...told });
}

function titleOf({ finishedJobs, compared }: Size): string {
  const jobs = `the queue holds ${finishedJobs.toLocaleString('en')} finished jobs`;
  return compared ? `${jobs}, with which a list may take ${String(SLOWER_MAX_PERCENT)} % longer` : jobs;
}
