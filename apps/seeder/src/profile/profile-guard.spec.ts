import { IdaFault } from '@mts/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  BLOCKED,
  BROKEN,
  openDesk,
  type ProfileDesk,
  REFUSED,
  workOn,
} from '../spec-support/profile-desk.js';
import type { Bench } from '../spec-support/running-seeder.js';

/** By a proxy or a firewall: IDA answers no 4xx. */
const TURNED_AWAY = new IdaFault('configuration', 'profile', 'not-asked', 'MTS-IDA-103', 'HTTP 403');

let bench: Bench;
let desk: ProfileDesk;
let id: string;
beforeEach(async () => {
  ({ bench, desk, id } = await openDesk());
});
afterEach(async () => bench.close());

describe('calls that were under way while the set-up was broken', () => {
  it('hold nothing when they fail after it was mended', async () => {
    const askedAtMs = performance.now();
    desk.preflight = BROKEN;
    expect(await desk.guard.faulted({ ...workOn(id), sentAtMs: askedAtMs }, REFUSED)).toBe('all held');
    desk.preflight = { ok: true };
    for (let call = 0; call < 5; call += 1)
      expect(await desk.guard.faulted({ ...workOn(id), sentAtMs: askedAtMs }, REFUSED)).toBe('go on');
    expect(await bench.profile.currentHold()).toBeUndefined();
    expect(await bench.profile.holdsOf(id)).toEqual([]);
  });

  it('do not speak for those that are made later: the third of these holds the request', async () => {
    desk.preflight = BROKEN;
    await desk.meet(REFUSED, id);
    desk.preflight = { ok: true };
    await desk.preflights.make();
    expect(await desk.meet(REFUSED, id, id, id)).toEqual(['go on', 'go on', 'request held']);
    expect(await bench.profile.holdsOf(id)).toHaveLength(1);
  });
});

describe('a fault of the set-up that a preflight cannot find', () => {
  const REASON = /Preflights do not meet this.*Partner is blocked\. Ask the MOSIP operator/;

  it('holds the request whose people meet it three times in a row, and says what it is', async () => {
    expect(await desk.meetAgain(BLOCKED, id, id, id)).toEqual(['go on', 'go on', 'request held']);
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
    await desk.meetAgain(BLOCKED, id, id, other);
    expect(await bench.profile.currentHold()).toMatchObject({
      probe: 'record',
      code: 'IDA-MLC-022',
      reason: expect.stringMatching(REASON),
    });
  });

  it('holds nothing while records are answered in between', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await desk.meetAgain(BLOCKED, id, id)).toEqual(['go on', 'go on']);
      desk.silences.answered(workOn(id));
    }
    expect(await bench.profile.currentHold()).toBeUndefined();
  });
});

describe('calls that something before IDA turns away, while preflights come through', () => {
  it('hold their lists until one of their people is answered, and nobody else', async () => {
    const other = await bench.submit(['1002']);
    expect(await desk.meetAgain(TURNED_AWAY, id, other, id)).toEqual(['go on', 'go on', 'request held']);
    for (const requestId of [id, other])
      expect(await bench.profile.holdsOf(requestId)).toMatchObject([
        { kind: 'request', code: 'MTS-IDA-103', nextTryAt: expect.any(Date) },
      ]);
    expect(await bench.profile.currentHold()).toBeUndefined();
  });

  it('hold nobody while others are answered in between', async () => {
    await bench.submit(['1002']);
    for (let line = 1; line < 9; line += 1) {
      expect(await desk.guard.faulted(workOn(id, line), TURNED_AWAY)).toBe('go on');
      desk.silences.answered(workOn(id, 99));
    }
    expect(await bench.profile.holdsOf(id)).toEqual([]);
  });

  it('hold a list at its end in which one record alone is turned away, until that is answered', async () => {
    const after: string[] = [];
    for (let call = 0; call < 3; call += 1) {
      after.push(...(await desk.meet(TURNED_AWAY, id)));
      desk.silences.answered(workOn(id, 99));
    }
    expect(after).toEqual(['go on', 'go on', 'request held']);
    expect(await bench.profile.holdsOf(id)).toMatchObject([{ nextTryAt: expect.any(Date) }]);
  });
});

describe('a record that alone gets no usable answer', () => {
  it('holds its request when it is the last one to be asked about, and not while others wait', async () => {
    id = await bench.submit(Array.from({ length: 600 }, (_, at) => String(1000 + at)));
    expect(await desk.meetAgain(REFUSED, id, id, id)).toEqual(['go on', 'go on', 'go on']);
    expect(await bench.profile.holdsOf(id)).toEqual([]);
    await bench.database.query('UPDATE range SET finished_at = now() WHERE request_id = $1 AND n = 1', [id]);
    expect(await desk.meet(REFUSED, id)).toEqual(['request held']);
    expect(await bench.profile.holdsOf(id)).toHaveLength(1);
  });
});
