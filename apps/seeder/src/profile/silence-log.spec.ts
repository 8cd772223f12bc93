import { until } from '@mts/testing';
import { expect, it } from 'vitest';

import { SilenceLog } from './silence-log.js';

const silent = (): void => undefined;

function logInto(told: unknown[], toldEveryMs: number): SilenceLog {
  const warn = (_message: string, fields: object = {}): void => {
    told.push(fields);
  };
  return new SilenceLog({ debug: silent, info: silent, warn, error: silent }, toldEveryMs);
}

it('tells of the first call at once, and of those that follow it soon in one line', async () => {
  const told: unknown[] = [];
  const log = logInto(told, 50);
  log.note({ code: 'MTS-IDA-102', reason: 'hangs' });
  expect(told).toEqual([{ code: 'MTS-IDA-102', reason: 'hangs', calls: 1 }]);
  for (let call = 0; call < 40; call++) log.note({ code: 'MTS-IDA-103', reason: '503' });
  expect(told).toHaveLength(1);
  await until(() => told.length > 1);
  expect(told.slice(1)).toEqual([{ code: 'MTS-IDA-103', reason: '503', calls: 40 }]);
});

it('tells of a call at once again after a time in which there was none', async () => {
  const told: unknown[] = [];
  const log = logInto(told, 1);
  log.note({ code: 'MTS-IDA-102', reason: 'hangs' });
  await until(() => {
    const before = told.length;
    log.note({ code: 'MTS-IDA-102', reason: 'hangs' });
    return told.length > before;
  });
  expect(told.at(-1)).toMatchObject({ calls: 1 });
});
