import { LIST_REFUSALS, TAKEN } from '../lists/list-answers.js';
import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';

export const ORDERED: GoodAnswer = {
  ...TAKEN,
  description:
    'The list is fetched, or was. When the source is slow or away it is fetched later, for up to MTS_PULL_AGE_HOURS_MAX; `pull` in GET /authtoken/requests/{id} says how that stands. With ATS-REQ-101 none of its records can be asked about.',
};

/** What is wrong with the request itself, and what a source is quick to say; nothing of it is kept then. */
export const ORDER_REFUSALS: readonly BadAnswer[] = [
  ...LIST_REFUSALS,
  'ATS-REQ-018',
  'ATS-REQ-019',
  'ATS-REQ-020',
  'ATS-REQ-021',
  'ATS-REQ-022',
  'ATS-REQ-023',
  'MTS-ODK-001',
  'MTS-ODK-002',
  'MTS-ODK-003',
  'MTS-ODK-004',
  'MTS-ODK-005',
  'MTS-ODK-006',
  { code: 'MTS-ODK-007', details: { field: 'vid' } },
  'MTS-ODK-008',
  { code: 'MTS-ODK-009', details: { problem: '400.11' } },
  { code: 'MTS-ODK-010', details: { problem: 'must start with https://' } },
  { code: 'MTS-ODK-011', details: { limit: 1_000_000 } },
  { code: 'MTS-ODK-012', details: { field: 'vid' } },
  'MTS-ODK-013',
];
