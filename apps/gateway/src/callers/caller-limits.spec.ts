import { ApiError } from '@mts/domain';
import { expect, it } from 'vitest';

import { CallerLimits } from './caller-limits.js';

const [ADA, BEN] = [{ owner: 'api-key:ada' }, { owner: 'api-key:ben' }];
const limits = (): CallerLimits =>
  new CallerLimits({ atOnceMax: { upload: 2, sync: 1, events: 1 }, callsPerMinuteMax: 2, nowMs: () => 0 });

function refusal(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error instanceof ApiError ? [error.status, error.code, error.retryAfterSeconds] : error;
  }
}

it('gives a caller its places and no more, whatever others have taken', () => {
  const all = limits();
  all.take('upload', ADA);
  all.take('upload', ADA);
  expect(refusal(() => all.take('upload', ADA))).toEqual([429, 'MTS-LIMIT-001', 1]);
  all.take('upload', BEN);
  all.take('sync', ADA);
});

it('takes a place back once, however often it is given back', () => {
  const all = limits();
  const first = all.take('upload', ADA);
  all.take('upload', ADA);
  first();
  first();
  all.take('upload', ADA);
  expect(refusal(() => all.take('upload', ADA))).toEqual([429, 'MTS-LIMIT-001', 1]);
});

it('takes the place back when the work that had it fails', async () => {
  const all = limits();
  const broken = all.within('sync', ADA, async () => Promise.reject(new Error('broken')));
  await expect(broken).rejects.toThrow('broken');
  expect(await all.within('sync', ADA, async () => Promise.resolve('done'))).toBe('done');
});

it('counts the calls of each caller apart', () => {
  const all = limits();
  for (const caller of [ADA, ADA, BEN]) all.countCall(caller);
  expect(refusal(() => all.countCall(ADA))).toEqual([429, 'MTS-LIMIT-001', 30]);
  all.countCall(BEN);
});
