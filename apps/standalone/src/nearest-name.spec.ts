import { OPTIONS } from '@mts/platform';
import { expect, it } from 'vitest';

import { nearestName } from './nearest-name.js';

const NAMES = Object.values(OPTIONS).map(({ env }) => env);

it.each([
  ['MTS_GATWAY_PORT', 'MTS_GATEWAY_PORT'],
  ['MTS_CALLRES', 'MTS_CALLERS'],
  ['MTS_DATABASE_URL', 'DATABASE_URL'],
  ['MTS_IDA_MISP_LICENSE_KEY', 'MTS_IDA_MISP_LICENCE_KEY'],
  ['MTS_IDA_PARTNER_P12_PASWORD', 'MTS_IDA_PARTNER_P12_PASSWORD'],
])('finds for %s what was meant, %s', (typed, meant) => {
  expect(nearestName(typed, NAMES)).toBe(meant);
});

it.each(['MTS_FOO', 'MTS_', 'MTS_PROXY', 'MTS_OTHER_PROGRAM_SETTING'])('finds nothing for %s', (typed) => {
  expect(nearestName(typed, NAMES)).toBeUndefined();
});
