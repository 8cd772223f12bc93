import { IdaFault } from '@mts/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  BLOCKED,
  BROKEN,
  CLOCK,
  openDesk,
  probeOn,
  type ProfileDesk,
  REFUSED,
  SILENT,
  workOn,
} from '../spec-support/profile-desk.js';
import type { Bench } from '../spec-support/running-seeder.js';

let bench: Bench;
let desk: ProfileDesk;
let id: string;
beforeEach(async () => {
  ({ bench, desk, id } = await openDesk());
});
afterEach(async () => bench.close());

describe('a hold of this seeder alone', () => {
  const LATE = new IdaFault('client', 'profile', 'not-asked', 'IDA-MLC-001', 'IDA: its clock is off');

  it('stops its work, is no hold of the profile, and is logged once', async () => {
    desk.preflight = CLOCK;
    expect(await desk.meet(LATE, id)).toEqual(['all held']);
    await desk.preflights.make();
    expect([desk.own.isHeld, desk.stops]).toEqual([true, 1]);
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(desk.logLines.filter((line) => line.includes('this seeder asks nobody'))).toHaveLength(1);
  });

  it('ends with the first preflight that succeeds, and tells those who follow it both times', async () => {
    const told: boolean[] = [];
    desk.own.follow((isHeld) => told.push(isHeld));
    desk.preflight = CLOCK;
    await desk.preflights.make();
    await desk.preflights.make();
    desk.preflight = { ok: true };
    await desk.preflights.make();
    expect([desk.own.isHeld, told]).toEqual([false, [true, false]]);
  });

  it('is none of a request, where IDA refuses the time of some calls only', async () => {
    expect(await desk.meet(LATE, id, id, id, id)).toEqual(['go on', 'go on', 'go on', 'go on']);
    expect([desk.own.isHeld, await bench.profile.holdsOf(id)]).toEqual([false, []]);
  });

  it('is none where the set-up is broken for all', async () => {
    desk.preflight = BROKEN;
    await desk.meet(LATE, id);
    expect(desk.own.isHeld).toBe(false);
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'IDA-MPA-003' });
  });
});

describe('a seeder that alone gets no answer about people', () => {
  beforeEach(async () => {
    await desk.own.hold('MTS-IDA-102', 'no answer', 'record');
  });

  it('is not released by a preflight, but by a person who is answered', async () => {
    await desk.preflights.make();
    expect(desk.own.isHeld).toBe(true);
    await desk.holds.releaseOwn();
    expect(desk.own.isHeld).toBe(false);
  });

  it('stays held when the person whom it tries is not answered, and nothing else is held for that', async () => {
    expect(await desk.guard.faulted(probeOn(id, 'seeder probe'), SILENT)).toBe('all held');
    expect([desk.own.isHeld, await bench.profile.holdsOf(id), await bench.profile.currentHold()]).toEqual([
      true,
      [],
      undefined,
    ]);
  });

  it('tries again at once when somebody asks for a preflight', async () => {
    expect(desk.own.isTryDue).toBe(false);
    await desk.preflights.makeAskedFor();
    expect(desk.own.isTryDue).toBe(true);
  });
});

/** What the log says of holds of the profile. */
function ofProfile(): string[] {
  return desk.logLines.filter((line) => line.includes('the profile is'));
}

describe('a hold of the profile', () => {
  it('stops the work of this process before it is written down, and what was begun meanwhile', async () => {
    desk.preflight = BROKEN;
    await desk.meet(REFUSED, id);
    expect(desk.stops).toBe(3);
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'IDA-MPA-003' });
  });

  it('is logged once, however many calls were under way', async () => {
    const other = await bench.submit(['1002']);
    const calls = Array.from({ length: 8 }, (_, at) => workOn(at === 2 ? other : id, at + 1));
    for (const call of calls) desk.silences.begin(call);
    await Promise.all(calls.map(async (call) => desk.guard.faulted(call, SILENT)));
    expect(ofProfile()).toEqual([expect.stringContaining('the profile is held')]);
  });

  it('takes the reason of the probe that failed last, keeps its beginning, and logs each reason once', async () => {
    await desk.fail(id, id, await bench.submit(['1002']));
    const before = await bench.profile.currentHold();
    for (let again = 0; again < 2; again += 1)
      expect(await desk.guard.faulted(probeOn(id), BLOCKED)).toBe('all held');
    expect(await bench.profile.currentHold()).toMatchObject({
      probe: 'record',
      code: 'IDA-MLC-022',
      reason: expect.stringContaining('Partner is blocked'),
      since: before?.since,
    });
    expect(ofProfile()).toHaveLength(2);
  });

  it('keeps its reason when a call of before it fails for another', async () => {
    await desk.fail(id, id, await bench.submit(['1002']));
    desk.preflight = BROKEN;
    expect(await desk.meet(REFUSED, id)).toEqual(['all held']);
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'MTS-IDA-102' });
  });
});
