import type { Hold, RequestState } from '@mts/domain';
import { describe, expect, it } from 'vitest';

import { estimatedRemainingSeconds, statusWord } from './status.js';

const HOLD: Hold = { kind: 'profile', code: 'IDA-MPA-009', reason: 'r', since: new Date(), nextTryAt: null };

describe('the word for a state', () => {
  it.each<[RequestState, readonly Hold[], string]>([
    ['submitted', [], 'submitted'],
    ['submitted', [HOLD], 'processing'],
    ['processing', [], 'processing'],
    ['processing', [HOLD], 'processing'],
    ['processed', [], 'processed'],
    ['processed', [HOLD], 'processed'],
    ['processed_with_errors', [], 'processed_with_errors'],
    ['submitted_with_errors', [], 'processed_with_errors'],
    ['cancelled', [], 'processed_with_errors'],
    ['pulling', [], 'submitted'],
    ['pulling', [HOLD], 'submitted'],
  ])('%s with holds %j is one that clients of the original know', (state, holds, word) => {
    expect(statusWord(state, holds, undefined)).toBe(word);
  });

  it("of a callback that has failed for good is the original's, and never before its request has ended", () => {
    expect(statusWord('processed', [], 'failed')).toBe('error_making_callback_request');
    expect(statusWord('cancelled', [], 'failed')).toBe('error_making_callback_request');
    expect(statusWord('processing', [], 'failed')).toBe('processing');
    expect(statusWord('processed', [], 'waiting')).toBe('processed');
  });
});

describe('the estimate of the remaining time', () => {
  const startedAt = new Date('2026-11-22T01:00:00.000Z');
  const now = new Date('2026-11-22T01:01:40.000Z');
  const progress = { total: 300, done: 60, failed: 40, invalid: 50 };
  const standing = {
    state: 'processing' as const,
    cancelling: false,
    progress,
    holds: [],
    startedAt,
    heldSeconds: 0,
  };

  it('goes on at the rate of the answers so far, and leaves out what IDA is not asked about', () => {
    expect(estimatedRemainingSeconds(standing, now)).toBe(150);
  });

  it('does not count the time in which something held it', () => {
    expect(estimatedRemainingSeconds({ ...standing, heldSeconds: 60 }, now)).toBe(60);
  });

  it('is nothing for what is finished', () => {
    expect(estimatedRemainingSeconds({ ...standing, state: 'processed' }, now)).toBe(0);
  });

  it('is unknown before the first answer, before the start, while something holds the request up, and while it is being cancelled', () => {
    const none = { ...progress, done: 0, failed: 0 };
    expect(estimatedRemainingSeconds({ ...standing, progress: none }, now)).toBeNull();
    expect(estimatedRemainingSeconds({ ...standing, startedAt: null }, now)).toBeNull();
    expect(estimatedRemainingSeconds({ ...standing, holds: [HOLD] }, now)).toBeNull();
    expect(estimatedRemainingSeconds({ ...standing, cancelling: true }, now)).toBeNull();
  });

  it('is never less than nothing, even when the clocks of two machines differ', () => {
    expect(estimatedRemainingSeconds(standing, new Date('2026-11-22T00:59:00.000Z'))).toBe(0);
  });
});
