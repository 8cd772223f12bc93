import { expect, it } from 'vitest';

import { until } from './index.js';

it('returns what the probe finds, be it zero or an empty text', async () => {
  const answers = [undefined, false, null, 0];
  expect(await until(() => answers.shift())).toBe(0);
});

it('goes on while the probe throws', async () => {
  let calls = 0;
  const found = await until(async () => {
    if (++calls < 3) throw new Error('nobody listens yet');
    return calls;
  });
  expect(found).toBe(3);
});

it('names what was waited for and what was seen last when the time is up', async () => {
  const waiting = until(() => undefined, { timeoutMs: 1, what: 'the request to be processed' });
  await expect(waiting).rejects.toThrow(
    'in vain for the request to be processed: the last look gave undefined',
  );
});

it('hands on the last error of the probe as the cause', async () => {
  const broken = new Error('broken');
  const waiting = until(() => Promise.reject(broken), { timeoutMs: 1 });
  await expect(waiting).rejects.toMatchObject({ cause: broken });
});
