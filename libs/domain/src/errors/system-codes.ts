import { type Entries, entry } from './entry.js';

/** What the service itself lacks. */
export const SYSTEM_CODES = {
  'MTS-SYS-001': entry(
    503,
    'the database cannot be reached; try again in a moment',
    'Operators: see /health/ready.',
  ),
  'MTS-SYS-002': entry(
    507,
    'the database has no room left; free space, then hand the list in again',
    'Operators: enlarge the disk of the database.',
  ),
  'MTS-SYS-003': entry(
    503,
    'no seeder runs, so nobody can ask IDA; start one',
    'Operators: the end of its log says why a seeder stopped.',
  ),
  'MTS-SYS-004': entry(
    202,
    'the preflight has not ended yet; GET /health tells its result once it has',
    'The seeders are busy, or IDA is slow to answer.',
  ),
} as const satisfies Entries;
