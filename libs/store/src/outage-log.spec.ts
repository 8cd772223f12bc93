import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { OutageLog } from './outage-log.js';

const OFTEN = { lookEveryMs: 1, toldEveryMs: 600_000, quietMs: { away: 1, busy: 1, full: 1 } };

let told: { level: string; message: string; fields: object }[];
let isAway: boolean;
let log: OutageLog;
beforeEach(() => {
  told = [];
  isAway = false;
  log = logWith(OFTEN);
});
afterEach(() => log.close());

const tells =
  (level: string) =>
  (message: string, fields: object = {}): void => {
    told.push({ level, message, fields });
  };

function logWith(timing: typeof OFTEN): OutageLog {
  const lines = { debug: tells('debug'), info: tells('info'), warn: tells('warn'), error: tells('error') };
  return new OutageLog(lines, async () => (isAway ? Promise.reject(refused()) : 'here'), timing);
}

function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
}

const above = (level: string): string[] =>
  told.filter((line) => line.level !== level).map(({ message }) => message);

describe('an outage of the database', () => {
  it('is one line when it begins and one when it is over, whatever fails for it', async () => {
    isAway = true;
    for (let n = 0; n < 50; n += 1) {
      log.error('the queue reported a fault', { error: new Error('outer', { cause: refused() }) });
      log.warn('leases cannot be renewed', { error: refused() });
    }
    expect(told.filter(({ level }) => level !== 'debug')).toEqual([
      {
        level: 'error',
        message:
          'the database cannot be used: work waits for it, and calls that need it are answered with MTS-SYS-001',
        fields: { cause: 'ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:5432' },
      },
    ]);
    expect(told.filter(({ level }) => level === 'debug')).toHaveLength(100);
    isAway = false;
    const over = await until(() => told.find(({ level }) => level === 'info'));
    expect(over).toMatchObject({ message: 'the database can be used again' });
    expect(over.fields).toEqual({ forSeconds: expect.any(Number), faults: expect.any(Number) });
    expect(above('debug')).toHaveLength(2);
  });

  it('is not over as long as the database does not answer, though nobody else asks it', async () => {
    log = logWith({ ...OFTEN, toldEveryMs: 0 });
    isAway = true;
    log.warn('leases cannot be renewed', { error: refused() });
    await until(() => told.filter(({ level }) => level === 'warn').length >= 3);
    expect(told.slice(-1)).toMatchObject([
      { message: 'the database still cannot be used', fields: { forSeconds: expect.any(Number) } },
    ]);
    expect(above('info')).toHaveLength(told.length);
  });

  it('is told anew when it comes again', async () => {
    for (const times of [1, 2]) {
      log.warn('leases cannot be renewed', { error: refused() });
      await until(() => told.filter(({ level }) => level === 'info').length === times);
    }
    expect(told.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  it('says what it is: no room, or statements in each other’s way', () => {
    log.warn('not stored', { error: Object.assign(new Error('m'), { code: '53100' }) });
    log.error('a call failed', { error: Object.assign(new Error('m'), { code: '55P03' }) });
    expect(above('debug')).toEqual([
      'the database has no room left: work waits for it, and lists are refused with MTS-SYS-002',
      'the database has statements wait too long for each other: they are made again, or their calls are answered with MTS-SYS-001',
    ]);
  });
});

it('a fault of the program, or a statement that is wrong, is logged as it is', () => {
  const wrong = Object.assign(new Error('column "x" does not exist'), { code: '42703' });
  log.error('a call failed', { error: wrong });
  log.warn('a probe could not be made', { error: new TypeError('undefined is not a function') });
  log.info('a list was taken in', { total: 3 });
  expect(told.map(({ level }) => level)).toEqual(['error', 'warn', 'info']);
  expect(told[0]).toEqual({ level: 'error', message: 'a call failed', fields: { error: wrong } });
});

it('nothing is told of an outage any more once the log is closed', async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const lines = { debug: () => undefined, info: fail, warn: fail, error: () => undefined };
  log = new OutageLog(
    lines,
    async () => {
      asked.resolve();
      return answer.promise;
    },
    OFTEN,
  );
  log.warn('leases cannot be renewed', { error: refused() });
  await asked.promise;
  log.close();
  answer.reject(refused());
  await expect(answer.promise).rejects.toThrow('ECONNREFUSED');
});

it('what fails because the connections are ended is no outage: it is passed on as debug', () => {
  log.close();
  const error = new Error('Cannot use a pool after calling end on the pool');
  log.error('the queue reported a fault', { error });
  log.warn('a step failed', { error: new Error('outer', { cause: error }) });
  log.error('a call failed', { error: new TypeError('undefined is not a function') });
  expect(told.map(({ level, message }) => [level, message])).toEqual([
    ['debug', 'the queue reported a fault'],
    ['debug', 'a step failed'],
    ['error', 'a call failed'],
  ]);
});

function fail(message: string): never {
  throw new Error(`told: ${message}`);
}
