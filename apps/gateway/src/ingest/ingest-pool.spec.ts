import { newDataKey } from '@mts/crypto';
import type { SealingSetup } from '@mts/inputs';
import { createLogger } from '@mts/platform';
import { until } from '@mts/testing';
import { afterEach, expect, it, vi } from 'vitest';

import { person } from '../spec-support/gateway-fixture.js';
import type { IngestItem } from './ingest-items.js';
import { IngestPool, type IngestThread } from './ingest-pool.js';
import { StreamGoneError } from './port-stream.js';

const OPTIONS = { mapping: {}, language: 'eng', nameDelimiter: ' ', fullAddressDelimiter: ', ' };
const FILE = `${Object.keys(person(0)).join()}\n${Object.values(person(0))
  .map((cell) => `"${cell}"`)
  .join()}\n`;

let pool: IngestPool;
afterEach(async () => pool.close());

function newPool(threadsMax: number, idleLimitMs?: number): IngestPool {
  const logger = createLogger({ app: 'spec', level: 'error', write: () => undefined });
  return new IngestPool(threadsMax, logger, idleLimitMs);
}

function setup(): SealingSetup {
  return {
    requestId: '5d0a1c9e-1111-4222-8333-123456789012',
    inputKey: newDataKey(),
    resultsKey: newDataKey(),
    rules: {},
    now: new Date(),
  };
}

async function* bytes(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function recordCount(items: AsyncIterable<IngestItem>): Promise<number> {
  let count = 0;
  for await (const item of items) if (item.kind === 'block') count += item.recordCount;
  return count;
}

async function takeFile(thread: IngestThread): Promise<number> {
  return recordCount(thread.csv(bytes(FILE), undefined, setup(), OPTIONS));
}

it('gives a thread to so many at once, and to the next one when one is given back', async () => {
  pool = newPool(2);
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const began: string[] = [];
  const uses = ['first', 'second', 'third'].map(async (name, at) =>
    pool.use(name, async (thread) => {
      began.push(name);
      await gates[at]?.promise;
      return takeFile(thread);
    }),
  );
  gates[0]?.resolve();
  expect(await uses[0]).toBe(1);
  expect(await uses[2]).toBe(1);
  expect(began).toEqual(['first', 'second', 'third']);
  gates[1]?.resolve();
  expect(await uses[1]).toBe(1);
});

it('keeps one thread free of each owner, and lets its further lists wait for those that it has', async () => {
  pool = newPool(3);
  const gate = Promise.withResolvers<void>();
  const began: string[] = [];
  const use = async (owner: string, name: string): Promise<void> =>
    pool.use(owner, async () => {
      began.push(name);
      if (owner === 'dripping') await gate.promise;
    });
  const dripping = ['first', 'second', 'third'].map(async (name) => use('dripping', name));
  await use('other', 'at once');
  await use('other', 'and again');
  expect(began).toEqual(['first', 'second', 'at once', 'and again']);
  gate.resolve();
  await Promise.all(dripping);
  expect(began.at(-1)).toBe('third');
});

it('gives a thread back after a file that it could not read, and it reads the next one', async () => {
  pool = newPool(1);
  const threads = new Set<IngestThread>();
  const broken = pool.use('a', async (thread) => {
    threads.add(thread);
    return recordCount(thread.csv(bytes('vid\n', '"'), undefined, setup(), OPTIONS));
  });
  await expect(broken).rejects.toMatchObject({ status: 400, errors: [{ errorCode: 'MTS-CSV-001' }] });
  expect(
    await pool.use('a', async (thread) => {
      threads.add(thread);
      return takeFile(thread);
    }),
  ).toBe(1);
  expect(threads.size).toBe(1);
});

it('replaces a thread that died, and tells who was waiting for it', async () => {
  pool = newPool(1);
  const endless = Promise.withResolvers<never>();
  async function* file(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(FILE);
    await endless.promise;
  }
  const orphaned = pool.use('a', async (thread) => {
    const counting = recordCount(thread.csv(file(), undefined, setup(), OPTIONS));
    await thread.stop();
    return counting;
  });
  await expect(orphaned).rejects.toBeInstanceOf(StreamGoneError);
  expect(await pool.use('a', takeFile)).toBe(1);
});

it('ends threads that have nothing to do, and starts new ones for what comes then', async () => {
  pool = newPool(2, 0);
  let ended = 0;
  const take = async (owner: string): Promise<number> =>
    pool.use(owner, async (thread) => {
      thread.onExit(() => (ended += 1));
      return takeFile(thread);
    });
  expect(await Promise.all([take('a'), take('b')])).toEqual([1, 1]);
  await until(() => ended === 2);
  expect(await take('a')).toBe(1);
});

it('gives nobody a thread that is about to end', async () => {
  pool = newPool(1, 0);
  const ending = Promise.withResolvers<void>();
  await pool.use('a', async (thread) => {
    const stop = thread.stop.bind(thread);
    vi.spyOn(thread, 'stop').mockImplementation(async () => {
      ending.resolve();
      return stop();
    });
  });
  await ending.promise;
  expect(await pool.use('a', takeFile)).toBe(1);
});

it('lets go of a large request that is refused by its envelope', async () => {
  pool = newPool(1);
  const body = new TextEncoder().encode(JSON.stringify({ request: { authdata: [person(0)], a: 1 } }));
  await pool.use('a', async (thread) => {
    const items = thread.json(body, setup(), async () => Promise.withResolvers<never>().promise);
    for await (const item of items) {
      expect(item).toEqual({ kind: 'envelope', envelope: { request: { a: 1 } }, authdata: 'list' });
      break;
    }
  });
  expect(await pool.use('a', takeFile)).toBe(1);
});
