import { expect, it } from 'vitest';

import { Attempts } from './attempts.js';
import type { LogFields } from './logging/logger.js';

const told: [string, LogFields | undefined][] = [];
const logger = { warn: (message: string, fields?: LogFields) => void told.push([message, fields]) };
const fault = new Error('read-only file system');

it('makes each whatever became of those before it, and tells of each fault but the expected', async () => {
  const attempts = new Attempts({
    logger,
    said: 'a step failed',
    isNoFault: (error) => error instanceof RangeError,
  });
  const made: string[] = [];
  await attempts.make({ step: 'one' }, async () => Promise.reject(fault));
  await attempts.make({ step: 'two' }, async () => Promise.reject(new RangeError('taken by another')));
  await attempts.make({ step: 'three' }, async () => void made.push('three'));
  expect(made).toEqual(['three']);
  expect(told).toEqual([['a step failed', { step: 'one', error: fault }]]);
});

it('begins none once they are stopped, and the one under way is told', async () => {
  const attempts = new Attempts({ logger, said: 'a step failed' });
  const made: string[] = [];
  await attempts.make({ step: 'all' }, async () => {
    await attempts.make({ step: 'one' }, async () => void made.push('one'));
    attempts.stop();
    await attempts.make({ step: 'two' }, async () => void made.push('two'));
    made.push(attempts.signal.aborted ? 'told' : 'not told');
  });
  expect(made).toEqual(['one', 'told']);
});
