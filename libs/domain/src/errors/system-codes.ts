import { type Entries, entry } from './entry.js';

/** What the service itself lacks. */
export const SYSTEM_CODES = {
  'MTS-SYS-001': entry(
    503,
    'the database cannot be reached, or others have been at work on the same data for too long; try again in a moment',
    'Operators: see /health/ready.',
  ),
  'MTS-SYS-002': entry(
    503,
    'the database has no room left; once there is room, try again',
    'Operators: enlarge the disk of the database, or free some of it. Work in hand goes on by itself then; of a list that was refused nothing is kept.',
  ),
  'MTS-SYS-003': entry(
    503,
    // Whoever waits for an answer is told when to come back; whoever asked for a preflight, what it takes.
    ({ retryAfterSeconds }) =>
      `no seeder runs, so nobody can ask IDA; ${retryAfterSeconds === undefined ? 'start one' : `nothing was kept, and nobody was asked; try again in ${String(retryAfterSeconds)} s`}`,
    'Operators: start one; the end of its log says why a seeder stopped.',
  ),
  'MTS-SYS-004': entry(
    202,
    'the preflight has not ended yet; GET /health tells its result once it has',
    'The seeders are busy, or IDA is slow to answer.',
  ),
} as const satisfies Entries;
