import { expect, it } from 'vitest';

import { idaLine } from './ida-line.js';

const WELL = { ok: true, code: null, reason: null };

it('says that IDA answers', () => {
  expect(idaLine({ idaPreflight: WELL, idaHold: null }, 'IDA')).toBe(
    'IDA answers, and takes our keys, partner and policy.',
  );
});

it('says why IDA cannot be asked, that nothing is lost, and how to try again', () => {
  const idaPreflight = { ok: false, code: 'IDA-MPA-008', reason: 'the licence has expired. Renew it.' };
  expect(idaLine({ idaPreflight, idaHold: null }, 'IDA')).toBe(
    'IDA cannot be asked. IDA-MPA-008: the licence has expired. Renew it. Lists are taken in and wait; it is tried again by itself, and at once after POST /authtoken/preflight.',
  );
});

it('tells of a hold although the set-up is proved', () => {
  const idaHold = { code: 'MTS-IDA-102', reason: 'IDA did not answer in time' };
  expect(idaLine({ idaPreflight: WELL, idaHold }, 'IDA')).toContain(
    'MTS-IDA-102: IDA did not answer in time.',
  );
});

it('does not guess while nobody has tried', () => {
  expect(idaLine({ idaPreflight: null, idaHold: null }, 'IDA')).toContain('not known yet');
});
