import type { PreflightResult } from '@mts/ida-client';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { BROKEN, openDesk, ProfileDesk, REFUSED, SILENT, workOn } from '../spec-support/profile-desk.js';
import type { Bench } from '../spec-support/running-seeder.js';

let bench: Bench;
let desk: ProfileDesk;
let id: string;
/** Preflights that wait for IDA. */
let waiting: ((result: PreflightResult) => void)[];
beforeEach(async () => {
  ({ bench, id } = await openDesk());
  waiting = [];
  const preflight = async () => new Promise<PreflightResult>((resolve) => waiting.push(resolve));
  desk = new ProfileDesk(bench, { client: { preflight } });
});
afterEach(async () => bench.close());

/** What each of these comes to, once the preflight for which it waits has begun and the process stops. */
async function stoppedMeanwhile<T>(...works: readonly Promise<T>[]): Promise<T[]> {
  await until(() => waiting.length > 0);
  desk.patience.end();
  return Promise.all(works);
}

describe('once the process stops, nobody waits any more for a preflight', () => {
  it('of a doubt: whose failure it is remains open', async () => {
    const calls = [1, 2, 3].map(async (line) => desk.guard.faulted(workOn(id, line), SILENT));
    expect(await stoppedMeanwhile(...calls)).toEqual(['go on', 'go on', 'go on']);
    expect([await bench.profile.currentHold(), await bench.profile.holdsOf(id)]).toEqual([undefined, []]);
  });

  it('after a refused set-up', async () => {
    expect(await stoppedMeanwhile(desk.guard.faulted(workOn(id), REFUSED))).toEqual(['go on']);
  });

  it('before somebody is asked again: nobody is', async () => {
    await desk.fail(id);
    expect(await stoppedMeanwhile(desk.silences.isWell())).toEqual([false]);
  });

  it('that was to be the last proof against a person: the silence is not of the person', async () => {
    await bench.database.query(`UPDATE record SET state = 'unknown', attempts = 1, asked_at = now()`);
    const call = workOn(id);
    await desk.guard.faulted(call, SILENT);
    expect(await stoppedMeanwhile(desk.silences.isOfThePerson(call))).toEqual([false]);
    // Even if it comes after all.
    waiting[0]?.({ ok: true });
    expect(await desk.silences.isOfThePerson(call)).toBe(false);
  });

  it('for which another process asks', async () => {
    const asked = desk.prober().preflightFor(await bench.database.now());
    expect(await stoppedMeanwhile(asked)).toEqual([undefined]);
    expect(await bench.profile.lastPreflight()).toBeUndefined();
  });

  it('of other seeders, when its own has failed', async () => {
    await desk.join();
    await desk.joinOthers();
    const call = desk.guard.faulted(workOn(id), REFUSED);
    await until(() => waiting.length > 0);
    waiting[0]?.(BROKEN);
    await until(() => desk.own.asksNobody);
    desk.patience.end();
    expect(await call).toBe('go on');
  });
});

it('begins no preflight once the process stops', async () => {
  desk.patience.end();
  await desk.fail(id, id, id);
  await desk.guard.faulted(workOn(id), REFUSED);
  expect([await desk.silences.isWell(), waiting.length]).toEqual([false, 0]);
});
