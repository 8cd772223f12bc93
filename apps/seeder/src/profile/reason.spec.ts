import { expect, it } from 'vitest';

import { reasonOf } from './reason.js';

it.each([
  [
    'IDA-MPA-008',
    'IDA: License key of MISP has expired',
    /^IDA: License key of MISP has expired\. .*licence/i,
  ],
  ['MTS-IDA-104', 'IDA answered with a page (ida.example.org)', /^IDA answered .*\. Check MTS_IDA_AUTH_URL/],
  ['PMS_PMP_021', 'IDA: MISP license key is expired.', /^IDA: MISP license key is expired\. [^.]*licence/],
  ['IDA-XYZ-999', 'something new', /^something new\. .*documentation/],
])('says of %s what happened and what to do', (code, message, told) => {
  expect(reasonOf(code, message)).toMatch(told);
});

it('does not say twice what the message says already', () => {
  const message =
    "IDA refuses the request's time: its clock is about 90 s ahead of this machine's; set both by NTP";
  expect(reasonOf('IDA-MLC-001', message)).toBe(`${message}.`);
});
