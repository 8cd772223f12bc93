import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';

import { expect, it } from 'vitest';

import { sealInBlocks } from './seal-records.js';

const OPTIONS = { mapping: {}, language: 'eng', nameDelimiter: ' ', fullAddressDelimiter: ', ' };

it('sealing a list lets others have their turn, though its records are all there at once', async () => {
  const key = createSecretKey(randomBytes(32));
  const setup = { requestId: randomUUID(), inputKey: key, resultsKey: key, rules: {}, now: new Date() };
  const records = Array.from({ length: 1000 }, (_, at) => ({ line: at + 1, record: { vid: String(at) } }));
  let turns = 0;
  let pending = setImmediate(function count(): void {
    turns += 1;
    pending = setImmediate(count);
  });
  const counts: number[] = [];
  for await (const { recordCount } of sealInBlocks([records], setup, OPTIONS)) counts.push(recordCount);
  clearImmediate(pending);
  expect(counts).toEqual([1000]);
  expect(turns).toBeGreaterThanOrEqual(9);
});
