import { describe, expect, it } from 'vitest';

import { systemFault } from '../http/system-fault.js';
import { Turns } from './turns.js';

/** A piece of work that ends when it is told to. */
function work(name: string, log: string[]) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const run = async (): Promise<string> => {
    log.push(`${name} begins`);
    await promise;
    log.push(`${name} ends`);
    return name;
  };
  return { run, end: resolve };
}

describe('calls about one request', () => {
  it('come one after another, also after one that failed', async () => {
    const [turns, log] = [new Turns(), [] as string[]];
    const [a, b] = [work('a', log), work('b', log)];
    const failed = turns.inTurn('1', async () => {
      await a.run();
      throw new Error('a breaks');
    });
    const second = turns.inTurn('1', b.run);
    b.end();
    a.end();
    await expect(failed).rejects.toThrow('a breaks');
    expect(await second).toBe('b');
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('are refused when those before take too long, and none of them begins before those have ended', async () => {
    const [turns, log] = [new Turns(), [] as string[]];
    const [a, b] = [work('a', log), work('b', log)];
    const first = turns.inTurn('1', a.run);
    const refused: unknown = await turns.inTurn('1', b.run).catch((error: unknown) => error);
    expect(systemFault(refused)).toMatchObject({ code: 'MTS-SYS-001', status: 503 });
    const third = turns.inTurn('1', b.run);
    expect(log).toEqual(['a begins']);
    a.end();
    b.end();
    expect(await Promise.all([first, third])).toEqual(['a', 'b']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });
});

it('calls about another request do not wait', async () => {
  const [turns, log] = [new Turns(), [] as string[]];
  const [a, b] = [work('a', log), work('b', log)];
  const first = turns.inTurn('1', a.run);
  b.end();
  expect(await turns.inTurn('2', b.run)).toBe('b');
  a.end();
  await first;
  expect(log).toEqual(['a begins', 'b begins', 'b ends', 'a ends']);
});
