import { IdaFault } from '@mts/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { BLOCKED, BROKEN, ProfileDesk, REFUSED, workOn } from '../spec-support/profile-desk.js';
import { Bench } from '../spec-support/running-seeder.js';
import type { RangeCall } from './call.js';

/** By a proxy or a firewall: IDA answers no 4xx. */
const TURNED_AWAY = new IdaFault('configuration', 'profile', 'not-asked', 'MTS-IDA-103', 'HTTP 403');

let bench: Bench;
let desk: ProfileDesk;
let id: string;
beforeEach(async () => {
  bench = await Bench.open();
  desk = new ProfileDesk(bench);
  id = await bench.submit(['1001']);
});
afterEach(async () => bench.close());

async function requestHolds(): Promise<number> {
  return (await bench.profile.holdsOf(id)).length;
}

function work(line = 1, requestId = id): RangeCall {
  return workOn(requestId, line);
}

async function meet(): Promise<string> {
  return desk.guard.faulted(work(), BLOCKED);
}

describe('calls that were under way while the set-up was broken', () => {
  it('hold nothing when they fail after it was mended', async () => {
    const askedAtMs = performance.now();
    desk.preflight = BROKEN;
    expect(await desk.guard.faulted({ ...work(), sentAtMs: askedAtMs }, REFUSED)).toBe('all held');
    desk.preflight = { ok: true };
    for (let call = 0; call < 5; call += 1)
      expect(await desk.guard.faulted({ ...work(), sentAtMs: askedAtMs }, REFUSED)).toBe('go on');
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(await requestHolds()).toBe(0);
  });

  it('do not speak for those that are made later: the third of these holds the request', async () => {
    desk.preflight = BROKEN;
    await desk.guard.faulted(work(), REFUSED);
    desk.preflight = { ok: true };
    await desk.preflights.make();
    const after: string[] = [];
    for (const line of [1, 2, 3]) after.push(await desk.guard.faulted(work(line), REFUSED));
    expect(after).toEqual(['go on', 'go on', 'request held']);
    expect(await requestHolds()).toBe(1);
  });
});

describe('a fault of the set-up that a preflight cannot find', () => {
  const REASON = /Preflights do not meet this.*Partner is blocked\. Ask the MOSIP operator/;

  it('holds the request whose people meet it three times in a row, and says what it is', async () => {
    expect([await meet(), await meet(), await meet()]).toEqual(['go on', 'go on', 'request held']);
    expect(await bench.profile.holdsOf(id)).toMatchObject([
      {
        kind: 'request',
        code: 'IDA-MLC-022',
        nextTryAt: expect.any(Date),
        reason: expect.stringMatching(REASON),
      },
    ]);
  });

  it('holds everybody as soon as those of another request meet it too, until a record is answered', async () => {
    const other = await bench.submit(['1002']);
    for (const requestId of [id, id, other]) await desk.guard.faulted(work(1, requestId), BLOCKED);
    expect(await bench.profile.currentHold()).toMatchObject({
      probe: 'record',
      code: 'IDA-MLC-022',
      reason: expect.stringMatching(REASON),
    });
  });

  it('holds nothing while records are answered in between', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect([await meet(), await meet()]).toEqual(['go on', 'go on']);
      desk.silences.answered(work());
    }
    expect(await bench.profile.currentHold()).toBeUndefined();
  });
});

describe('calls that something before IDA turns away, while preflights come through', () => {
  it('hold their lists until one of their people is answered, and nobody else', async () => {
    const other = await bench.submit(['1002']);
    const after: string[] = [];
    for (const requestId of [id, other, id])
      after.push(await desk.guard.faulted(work(1, requestId), TURNED_AWAY));
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
      expect(await desk.guard.faulted(work(line), TURNED_AWAY)).toBe('go on');
      desk.silences.answered(work(99));
    }
    expect(await requestHolds()).toBe(0);
  });

  it('hold a list at its end in which one record alone is turned away, until that is answered', async () => {
    const after: string[] = [];
    for (let call = 0; call < 3; call += 1) {
      after.push(await desk.guard.faulted(work(), TURNED_AWAY));
      desk.silences.answered(work(99));
    }
    expect(after).toEqual(['go on', 'go on', 'request held']);
    expect(await bench.profile.holdsOf(id)).toMatchObject([{ nextTryAt: expect.any(Date) }]);
  });
});

describe('a record that alone gets no usable answer', () => {
  it('holds its request when it is the last one to be asked about, and not while others wait', async () => {
    id = await bench.submit(Array.from({ length: 600 }, (_, at) => String(1000 + at)));
    const after: string[] = [];
    for (let call = 0; call < 3; call += 1) after.push(await desk.guard.faulted(work(), REFUSED));
    expect([after, await requestHolds()]).toEqual([['go on', 'go on', 'go on'], 0]);
    await bench.database.query('UPDATE range SET finished_at = now() WHERE request_id = $1 AND n = 1', [id]);
    expect(await desk.guard.faulted(work(), REFUSED)).toBe('request held');
    expect(await requestHolds()).toBe(1);
  });
});
