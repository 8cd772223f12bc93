import { CallbackFault } from '@mts/outputs';
import { describe, expect, it } from 'vitest';

import { backOffMs } from '../back-off.js';
import { endAfter, type EndedRun } from './delivery-end.js';
import type { RunResult } from './delivery-run.js';

const now = new Date('2026-11-22T12:00:00Z');
const BUSY = new CallbackFault('busy', 'MTS-DLV-102');

function after(result: Partial<RunResult>, wish: Partial<EndedRun> = {}): ReturnType<typeof endAfter> {
  return endAfter({
    lease: { attempts: 2, dueSince: new Date('2026-11-22T11:00:00Z') },
    result: { fault: undefined, refusal: undefined, hasDelivered: false, isStopped: false, ...result },
    refused: 0,
    now,
    ageHoursMax: 72,
    ...wish,
  });
}

describe('the pause before the next try', () => {
  it.each([
    [1, 5],
    [2, 30],
    [3, 120],
    [4, 600],
    [5, 1800],
    [6, 3600],
    [50, 3600],
  ])('after %s tries in vain is %s seconds, give or take a fifth', (attempts, seconds) => {
    expect(backOffMs(attempts, 0.5)).toBe(seconds * 1000);
    expect(backOffMs(attempts, 0)).toBe(seconds * 800);
    expect(backOffMs(attempts, 1)).toBe(seconds * 1200);
  });
});

describe('a delivery after a run', () => {
  it('is delivered when nothing is left and nothing was refused', () => {
    expect(after({ hasDelivered: true })).toEqual({ state: 'delivered' });
  });

  it('has failed in part when records were refused, now or before', () => {
    const refusal = new CallbackFault('refused', 'MTS-DLV-105', { problem: 'HTTP 400' });
    expect(after({ refusal }, { refused: 3 })).toEqual({
      state: 'failed',
      code: 'MTS-DLV-111',
      reason:
        'the receiver of the callback refused 3 of the records: the receiver of the callback refuses what it is sent: HTTP 400',
    });
  });

  it('waits longer with every try in vain, and begins anew once something got through', () => {
    expect(after({ fault: BUSY })).toMatchObject({ state: 'waiting', attempts: 3, code: 'MTS-DLV-102' });
    expect(after({ fault: BUSY, hasDelivered: true })).toMatchObject({ state: 'waiting', attempts: 1 });
  });

  it('waits as long as the receiver asks', () => {
    const fault = new CallbackFault('busy', 'MTS-DLV-104', {}, 7_200_000);
    expect(after({ fault })).toMatchObject({ state: 'waiting', tryInMs: 7_200_000 });
  });

  it('leaves a receiver alone for a while that has not answered in time, for it may still be at it', () => {
    const lease = { attempts: 0, dueSince: now };
    const unanswered = after({ fault: new CallbackFault('later', 'MTS-DLV-103') }, { lease });
    expect(unanswered).toMatchObject({ state: 'waiting', tryInMs: 30_000 });
    const unreached = after({ fault: BUSY }, { lease });
    expect((unreached as { tryInMs: number }).tryInMs).toBeLessThanOrEqual(6000);
  });

  it('has failed for good when it cannot pass, and when the next try would come too late', () => {
    const final = new CallbackFault('final', 'MTS-DLV-101', { problem: 'p' });
    expect(after({ fault: final })).toMatchObject({ state: 'failed', code: 'MTS-DLV-101' });
    expect(after({ fault: BUSY }, { ageHoursMax: 1 })).toMatchObject({
      state: 'failed',
      code: 'MTS-DLV-102',
    });
    const late = new CallbackFault('busy', 'MTS-DLV-104', {}, 24 * 3_600_000);
    expect(after({ fault: late }, { ageHoursMax: 12 })).toMatchObject({ state: 'failed' });
  });

  it('is tried again at once when its seeder was told to stop', () => {
    expect(after({ isStopped: true })).toEqual({ state: 'waiting', attempts: 2, tryInMs: 0 });
  });
});
