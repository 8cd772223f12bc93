import { integer } from './kinds.js';
import { option } from './option.js';

/** Lists that are fetched from where they are kept. */
export const PULL_OPTIONS = {
  pullsAtOnceMax: option({
    env: 'MTS_PULLS_AT_ONCE_MAX',
    kind: integer(1, 64),
    fallback: 4,
    readers: ['seeder'],
    meaning: 'Sources that one seeder fetches lists from at the same time; never two of one server.',
  }),
  pullAgeHoursMax: option({
    env: 'MTS_PULL_AGE_HOURS_MAX',
    kind: integer(1, 8760),
    fallback: 24,
    unit: 'hours',
    readers: ['seeder'],
    meaning: 'How long the fetching of a list is tried again before it has failed for good.',
  }),
  pullRecordsMax: option({
    env: 'MTS_PULL_RECORDS_MAX',
    kind: integer(1, 100_000_000),
    fallback: 1_000_000,
    unit: 'records',
    readers: ['seeder'],
    meaning: 'The longest list that is fetched from a source.',
  }),
} as const;
