import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench, IMPATIENT } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const people = (count: number, from = 1000): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index));

async function ended(id: string): Promise<string> {
  const { state } = await until(async () => {
    const progress = await bench.progress(id);
    return progress.state.startsWith('processed') && progress;
  });
  return state;
}

async function makeProbesDue(): Promise<void> {
  for (const table of ['profile_hold', 'request_hold'])
    await bench.database.query(`UPDATE ${table} SET next_probe_at = now() WHERE next_probe_at IS NOT NULL`);
}

async function letLeasesExpire(): Promise<void> {
  await bench.database.query(
    `UPDATE range SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL`,
  );
}

describe('a request', () => {
  it('ends with every person asked once, in source order, and its input key gone', async () => {
    const ids = people(700);
    const id = await bench.submit(ids);
    await bench.startSeeder();
    expect(await ended(id)).toBe('processed');
    expect((await bench.rows(id)).map((row) => [row.vid, row.token])).toEqual(
      ids.map((vid) => [vid, tokenOf(vid)]),
    );
    expect(bench.ida.asked.toSorted((a, b) => Number(a) - Number(b))).toEqual(ids);
    expect(await bench.requests.find(id)).toMatchObject({ wrappedInputKey: null });
  });

  it('has as many persons in flight as it may, and not one more', async () => {
    for (const vid of people(12)) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
    const id = await bench.submit(people(12));
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '5' });
    await until(() => bench.ida.waiting === 5);
    for (const vid of people(12)) bench.ida.script(vid, { kind: 'token', token: tokenOf(vid) });
    bench.ida.release();
    await ended(id);
    expect(bench.ida.inFlightMax).toBe(5);
  });

  it('asks about identical records once, and gives each of them the outcome', async () => {
    const id = await bench.submit(['1001', '1002', '1001', '1001']);
    await bench.startSeeder();
    await ended(id);
    expect(bench.ida.asked.toSorted()).toEqual(['1001', '1002']);
    expect((await bench.rows(id)).map((row) => row.token)).toEqual(
      ['1001', '1002', '1001', '1001'].map(tokenOf),
    );
    expect(await bench.results.samePersons(id, 0, 10)).toEqual([
      { line: 3, sameAsLine: 1 },
      { line: 4, sameAsLine: 1 },
    ]);
  });

  it('keeps refusals as results: one error as IDA gave it, several under ATS-REQ-103', async () => {
    bench.ida.script('1001', { kind: 'errors', errors: [['IDA-DEA-001', 'name did not match']] });
    bench.ida.script('1002', {
      kind: 'errors',
      errors: [
        ['IDA-DEA-001', 'name did not match'],
        ['IDA-DEA-001', 'dob did not match'],
      ],
    });
    const id = await bench.submit(['1001', '1002', '1003']);
    await bench.startSeeder();
    expect(await ended(id)).toBe('processed_with_errors');
    expect((await bench.rows(id)).map((row) => [row.token, row.errorCode, row.errorMessage])).toEqual([
      [null, 'IDA-DEA-001', 'name did not match'],
      [null, 'ATS-REQ-103', 'IDA-DEA-001::name did not match,IDA-DEA-001::dob did not match'],
      [tokenOf('1003'), null, null],
    ]);
    expect(bench.ida.asked).toHaveLength(3);
  });
});

describe('an outage', () => {
  it('marks nobody as failed: the profile is held, and work goes on when a waiting record is answered', async () => {
    const [persons, others] = [people(10), people(10, 2000)];
    for (const vid of [...persons, ...others]) bench.ida.script(vid, { kind: 'http', status: 503 });
    const ids = [await bench.submit(persons), await bench.submit(others)];
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2' });
    await until(async () => bench.profile.currentHold());
    for (const id of ids) {
      expect(await bench.progress(id)).toMatchObject({ done: 0, failed: 0 });
      const holds = await bench.profile.holdsOf(id);
      expect(holds.map((hold) => [hold.kind, hold.code])).toContainEqual(['profile', 'MTS-IDA-103']);
    }
    for (const vid of [...persons, ...others]) bench.ida.script(vid, { kind: 'token', token: tokenOf(vid) });
    await until(async () => {
      await makeProbesDue();
      await bench.reconcile();
      const states = await Promise.all(ids.map(async (id) => (await bench.progress(id)).state));
      return states.every((state) => state === 'processed');
    });
    expect(await bench.profile.currentHold()).toBeUndefined();
  });

  it('of a single call leaves the person unknown and asks once more', async () => {
    bench.ida.script('1002', { kind: 'hang' }, { kind: 'token', token: tokenOf('1002') });
    const id = await bench.submit(['1001', '1002', '1003']);
    await bench.startSeeder(IMPATIENT);
    expect(await ended(id)).toBe('processed');
    expect(bench.ida.asked.filter((vid) => vid === '1002')).toHaveLength(2);
  });

  it('a person about whom IDA stays silent twice ends with an own code, and nobody else does', async () => {
    bench.ida.script('1002', { kind: 'hang' });
    const id = await bench.submit(['1001', '1002', '1003']);
    await bench.startSeeder(IMPATIENT);
    expect(await ended(id)).toBe('processed_with_errors');
    expect((await bench.rows(id)).map((row) => row.errorCode)).toEqual([null, 'MTS-IDA-001', null]);
    expect(bench.ida.asked.filter((vid) => vid === '1002')).toHaveLength(2);
  });

  it.each([
    ['IDA-XYZ-999', 'something new about Emana'],
    ['IDA-MLC-007', 'Unable to process'],
    ['IDA-MLC-022', 'Partner is blocked'],
  ])("a person about whom IDA answers %s twice ends with that code and IDA's words", async (code, words) => {
    bench.ida.script('1002', { kind: 'errors', errors: [[code, words]] });
    const id = await bench.submit(['1001', '1002', '1003']);
    await bench.startSeeder();
    expect(await ended(id)).toBe('processed_with_errors');
    expect((await bench.rows(id))[1]).toMatchObject({ token: null, errorCode: code, errorMessage: words });
    expect(bench.ida.asked.filter((vid) => vid === '1002')).toHaveLength(2);
    expect(bench.logLines.join('')).not.toContain('not asked');
    expect(bench.logLines.join('')).not.toContain(words);
  });

  it('a person whom IDA confirms twice without a Token ID ends with the code for that', async () => {
    bench.ida.script('1002', { kind: 'token', token: 'none' });
    const id = await bench.submit(['1001', '1002', '1003']);
    await bench.startSeeder();
    expect(await ended(id)).toBe('processed_with_errors');
    expect((await bench.rows(id)).map((row) => row.errorCode)).toEqual([null, 'MTS-IDA-105', null]);
  });

  it('says of a VID that is gone at the second ask that the first one may have used it up', async () => {
    bench.ida.script(
      '1002',
      { kind: 'hang' },
      { kind: 'errors', errors: [['IDA-MLC-018', 'VID not available in database']] },
    );
    const id = await bench.submit(['1001', '1002']);
    await bench.startSeeder(IMPATIENT);
    await ended(id);
    expect((await bench.rows(id))[1]?.errorMessage).toMatch(/asked twice: .* one-time VID/);
  });
});

describe('a fault of the set-up', () => {
  it('that turns into an outage is told as that', async () => {
    bench.ida.preflightAnswer = {
      kind: 'errors',
      errors: [['IDA-MPA-008', 'License key of MISP has expired']],
    };
    await bench.startSeeder();
    const before = await bench.profile.currentHold();
    bench.ida.preflightAnswer = { kind: 'http', status: 503 };
    await makeProbesDue();
    const hold = await until(async () => {
      const current = await bench.profile.currentHold();
      return current?.code === 'MTS-IDA-103' && current;
    });
    expect(hold).toMatchObject({ probe: 'preflight', since: before?.since });
    expect(hold.reason).toContain('503');
  });

  it('that only real records meet holds all requests', async () => {
    const ids = [];
    for (const vid of people(4)) {
      bench.ida.script(vid, { kind: 'errors', errors: [['IDA-MLC-022', 'Partner is blocked']] });
      ids.push(await bench.submit([vid]));
    }
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '1' });
    expect(await until(async () => bench.profile.currentHold())).toMatchObject({
      probe: 'record',
      code: 'IDA-MLC-022',
    });
    for (const id of ids)
      expect(await bench.profile.holdsOf(id)).toContainEqual(
        expect.objectContaining({ kind: 'profile', code: 'IDA-MLC-022' }),
      );
  });

  it('is found before anybody is asked, holds the profile with its reason, and ends by itself', async () => {
    bench.ida.preflightAnswer = {
      kind: 'errors',
      errors: [
        ['IDA-MLC-007', 'generic'],
        ['IDA-MPA-008', 'License key of MISP has expired'],
      ],
    };
    const id = await bench.submit(people(5));
    await bench.startSeeder();
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'preflight', code: 'IDA-MPA-008' });
    expect(await bench.profile.lastPreflight()).toMatchObject({ ok: false, code: 'IDA-MPA-008' });
    await bench.reconcile();
    expect(bench.ida.asked).toEqual([]);
    bench.ida.preflightAnswer = { kind: 'errors', errors: [['IDA-MLC-002', 'Invalid UIN']] };
    await makeProbesDue();
    await until(async () => (await bench.profile.currentHold()) === undefined);
    await bench.reconcile();
    expect(await ended(id)).toBe('processed');
  });

  it('in mid-run stops at once, and no record is blamed for it', async () => {
    for (const vid of people(50))
      bench.ida.script(vid, {
        kind: 'errors',
        errors: [
          ['IDA-MLC-007', 'generic'],
          ['IDA-MPA-017', 'License key of MISP is blocked'],
        ],
      });
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2' });
    bench.ida.preflightAnswer = {
      kind: 'errors',
      errors: [['IDA-MPA-017', 'License key of MISP is blocked']],
    };
    const id = await bench.submit(people(50));
    await until(async () => bench.profile.currentHold());
    await until(
      async () =>
        (await bench.database.query('SELECT 1 FROM range WHERE lease_until IS NULL AND epoch > 0')).length >
        0,
    );
    expect(bench.ida.asked.length).toBeLessThanOrEqual(4);
    expect(await bench.progress(id)).toMatchObject({ done: 0, failed: 0 });
    const states = await bench.database.query<{ state: string; attempts: number }>(
      'SELECT DISTINCT state, attempts FROM record',
    );
    expect(states).toEqual([{ state: 'submitted', attempts: 0 }]);
  });

  it('of one request alone holds that request, and others go on', async () => {
    const bad = people(8, 5000);
    for (const vid of bad)
      bench.ida.script(vid, {
        kind: 'errors',
        errors: [
          ['IDA-MLC-007', 'generic'],
          ['IDA-MPA-006', 'demo Authentication usage not allowed for Emana'],
        ],
      });
    const [held, other] = [await bench.submit(bad), await bench.submit(people(20))];
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '1' });
    expect(await ended(other)).toBe('processed');
    const holds = await until(async () => {
      const found = await bench.profile.holdsOf(held);
      return found.length > 0 && found;
    });
    expect(holds).toMatchObject([{ kind: 'request', code: 'IDA-MPA-006' }]);
    expect(JSON.stringify(holds) + bench.logLines.join('')).not.toContain('Emana');
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(bench.ida.asked.filter((vid) => bad.includes(vid))).toHaveLength(3);
    expect(await bench.progress(held)).toMatchObject({ done: 0, failed: 0 });
  });
});

describe('a seeder that stops', () => {
  it('finishes what is in flight, hands its range back, and announces nothing that it did not ask', async () => {
    for (const vid of people(100))
      bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
    const id = await bench.submit(people(100));
    const seeder = await bench.startSeeder({
      MTS_IDA_IN_FLIGHT_MAX: '4',
    });
    await until(() => bench.ida.waiting === 4);
    const closing = seeder.close();
    bench.ida.release();
    await closing;
    expect(bench.ida.asked).toHaveLength(4);
    expect(await bench.progress(id)).toMatchObject({ done: 4, failed: 0 });
    const open = await bench.database.query<{ state: string; attempts: number }>(
      `SELECT DISTINCT state, attempts FROM record WHERE state <> 'processed'`,
    );
    expect(open).toEqual([{ state: 'submitted', attempts: 0 }]);
    for (const vid of people(100)) bench.ida.script(vid, { kind: 'token', token: tokenOf(vid) });
    await bench.reconcile();
    await bench.startSeeder();
    expect(await ended(id)).toBe('processed');
    expect(bench.ida.asked).toHaveLength(100);
  });

  it('and whose range was taken over writes nothing when its answers come late', async () => {
    bench.ida.script(
      '1001',
      { kind: 'token when released', token: tokenOf('9999') },
      { kind: 'errors', errors: [['IDA-MLC-018', 'VID not available in database']] },
    );
    const id = await bench.submit(['1001']);
    await bench.startSeeder();
    await until(() => bench.ida.waiting === 1);
    await letLeasesExpire();
    await bench.database.query(
      `UPDATE range SET epoch = epoch + 1, lease_until = now() + interval '1 minute'`,
    );
    bench.ida.release();
    await until(() => bench.logLines.some((line) => line.includes('taken over')));
    expect(await bench.progress(id)).toMatchObject({ done: 0, failed: 0 });
  });
});

describe('the rate cap', () => {
  it('spreads the calls of all seeders, as the shared budget shows', async () => {
    const id = await bench.submit(people(6));
    await bench.startSeeder({ MTS_IDA_RATE_PER_SECOND_MAX: '4' });
    expect(await ended(id)).toBe('processed');
    const [budget] = await bench.database.query<{ reserved: number }>(
      `SELECT extract(epoch FROM next_free_at - (SELECT started_at FROM request))::float8 AS reserved FROM rate_budget`,
    );
    // A quarter of a second for each, one behind the other.
    expect(budget?.reserved).toBeGreaterThanOrEqual(1.5);
  });
});

describe('a seeder that is set up wrongly', () => {
  it.each([
    ['MTS_IDA_PARTNER_P12_FILE', '/nowhere/partner.p12', /^MTS_IDA_PARTNER_P12_FILE names .* cannot be read/],
    ['MTS_IDA_PARTNER_P12_PASSWORD', 'hunter2-wrong', /^MTS_IDA_PARTNER_P12_FILE names (?!.*hunter2)/],
    ['MTS_IDA_CERTIFICATE_FILE', import.meta.filename, /^MTS_IDA_CERTIFICATE_FILE names .* does not serve/],
    ['MTS_KEK_FILE', import.meta.filename, /must hold one key of 32 bytes/],
  ])('does not start with a wrong %s, and says so in a sentence', async (variable, value, sentence) => {
    await expect(bench.startSeeder({ [variable]: value })).rejects.toThrow(sentence);
  });
});

describe('a seeder with another key-encryption key than its database was written with', () => {
  it('does not start, and says which key to mount', async () => {
    await bench.submit(['1001']);
    const directory = await mkdtemp(join(tmpdir(), 'mts-other-kek-'));
    await expect(bench.startSeeder({ MTS_KEK_FILE: join(directory, 'kek') })).rejects.toThrow(
      /no key file .*, and the database has been written with/,
    );
    await rm(directory, { recursive: true });
  });
});

describe('the log of a seeder', () => {
  it('holds no number, name or token of anybody', async () => {
    const vid = '7465075291703420';
    bench.ida.script(vid, { kind: 'http', status: 503 });
    await bench.submit([vid]);
    await bench.startSeeder();
    await until(() => bench.ida.asked.length >= 2);
    const log = bench.logLines.join('');
    for (const secret of [vid, 'Emana', 'TEST_API_KEY_0001', 'TEST_MISP_LK_0001'])
      expect(log).not.toContain(secret);
  });
});
