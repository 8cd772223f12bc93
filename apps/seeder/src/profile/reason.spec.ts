import { expect, it } from 'vitest';

import { reasonOf } from './reason.js';

it.each([
  [
    'IDA-MPA-008',
    'IDA: License key of MISP has expired',
    /^IDA: License key of MISP has expired\. .*licence/i,
  ],
  ['MTS-IDA-104', 'IDA answered with a page (ida.example.org)', /^IDA answered .*\. Check MTS_IDA_AUTH_URL/],
  ['IDA-XYZ-999', 'something new', /^something new\. .*documentation/],
])('says of %s what happened and what to do', (code, message, told) => {
  expect(reasonOf(code, message)).toMatch(told);
});
