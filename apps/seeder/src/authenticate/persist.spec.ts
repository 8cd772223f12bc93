import { describe, expect, it } from 'vitest';

import { persist, persistWhile } from './persist.js';

const AWAY = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

function failing(times: number, fault: Error): () => Promise<number> {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries <= times) throw fault;
    return Promise.resolve(tries);
  };
}

describe('a statement that is persisted in', () => {
  it('is made until the database is back', async () => {
    expect(await persist(failing(2, AWAY))).toBe(3);
  });

  it('is made once when it is wrong', async () => {
    const wrong = new Error('column does not exist');
    const statement = failing(1, wrong);
    await expect(persist(statement)).rejects.toBe(wrong);
    expect(await statement()).toBe(2);
  });

  it('while work goes on ends with the work, also when the database never answers', async () => {
    const stop = new AbortController();
    const made = persistWhile(stop.signal, async () => new Promise<never>(() => undefined));
    stop.abort();
    expect(await made).toBeUndefined();
  });

  it('is not made again once the work has ended', async () => {
    const stop = new AbortController();
    let tries = 0;
    const made = persistWhile(stop.signal, async () => {
      tries += 1;
      stop.abort();
      return Promise.reject(AWAY);
    });
    expect(await made).toBeUndefined();
    expect(tries).toBe(1);
  });
});
