import { randomUUID } from 'node:crypto';

import { IdaFault } from '@mts/domain';
import type { PreflightResult } from '@mts/ida-client';
import { createLogger } from '@mts/platform';
import { OpinionStore, SilenceStore } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from '../spec-support/running-seeder.js';
import { OwnHold } from './own-hold.js';
import { ProfileGuard, type RangeCall } from './profile-guard.js';
import { SecondOpinion } from './second-opinion.js';

/** By a proxy or a firewall: IDA answers no 4xx. */
const TURNED_AWAY = new IdaFault('configuration', 'profile', 'not-asked', 'MTS-IDA-103', 'HTTP 403');
const SILENT = new IdaFault('transient', 'record', 'unknown', 'MTS-IDA-102', 'IDA did not answer in time');
const DOWN: PreflightResult = { ok: false, faultClass: 'transient', code: 'MTS-IDA-103', reason: '503' };

let bench: Bench;
let id: string;
let preflight: PreflightResult;
let guard: ProfileGuard;
let own: OwnHold;
/** How often all work of the process was stopped. */
let stops: number;
beforeEach(async () => {
  bench = await Bench.open();
  preflight = { ok: true };
  id = await bench.submit(['1001']);
  stops = 0;
  const logger = createLogger({ app: 'spec', level: 'error', write: () => undefined });
  own = new OwnHold(randomUUID(), bench.profile, logger);
  guard = new ProfileGuard({
    client: { preflight: async () => preflight },
    profile: bench.profile,
    silence: new SilenceStore(bench.database, 'default'),
    own,
    opinion: new SecondOpinion(new OpinionStore(bench.database, 'default', own.seederId), own, 1000),
    work: { stop: () => (stops += 1), pause: () => undefined, goOn: () => undefined },
    logger,
  });
});
afterEach(async () => bench.close());

function work(line = 1, requestId = id): RangeCall {
  return { requestId, n: 0, line, purpose: 'work', isLastResort: false, sentAtMs: performance.now() };
}

async function requestHolds(): Promise<number> {
  return (await bench.profile.holdsOf(id)).length;
}

describe('a seeder that alone gets no answer about people', () => {
  beforeEach(async () => {
    await own.hold('MTS-IDA-102', 'no answer', 'record');
  });

  it('is not released by a preflight, but by a person who is answered', async () => {
    await guard.preflight();
    expect(own.isHeld).toBe(true);
    await guard.releaseOwn();
    expect(own.isHeld).toBe(false);
  });

  it('stays held when the person whom it tries is not answered, and nothing else is held for that', async () => {
    expect(await guard.faulted({ ...work(), purpose: 'seeder probe' }, SILENT)).toBe('all held');
    expect([own.isHeld, await requestHolds(), await bench.profile.currentHold()]).toEqual([
      true,
      0,
      undefined,
    ]);
  });

  it('tries again at once when somebody asks for a preflight', async () => {
    expect(own.isTryDue).toBe(false);
    await guard.preflightAskedFor();
    expect(own.isTryDue).toBe(true);
  });
});

describe('calls that something before IDA turns away, while preflights come through', () => {
  it('hold their lists until one of their people is answered, and nobody else', async () => {
    const other = await bench.submit(['1002']);
    const after: string[] = [];
    for (const requestId of [id, other, id]) after.push(await guard.faulted(work(1, requestId), TURNED_AWAY));
    expect(after).toEqual(['go on', 'go on', 'request held']);
    for (const requestId of [id, other])
      expect(await bench.profile.holdsOf(requestId)).toMatchObject([
        { kind: 'request', code: 'MTS-IDA-103', nextTryAt: expect.any(Date) },
      ]);
    expect(await bench.profile.currentHold()).toBeUndefined();
  });

  it('hold nobody while others are answered in between', async () => {
    await bench.submit(['1002']);
    for (let line = 1; line < 9; line += 1) {
      expect(await guard.faulted(work(line), TURNED_AWAY)).toBe('go on');
      guard.answered(work(99));
    }
    expect(await requestHolds()).toBe(0);
  });

  it('hold a list at its end in which one record alone is turned away, until that is answered', async () => {
    const after: string[] = [];
    for (let call = 0; call < 3; call += 1) {
      after.push(await guard.faulted(work(), TURNED_AWAY));
      guard.answered(work(99));
    }
    expect(after).toEqual(['go on', 'go on', 'request held']);
    expect(await bench.profile.holdsOf(id)).toMatchObject([{ nextTryAt: expect.any(Date) }]);
  });
});

describe('before somebody is asked again', () => {
  it('a preflight is made only when the latest call failed', async () => {
    preflight = DOWN;
    expect(await guard.isWell()).toBe(true);
    await guard.faulted(work(), SILENT);
    expect(await guard.isWell()).toBe(false);
  });

  it('all are held when that preflight fails', async () => {
    preflight = DOWN;
    await guard.faulted(work(), SILENT);
    expect([await guard.isWell(), stops > 0]).toEqual([false, true]);
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code: 'MTS-IDA-103' });
  });

  it('nobody is held for it when a call that was under way is answered meanwhile', async () => {
    const slow = work(9);
    guard.begin(slow);
    await guard.faulted(work(), SILENT);
    preflight = DOWN;
    const wellness = guard.isWell();
    await until(async () => (await bench.profile.lastPreflight())?.ok === false);
    guard.answered(slow);
    expect(await wellness).toBe(false);
    expect(await bench.profile.currentHold()).toBeUndefined();
  });
});

describe('a second silence about a person, when somebody who was asked later was answered', () => {
  beforeEach(async () => {
    await bench.database.query(
      `UPDATE record SET state = 'unknown', attempts = 1, asked_at = now() - interval '1 minute'`,
    );
    await bench.database.query(
      `INSERT INTO ida_answer (profile_id, sent_at) VALUES ('default', now() - interval '30 seconds')`,
    );
  });

  it('is of the person where no other seeder asks', async () => {
    const call = work();
    await guard.faulted(call, SILENT);
    expect(await guard.isOfThePerson(call)).toBe(true);
  });

  it('is of the person, where others ask too, only when this seeder was answered since', async () => {
    await bench.database.query('INSERT INTO seeder (id, in_flight_max) VALUES (gen_random_uuid(), 1)');
    const call = work();
    await guard.faulted(call, SILENT);
    expect(await guard.isOfThePerson(call)).toBe(false);
    guard.answered(work(9));
    expect(await guard.isOfThePerson(call)).toBe(true);
  });

  it('holds everybody, and is not of the person, when the preflight fails', async () => {
    const call = work();
    await guard.faulted(call, SILENT);
    preflight = DOWN;
    expect(await guard.isOfThePerson(call)).toBe(false);
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'MTS-IDA-103' });
  });
});

describe('a seeder that was in doubt, and was answered by nobody since', () => {
  it('leaves probes to others where there are any', async () => {
    for (let line = 1; line < 4; line += 1) await guard.faulted(work(line), SILENT);
    expect(await guard.leavesProbesToOthers()).toBe(false);
    await bench.database.query('INSERT INTO seeder (id, in_flight_max) VALUES (gen_random_uuid(), 1)');
    expect(await guard.leavesProbesToOthers()).toBe(true);
    guard.answered(work(9));
    expect(await guard.leavesProbesToOthers()).toBe(false);
  });
});
