import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { reasonOf } from './reason.js';

it.each([
  [
    'IDA-MPA-008',
    'IDA: License key of MISP has expired',
    /^IDA: License key of MISP has expired\. .*licence/i,
  ],
  ['MTS-IDA-104', 'IDA answered with a page (ida.example.org)', /^IDA answered .*\. Check MTS_IDA_AUTH_URL/],
  [
    'MTS-IDA-103',
    'IDA or a proxy before it answered with an HTTP error (ida.example.org: HTTP 503)',
    /HTTP 503\)\. IDA or a gateway before it is overloaded[^]*if it lasts, ask its operator\.$/,
  ],
  ['PMS_PMP_021', 'IDA: MISP license key is expired.', /^IDA: MISP license key is expired\. [^.]*licence/],
  ['IDA-XYZ-999', 'something new', /^something new\. .*documentation/],
])('says of %s what happened and what to do', (code, message, told) => {
  expect(reasonOf(code, message)).toMatch(told);
});

it.each(['IDA-MPA-007', 'IDA-MPA-009', 'MTS-IDA-101', 'MTS-IDA-104'])(
  'says of %s, whose advice names an option, that a changed one counts after a start',
  (code) => {
    expect(reasonOf(code, 'IDA: no')).toMatch(
      /MTS_IDA_[^]*variable counts once the seeders are started again\.$/,
    );
  },
);

it('says nothing of options where none can help', () => {
  expect(reasonOf('IDA-MPA-012', 'IDA: no')).not.toContain('variable');
});

it('is what the guide for operators shows', async () => {
  const guide = await readFile(
    new URL('../../../../docs/guide/looking-after-it.md', import.meta.url),
    'utf8',
  );
  const reason = reasonOf('IDA-MPA-008', 'IDA: License key of MISP has expired');
  expect(guide).toContain(`\n  IDA-MPA-008: ${reason}\n`);
});

it('does not say twice what the message says already', () => {
  const message =
    "IDA refuses the request's time: its clock is about 90 s ahead of this machine's; set both by NTP";
  expect(reasonOf('IDA-MLC-001', message)).toBe(`${message}.`);
});
