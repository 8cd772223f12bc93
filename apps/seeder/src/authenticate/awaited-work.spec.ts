import type { QueueMessages } from '@mts/domain';
import { createLogger } from '@mts/platform';
import { expect, it } from 'vitest';

import { AwaitedWork } from './awaited-work.js';

const message = (requestId: string): QueueMessages['sync'] => ({ v: 1, requestId, n: 0 });

it('begins with all at once, and ends when the last of them has ended, however it did', async () => {
  const lines: string[] = [];
  const logger = createLogger({ app: 'spec', level: 'info', write: (line) => lines.push(line) });
  const ends = new Map<string, (fails: boolean) => void>();
  const begin = async ({ requestId }: { readonly requestId: string }): Promise<void> =>
    new Promise((resolve, reject) => {
      ends.set(requestId, (fails) => (fails ? reject(new Error('the database is away')) : resolve()));
    });
  const work = new AwaitedWork({ work: begin }, logger);
  for (const id of ['a', 'b', 'c']) work.begin(message(id));
  expect([...ends.keys()]).toEqual(['a', 'b', 'c']);
  const settled = work.settled();
  ends.get('b')?.(true);
  ends.get('a')?.(false);
  ends.get('c')?.(false);
  await settled;
  expect(lines.join()).toContain('"requestId":"b"');
});
