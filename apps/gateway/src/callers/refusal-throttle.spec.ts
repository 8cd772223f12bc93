import { ApiError } from '@mts/domain';
import { expect, it } from 'vitest';

import { RefusalThrottle } from './refusal-throttle.js';

const wrong = async (): Promise<never> => Promise.reject(new ApiError('MTS-AUTH-001'));
const unknown = async (): Promise<never> => Promise.reject(new ApiError('MTS-AUTH-003'));
const right = async (): Promise<string> => Promise.resolve('caller');

async function codeOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: unknown) => (error instanceof ApiError ? error.code : error));
}

it('does not look at what an address tries after too many wrong ones, and tells when it will', async () => {
  let nowMs = 0;
  const throttle = new RefusalThrottle(2, () => nowMs);
  let checks = 0;
  const check = async (): Promise<never> => {
    checks += 1;
    return wrong();
  };
  const tries = ['a', 'b', 'c'].map(async (text) => codeOf(throttle.watch('192.0.2.1', text, check)));
  expect(await Promise.all(tries)).toEqual(['MTS-AUTH-001', 'MTS-AUTH-001', 'MTS-AUTH-001']);
  expect(await codeOf(throttle.watch('192.0.2.1', 'd', check))).toBe('MTS-LIMIT-001');
  expect(checks).toBe(3);
  nowMs = 30_000;
  expect(await throttle.watch('192.0.2.1', 'd', right)).toBe('caller');
});

it('lets those go on that were right lately, and all other addresses', async () => {
  const throttle = new RefusalThrottle(1, () => 0);
  await throttle.watch('192.0.2.1', 'good', right);
  await codeOf(throttle.watch('192.0.2.1', 'bad', wrong));
  expect(await codeOf(throttle.watch('192.0.2.1', 'unseen', right))).toBe('MTS-LIMIT-001');
  expect(await throttle.watch('192.0.2.1', 'good', right)).toBe('caller');
  expect(await throttle.watch('192.0.2.2', 'unseen', right)).toBe('caller');
});

it('forgets a credential that is wrong now', async () => {
  const throttle = new RefusalThrottle(2, () => 0);
  await throttle.watch('192.0.2.1', 'revoked', right);
  await codeOf(throttle.watch('192.0.2.1', 'revoked', wrong));
  await codeOf(throttle.watch('192.0.2.1', 'bad', wrong));
  expect(await codeOf(throttle.watch('192.0.2.1', 'revoked', wrong))).toBe('MTS-LIMIT-001');
});

it('takes the addresses of one subscriber of IPv6 for one', async () => {
  const throttle = new RefusalThrottle(1, () => 0);
  await codeOf(throttle.watch('2001:db8:1:2::1', 'bad', wrong));
  expect(await codeOf(throttle.watch('2001:db8:1:2:ffff::9', 'x', right))).toBe('MTS-LIMIT-001');
  expect(await throttle.watch('2001:db8:1:3::1', 'x', right)).toBe('caller');
});

it('does not hold against anybody what could not be checked', async () => {
  const throttle = new RefusalThrottle(1, () => 0);
  for (let n = 0; n < 3; n += 1) {
    expect(await codeOf(throttle.watch('192.0.2.1', String(n), unknown))).toBe('MTS-AUTH-003');
  }
});
