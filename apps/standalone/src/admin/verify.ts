import { findLeftovers, type Leftover, LEFTOVERS, type LeftoverKind, unusedKeks } from '@mts/store';

import type { AdminAnswer, AdminCommand } from './command.js';
import type { Deployment } from './deployment.js';

/** The housekeeping comes by every five minutes; a backup that goes on may keep it waiting. */
const GRACE_MINUTES = 15;
const MINUTE_MS = 60_000;

/** Finds what ought to be erased and is not. */
export const VERIFY: AdminCommand = {
  name: 'verify',
  summary: 'find out whether anything is left that ought to be erased',
  define: (command, order) => {
    command
      .description(
        `Looks for requests past their age (MTS_REQUEST_AGE_HOURS_MAX), results that were taken, broken uploads, keys and records
whose request is erased, and day keys that nothing needs. What is due for less than ${GRACE_MINUTES} minutes is left to
the housekeeping. Ends with 4 if anything is found, and says what to do about it.`,
      )
      .action(() => order(verify));
  },
};

interface Finding {
  readonly kind: LeftoverKind | 'day key';
  readonly count: number;
  readonly what: string;
  readonly whatToDo: string;
  readonly examples: readonly string[];
}

async function verify(deployment: Deployment): Promise<AdminAnswer> {
  const { database, config } = deployment;
  const leftovers = await findLeftovers(database, { ...config, graceMinutes: GRACE_MINUTES });
  const findings = [
    ...leftovers.map(findingOf),
    ...(await dayKeys(deployment, config.requestAgeHoursMax * 60 + GRACE_MINUTES)),
  ];
  if (findings.length === 0) return { text: 'Nothing is left that ought to be erased.', json: [] };
  return { text: findings.map(said).join('\n\n'), json: findings, finding: 'something-is-left' };
}

function findingOf({ kind, count, examples }: Leftover): Finding {
  return { kind, count, what: LEFTOVERS[kind], whatToDo: WHAT_TO_DO[kind], examples };
}

async function dayKeys({ database, openKeks }: Deployment, ageMinutes: number): Promise<readonly Finding[]> {
  const retired = await (await openKeks()).retiredBefore(new Date(Date.now() - ageMinutes * MINUTE_MS));
  const examples = await unusedKeks(database, retired);
  if (examples.length === 0) return [];
  const what = 'no request needs it, and it would still open backups';
  return [{ kind: 'day key', count: examples.length, what, whatToDo: HOUSEKEEPING, examples }];
}

function said({ kind, count, what, whatToDo, examples }: Finding): string {
  const more = count > examples.length ? [`… and ${String(count - examples.length)} more`] : [];
  return [
    `${kind} (${String(count)}): ${what}`,
    `  What to do: ${whatToDo}`,
    ...[...examples, ...more].map((id) => `  ${id}`),
  ].join('\n');
}

const ERASE = 'npm run admin -- erase <id>';
const HOUSEKEEPING =
  'see that a scheduler and a seeder run, and what the log of the seeders says; the housekeeping then comes to it within minutes.';
const WHAT_TO_DO: Readonly<Record<LeftoverKind, string>> = {
  'expired request': `${HOUSEKEEPING} Or at once: ${ERASE}`,
  'taken results': `${HOUSEKEEPING} Or at once: ${ERASE}`,
  'broken upload': `${HOUSEKEEPING} Or at once: ${ERASE}`,
  'key of an archived request': ERASE,
  'records of an archived request': ERASE,
  'records without a request': ERASE,
  'key without a request': ERASE,
  'erased key in the file':
    'end what looks at the tables for that long (a backup, a forgotten transaction, a replication slot), and see what the log of the seeders says: their database role needs the right MAINTAIN on the tables.',
};
