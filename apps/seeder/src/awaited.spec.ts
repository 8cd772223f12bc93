import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Calm } from './authenticate/calm.js';
import { Bench, IMPATIENT } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const people = (count: number): string[] => Array.from({ length: count }, (_, at) => String(1000 + at));
const TRANSACTION_ID = 'OtpTx12345';
const SILENT = { kind: 'hang' } as const;

/** A one-time password that is good for so long from now. */
const otp = (forMs = 60_000) => ({
  factors: { otp: '111111', goodUntilMs: Date.now() + forMs },
  transactionId: TRANSACTION_ID,
});

async function outcomeOf(id: string) {
  await until(async () => (await bench.progress(id)).state.startsWith('processed'));
  const [row] = await bench.rows(id);
  return row;
}

describe('a caller who waits', () => {
  it('gets the token, or each error of IDA with what the person can do', async () => {
    const [message, action] = ['Demographic data name did not match', 'Please re-enter your name'];
    bench.ida.script('1002', {
      kind: 'errors',
      errors: [
        ['IDA-DEA-001', message, action],
        ['IDA-MLC-018', 'gone'],
      ],
    });
    await bench.startSeeder();
    const ids = await Promise.all([bench.submitAwaited('1001'), bench.submitAwaited('1002')]);
    expect(await Promise.all(ids.map(outcomeOf))).toEqual([
      { vid: '1001', token: tokenOf('1001'), errorCode: null, errorMessage: null },
      {
        vid: '1002',
        token: null,
        errorCode: 'ATS-REQ-103',
        errorMessage: `IDA-DEA-001::${message},IDA-MLC-018::gone`,
        refusal: [
          { code: 'IDA-DEA-001', message, action },
          { code: 'IDA-MLC-018', message: 'gone' },
        ],
      },
    ]);
  });

  it('is served when all places of lists are taken, as soon as one is free', async () => {
    const listed = people(9);
    for (const vid of listed) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2' });
    const lists = await Promise.all([0, 3, 6].map(async (at) => bench.submit(listed.slice(at, at + 3))));
    await until(() => bench.ida.waiting === 2);
    const id = await bench.submitAwaited('2000');
    await until(async () => (await bench.sentMarks(id)) === 1);
    for (const vid of listed) bench.ida.script(vid, { kind: 'token', token: tokenOf(vid) });
    bench.ida.release();
    expect(await outcomeOf(id)).toMatchObject({ token: tokenOf('2000') });
    // Both places are free in the same moment.
    expect(bench.ida.asked.slice(2, 4)).toContain('2000');
    for (const list of lists) await outcomeOf(list);
  });

  it('is served before lists under a low rate', async () => {
    const list = await bench.submit(people(8));
    await bench.startSeeder({ MTS_IDA_RATE_PER_SECOND_MAX: '4' });
    await until(() => bench.ida.asked.length === 2);
    const id = await bench.submitAwaited('2000');
    await outcomeOf(id);
    expect(bench.ida.asked.indexOf('2000')).toBeLessThan(7);
    await outcomeOf(list);
  });
});

/** A seeder that takes IDA for calm only so long after a silence as it does in earnest. */
async function startUncalm(): Promise<void> {
  await bench.startSeeder(IMPATIENT, new Calm());
}

describe.each([
  ['503', { kind: 'http', status: 503 }],
  ['a web page', { kind: 'http', status: 200 }],
  ['silence', SILENT],
  ['403', { kind: 'http', status: 403 }],
] as const)('a caller who waits at the beginning of an outage by %s', (_how, fails) => {
  it('is asked about once, which holds everybody, and answered when it is over', async () => {
    await startUncalm();
    await outcomeOf(await bench.submitAwaited('1001'));
    bench.ida.script('1002', fails);
    bench.ida.preflightAnswer = fails;
    const id = await bench.submitAwaited('1002');
    expect(await until(async () => bench.profile.currentHold())).toMatchObject({
      nextTryAt: expect.any(Date),
    });
    expect(bench.ida.asked).toEqual(['1001', '1002']);
    expect(await bench.progress(id)).toMatchObject({ failed: 0, done: 0 });
    bench.ida.script('1002', { kind: 'token', token: tokenOf('1002') });
    bench.ida.preflightAnswer = { kind: 'errors', errors: [['IDA-MLC-002', 'Invalid UIN']] };
    await until(async () => {
      await bench.database.query('UPDATE profile_hold SET next_probe_at = now()');
      await bench.reconcileLater();
      return (await bench.progress(id)).state === 'processed';
    });
    expect(await outcomeOf(id)).toMatchObject({ token: tokenOf('1002') });
  });
});

describe('a caller who waits and about whom IDA is silent once, while preflights succeed', () => {
  it('is asked about again at once', async () => {
    bench.ida.script('1001', { kind: 'http', status: 503 }, { kind: 'token', token: tokenOf('1001') });
    await startUncalm();
    const before = bench.ida.preflights;
    expect(await outcomeOf(await bench.submitAwaited('1001'))).toMatchObject({ token: tokenOf('1001') });
    expect([bench.ida.asked, bench.ida.preflights - before]).toEqual([['1001', '1001'], 1]);
  });
});

describe('a list of one in an outage', () => {
  it('shows at once that everybody is held, when its one call failed', async () => {
    bench.ida.script('1001', { kind: 'http', status: 503 });
    await startUncalm();
    bench.ida.preflightAnswer = { kind: 'http', status: 503 };
    const id = await bench.submit(['1001']);
    await until(async () => bench.profile.currentHold());
    expect(bench.ida.asked).toEqual(['1001']);
    expect(await bench.profile.holdsOf(id)).toMatchObject([{ kind: 'profile', code: 'MTS-IDA-103' }]);
  });
});

describe('a one-time password', () => {
  it('is asked with in the transaction that it was made for', async () => {
    await bench.startSeeder({ MTS_IDA_VERSION: '1.1.5' });
    const id = await bench.submitAwaited('1001', otp());
    expect(await outcomeOf(id)).toMatchObject({ token: tokenOf('1001') });
    expect(bench.ida.lastBody).toMatchObject({
      transactionID: TRANSACTION_ID,
      requestedAuth: { otp: true, demo: true },
    });
  });

  it('is asked with once: silence of IDA ends the record with a code of its own', async () => {
    bench.ida.script('1001', SILENT);
    await bench.startSeeder(IMPATIENT);
    const id = await bench.submitAwaited('1001', otp());
    expect(await outcomeOf(id)).toMatchObject({ errorCode: 'MTS-IDA-003' });
    expect(bench.ida.asked).toEqual(['1001']);
  });

  it('ends at once when its silence turns out to be an outage, and does not wait for the end of that', async () => {
    const vids = ['1001', '1002', '1003'];
    for (const vid of vids) bench.ida.script(vid, { kind: 'http', status: 503 });
    await bench.startSeeder();
    const ids = await Promise.all(vids.map(async (vid) => bench.submitAwaited(vid, otp())));
    await until(async () => bench.profile.currentHold());
    for (const id of ids) expect(await outcomeOf(id)).toMatchObject({ errorCode: 'MTS-IDA-003' });
    expect(bench.ida.asked.toSorted()).toEqual(vids);
  });

  it('is not asked with again after its seeder was killed in the middle of the call', async () => {
    bench.ida.script('1001', { kind: 'token when released', token: tokenOf('1001') });
    const killed = await bench.startSeeder();
    const id = await bench.submitAwaited('1001', otp());
    await until(() => bench.ida.waiting === 1);
    await bench.takeOver(id);
    const [row] = [await outcomeOf(id)];
    expect(row).toMatchObject({ errorCode: 'MTS-IDA-003' });
    expect(bench.ida.asked).toEqual(['1001']);
    bench.ida.release();
    await killed.close();
  });

  it('is sent to nobody once it is no longer good', async () => {
    await bench.startSeeder();
    const id = await bench.submitAwaited('1001', otp(-1));
    expect(await outcomeOf(id)).toMatchObject({ errorCode: 'MTS-IDA-004', token: null });
    expect(bench.ida.asked).toEqual([]);
  });

  it('is used when IDA could not be reached at first, for then nobody was asked', async () => {
    const refused = { kind: 'http', status: 404 } as const;
    bench.ida.script('1001', refused, { kind: 'token', token: tokenOf('1001') });
    await bench.startSeeder();
    expect(await outcomeOf(await bench.submitAwaited('1001', otp()))).toMatchObject({
      token: tokenOf('1001'),
    });
  });
});
