import { integer } from './kinds.js';
import { option } from './option.js';

/** Lists that are fetched from where they are kept. */
export const PULL_OPTIONS = {
  pullsAtOnceMax: option({
    env: 'MTS_PULLS_AT_ONCE_MAX',
    kind: integer(1, 64),
    fallback: 4,
    readers: ['seeder'],
    meaning:
      'Sources that one seeder fetches lists from at the same time; never two of one server, and for one caller at most all but one.',
  }),
  pullAgeHoursMax: option({
    env: 'MTS_PULL_AGE_HOURS_MAX',
    kind: integer(1, 8760),
    fallback: 24,
    unit: 'hours',
    readers: ['seeder'],
    meaning:
      'How long the fetching of a list may take, with all its tries, before it has failed for good; what nobody could begin in that time gets one try of an hour.',
  }),
  pullRecordsMax: option({
    env: 'MTS_PULL_RECORDS_MAX',
    kind: integer(1, 100_000_000),
    fallback: 1_000_000,
    unit: 'records',
    readers: ['seeder'],
    meaning:
      'The longest list that is fetched from a source; submissions that nobody can read and those of a draft count too.',
  }),
} as const;
