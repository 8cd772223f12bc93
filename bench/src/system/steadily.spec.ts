import { until } from '@mts/testing';
import { expect, it } from 'vitest';

import { Steadily } from './steadily.js';

it('a call that is held up holds no other up, and is waited for in the end', async () => {
  const gate = Promise.withResolvers<undefined>();
  let begun = 0;
  const calls = new Steadily(async () => {
    begun += 1;
    await gate.promise;
  }, 1);
  await until(() => begun >= 3, { what: 'three calls' });
  const stopped = calls.stop();
  gate.resolve(undefined);
  expect(await stopped).toHaveLength(begun);
});

it('a call that fails is a fault when it is stopped, and not before', async () => {
  const fault = new Error('refused');
  let begun = 0;
  const calls = new Steadily(async () => {
    begun += 1;
    return Promise.reject(fault);
  }, 1);
  await until(() => begun >= 2, { what: 'two calls' });
  await expect(calls.stop()).rejects.toThrow(fault);
});
