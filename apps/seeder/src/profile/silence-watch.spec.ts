import type { PreflightResult } from '@mts/ida-client';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { BROKEN, openDesk, probeOn, ProfileDesk, SILENT, workOn } from '../spec-support/profile-desk.js';
import type { Bench } from '../spec-support/running-seeder.js';

const DOWN: PreflightResult = { ok: false, faultClass: 'transient', code: 'MTS-IDA-103', reason: '503' };

let bench: Bench;
let desk: ProfileDesk;
let id: string;
beforeEach(async () => {
  ({ bench, desk, id } = await openDesk());
});
afterEach(async () => bench.close());

/** Another seeder lives and is answered, about whomever. */
async function answeredElsewhere(): Promise<void> {
  await desk.joinOthers();
  desk.silence.answeredAgoMs = async () => Promise.resolve(0);
}

describe('calls that fail in a row', () => {
  let other: string;
  beforeEach(async () => {
    other = await bench.submit(['1002']);
  });

  it('hold their request when a preflight succeeds, with a next try, and nobody else', async () => {
    expect(await desk.fail(id, id, id)).toEqual(['go on', 'go on', 'request held']);
    expect(await bench.profile.holdsOf(id)).toMatchObject([
      { kind: 'request', code: 'MTS-IDA-102', nextTryAt: expect.any(Date) },
    ]);
    expect([await bench.profile.currentHold(), desk.gate, desk.stops]).toEqual([
      undefined,
      ['paused', id, 'goes on'],
      0,
    ]);
  });

  it('hold everybody when they are of two requests, also when the first is held already', async () => {
    expect(await desk.fail(id, id, id, other)).toEqual(['go on', 'go on', 'request held', 'all held']);
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code: 'MTS-IDA-102' });
  });

  it('hold the lists that they were about beside everybody, but nobody who is waited for', async () => {
    const awaited = await bench.submitAwaited('2000');
    await desk.fail(id, other, awaited);
    expect(await bench.database.query('SELECT request_id FROM request_hold ORDER BY request_id')).toEqual(
      [id, other].toSorted().map((held) => ({ request_id: held })),
    );
    expect((await bench.profile.holdsOf(id))[0]).toMatchObject({
      kind: 'request',
      code: 'MTS-IDA-102',
      nextTryAt: expect.any(Date),
      reason: expect.stringContaining('by itself'),
    });
  });

  it('hold no list beside everybody when the preflight fails: then it is nobody of them', async () => {
    desk.preflight = DOWN;
    await desk.fail(id, other, id);
    expect(await bench.database.query('SELECT 1 FROM request_hold')).toEqual([]);
  });

  it('hold one list alone when another one is held, and somebody was answered since', async () => {
    await desk.fail(id, other, id);
    desk.silences.answered(workOn(id, 9));
    await desk.holds.lift();
    // Other seeders know of the answer by now.
    expect(await desk.silence.answeredAgoMs()).toBeDefined();
    expect(await bench.profile.currentHold()).toBeUndefined();
    const third = await bench.submit(['1003']);
    expect((await desk.fail(third, third, third)).at(-1)).toBe('request held');
    expect(await bench.profile.currentHold()).toBeUndefined();
  });

  it('count for nobody else when they are probes of lists that are held already', async () => {
    await desk.fail(id, other, id);
    desk.silences.answered(workOn(id, 9));
    await desk.holds.lift();
    for (const requestId of [id, other, id, other])
      expect(await desk.guard.faulted(probeOn(requestId, 'request probe'), SILENT)).toBe('request held');
    expect([await bench.profile.currentHold(), desk.gate.filter((done) => done === 'paused')]).toEqual([
      undefined,
      ['paused'],
    ]);
  });

  it('have the lists that are held beside everybody tried at once when that ends', async () => {
    await desk.fail(id, other, id);
    await bench.database.query(`UPDATE request_hold SET next_probe_at = now() + interval '10 minutes'`);
    await desk.holds.lift();
    const due = [
      await desk.silence.takeProbe(),
      await desk.silence.takeProbe(),
      await desk.silence.takeProbe(),
    ];
    expect(new Set(due)).toEqual(new Set([id, other, undefined]));
  });

  it('hold everybody when another seeder has held another request since the last answer', async () => {
    await desk.silence.holdRequest(other, 'MTS-IDA-102', 'silence');
    expect((await desk.fail(id, id, id)).at(-1)).toBe('all held');
  });

  it('hold everybody when the preflight fails', async () => {
    desk.preflight = DOWN;
    expect((await desk.fail(id, id, id)).at(-1)).toBe('all held');
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code: 'MTS-IDA-103' });
    expect(desk.gate).toEqual(['paused', 'goes on']);
  });

  it('hold nobody when a call that was under way is answered meanwhile', async () => {
    const slow = workOn(id, 9);
    desk.silences.begin(slow);
    const failing = [workOn(id), workOn(id, 2), workOn(other, 3)].map(async (call) =>
      desk.guard.faulted(call, SILENT),
    );
    await until(() => desk.gate.includes('paused'));
    desk.preflight = BROKEN;
    desk.silences.answered(slow);
    expect(await Promise.all(failing)).toEqual(['go on', 'go on', 'go on']);
    await until(() => desk.gate.includes('goes on'));
    expect([await bench.profile.currentHold(), await bench.profile.holdsOf(id)]).toEqual([undefined, []]);
  });

  it('are waited for to the last, before anything is held', async () => {
    const last = workOn(other, 9);
    desk.silences.begin(last);
    const failing = [workOn(id), workOn(id, 2), workOn(id, 3)].map(async (call) =>
      desk.guard.faulted(call, SILENT),
    );
    await until(async () => (await bench.profile.lastPreflight())?.ok);
    expect([await bench.profile.holdsOf(id), desk.gate]).toEqual([[], ['paused']]);
    expect(await desk.guard.faulted(last, SILENT)).toBe('all held');
    expect(await Promise.all(failing)).toContain('all held');
  });

  it('do not count when somebody who was asked later was answered', async () => {
    const calls = [workOn(id), workOn(id, 2), workOn(id, 3)];
    desk.silences.answered(workOn(id, 9));
    for (const call of calls) expect(await desk.guard.faulted(call, SILENT)).toBe('go on');
    expect(desk.gate).toEqual([]);
  });

  it('do not count when another seeder was answered who asked later', async () => {
    const calls = [workOn(id), workOn(id, 2), workOn(other, 3)];
    await desk.silence.noteAnswered(0);
    for (const call of calls) expect(await desk.guard.faulted(call, SILENT)).toBe('go on');
    expect(desk.gate).toEqual(['paused', 'goes on']);
  });

  it('hold nobody when another seeder tells in time that it was answered', async () => {
    await desk.joinOthers();
    const told = [undefined, 0];
    desk.silence.answeredAgoMs = async () => Promise.resolve(told.shift());
    expect(await desk.fail(id, id, other)).toEqual(['go on', 'go on', 'go on']);
    expect([told, await bench.profile.currentHold()]).toEqual([[], undefined]);
  });

  it('hold their list alone when others are answered, but not about that one', async () => {
    await answeredElsewhere();
    expect((await desk.fail(id, id, id)).at(-1)).toBe('request held');
    expect([await bench.profile.holdsOf(id), desk.own.isHeld]).toMatchObject([[{ kind: 'request' }], false]);
  });

  it('hold nobody when others are answered about the same list, and the second time in a row this seeder', async () => {
    await answeredElsewhere();
    desk.silence.doneOf = async () => Promise.resolve((done += 1));
    let done = 0;
    expect(await desk.fail(id, id, id)).toEqual(['go on', 'go on', 'go on']);
    desk.silences.answered(workOn(id, 9));
    await desk.fail(id, id, id);
    expect([await bench.profile.holdsOf(id), desk.own.isHeld]).toEqual([[], false]);
    expect((await desk.fail(id, id, id)).at(-1)).toBe('all held');
    expect([await bench.profile.holdsOf(id), desk.own.isHeld, desk.own.probe]).toEqual([[], true, 'record']);
    expect(await bench.profile.currentHold()).toBeUndefined();
  });

  it('hold this seeder the first time that others are answered, when it has failed before without an answer since', async () => {
    await desk.fail(id, id, id);
    await answeredElsewhere();
    expect(await desk.fail(other)).toEqual(['all held']);
    expect(desk.own.isHeld).toBe(true);
  });

  it('leave the gate open when the database fails in the middle of it', async () => {
    await bench.database.query('ALTER TABLE request_hold RENAME TO gone');
    await expect(desk.fail(id, id, id)).rejects.toThrow('request_hold');
    expect(desk.gate).toEqual(['paused', 'goes on']);
    await bench.database.query('ALTER TABLE gone RENAME TO request_hold');
    expect(await desk.fail(id)).toEqual(['request held']);
  });
});

describe('before somebody is asked again', () => {
  it('a preflight is made only when the latest call failed', async () => {
    desk.preflight = DOWN;
    expect(await desk.silences.isWell()).toBe(true);
    await desk.fail(id);
    expect(await desk.silences.isWell()).toBe(false);
  });

  it('all are held when that preflight fails', async () => {
    desk.preflight = DOWN;
    await desk.fail(id);
    expect([await desk.silences.isWell(), desk.stops > 0]).toEqual([false, true]);
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code: 'MTS-IDA-103' });
  });

  it('nobody is held for it when a call that was under way is answered meanwhile', async () => {
    const slow = workOn(id, 9);
    desk.silences.begin(slow);
    await desk.fail(id);
    desk.preflight = DOWN;
    const wellness = desk.silences.isWell();
    await until(async () => (await bench.profile.lastPreflight())?.ok === false);
    desk.silences.answered(slow);
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
    const call = workOn(id);
    await desk.guard.faulted(call, SILENT);
    expect(await desk.silences.isOfThePerson(call)).toBe(true);
  });

  it('is of the person, where others ask too, only when this seeder was answered since', async () => {
    await desk.joinOthers();
    const call = workOn(id);
    await desk.guard.faulted(call, SILENT);
    expect(await desk.silences.isOfThePerson(call)).toBe(false);
    desk.silences.answered(workOn(id, 9));
    expect(await desk.silences.isOfThePerson(call)).toBe(true);
  });

  it('holds everybody, and is not of the person, when the preflight fails', async () => {
    const call = workOn(id);
    await desk.guard.faulted(call, SILENT);
    desk.preflight = DOWN;
    expect(await desk.silences.isOfThePerson(call)).toBe(false);
    expect(await bench.profile.currentHold()).toMatchObject({ code: 'MTS-IDA-103' });
  });
});

describe('a seeder that was answered by nobody', () => {
  const others: ProfileDesk[] = [];
  beforeEach(async () => {
    others.length = 0;
    for (const one of [desk, new ProfileDesk(bench), new ProfileDesk(bench)]) {
      await one.join();
      if (one !== desk) others.push(one);
    }
  });

  async function turns(): Promise<number[]> {
    return Promise.all([desk, ...others].map(async ({ silences }) => silences.turnsLeftToOthers()));
  }

  it('since it was in doubt leaves probes to the others for a turn, until it is answered', async () => {
    expect(await turns()).toEqual([0, 0, 0]);
    await desk.fail(id, id, id);
    expect(await turns()).toEqual([1, 0, 0]);
    desk.silences.answered(workOn(id, 9));
    expect(await turns()).toEqual([0, 0, 0]);
  });

  it('since its own probe makes no second one before each of the others has made one', async () => {
    const [second, third] = others;
    await desk.guard.faulted(probeOn(id), SILENT);
    expect(await turns()).toEqual([3, 0, 0]);
    await second?.guard.faulted(probeOn(id, 'request probe'), SILENT);
    expect(await turns()).toEqual([2, 3, 0]);
    await third?.guard.faulted(probeOn(id), SILENT);
    expect(await turns()).toEqual([1, 2, 3]);
    await desk.guard.faulted(probeOn(id), SILENT);
    expect(await turns()).toEqual([3, 1, 2]);
    desk.silences.answered(workOn(id, 9));
    expect(await turns()).toEqual([0, 1, 2]);
  });

  it('leaves no probe to nobody: where no other one asks, all are its own', async () => {
    await desk.guard.faulted(probeOn(id), SILENT);
    for (const { own } of others) await own.hold('IDA-MLC-001', 'its clock');
    expect((await turns())[0]).toBe(0);
  });
});
