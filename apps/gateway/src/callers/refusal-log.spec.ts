import { ApiError } from '@mts/domain';
import { createLogger } from '@mts/platform';
import { beforeEach, expect, it } from 'vitest';

import { RefusalLog } from './refusal-log.js';

let lines: string[];
let nowMs: number;
let log: RefusalLog;
beforeEach(() => {
  [lines, nowMs] = [[], 0];
  const logger = createLogger({ app: 'spec', level: 'info', write: (line) => lines.push(line) });
  log = new RefusalLog(logger, () => nowMs);
});

it('tells what was refused and why, and of the address no more than its network', () => {
  log.note('192.0.2.77', new ApiError('MTS-AUTH-001', { problem: 'this API key is not valid here' }));
  expect(JSON.parse(lines.join())).toMatchObject({
    level: 'warn',
    network: '192.0.2.0/24',
    code: 'MTS-AUTH-001',
    reason: expect.stringContaining('this API key is not valid here'),
  });
});

it('has one line a minute for each network', () => {
  const refusal = new ApiError('MTS-AUTH-001');
  for (const address of ['192.0.2.77', '192.0.2.78', '198.51.100.1', '192.0.2.77'])
    log.note(address, refusal);
  expect(lines).toHaveLength(2);
  nowMs = 60_000;
  log.note('192.0.2.79', refusal);
  expect(lines).toHaveLength(3);
});

it('leaves faults to whoever logs them', () => {
  for (const fault of [new Error('x'), new ApiError('MTS-AUTH-003')]) log.note('192.0.2.77', fault);
  expect(lines).toEqual([]);
});
