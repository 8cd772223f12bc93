import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ProbeStore } from './probe-store.js';
import { ProfileStore } from './profile-store.js';
import { SilenceStore } from './silence-store.js';
import { outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
let probes: ProbeStore;
beforeAll(async () => {
  fixture = await storeFixture();
  probes = new ProbeStore(fixture.database, 'default');
});
beforeEach(async () => {
  await fixture.database.query('TRUNCATE request, record, ida_answer, profile_hold CASCADE');
  await new ProfileStore(fixture.database, 'default').hold('record', 'MTS-IDA-102', 'silence');
});
afterAll(async () => fixture.database.close());

const MINUTE_MS = 60_000;

const records = (count: number): Record<string, never>[] => Array.from({ length: count }, () => ({}));

async function list(count: number): Promise<string> {
  return (await fixture.submit(records(count))).id;
}

/** Some of a range are asked without an answer so long ago, and it is handed back. */
async function ask(id: string, lines: readonly number[], n = 0, sentAgoMs = 0): Promise<void> {
  const lease = await fixture.taken(id, n, 'probe');
  await fixture.ranges.markSent(lease, Math.max(...lines));
  await fixture.ranges.mark(lease, lines, 'sent');
  await fixture.ranges.mark(lease, lines, 'unknown', sentAgoMs);
  await fixture.ranges.finish(lease);
}

/** Whom a probe of everybody would go to, or why to nobody. */
async function probed(): Promise<string> {
  const range = await probes.ofProfile();
  return typeof range === 'string' ? range : range.requestId;
}

/** The requests that so many probes go to, one after the other. */
async function turns(count: number): Promise<string[]> {
  const gone: string[] = [];
  for (let nth = 0; nth < count; nth += 1) gone.push(await probed());
  return gone;
}

async function holdForSilence(id: string): Promise<void> {
  await new SilenceStore(fixture.database, 'default').holdRequest(id, 'MTS-IDA-102', 'silence');
}

/** Whose turn it was, and what is to come of that. */
async function noted(): Promise<unknown> {
  return fixture.database.query(
    `SELECT r.id, r.probed_at, h.newcomer_probed, h.next_probe_at FROM request r, profile_hold h ORDER BY r.id`,
  );
}

async function awaited(): Promise<string> {
  return (await fixture.submit([{}], { awaited: true })).id;
}

describe('a probe of everybody', () => {
  it('goes by turns to the newest list that had none, and to whichever waits the longest for its turn', async () => {
    const [first, second, third, fourth] = [await list(3000), await list(3), await list(1), await list(1)];
    expect(await turns(6)).toEqual([fourth, first, third, second, fourth, first]);
  });

  it('comes to everybody, however many newcomers come in between', async () => {
    const good = [await list(1), await list(40), await list(3)];
    await ask(good[1] ?? '', [1, 2]);
    const gone: string[] = [];
    for (let nth = 0; nth < 24; nth += 1) {
      await list(10);
      gone.push(await probed());
      await list(10);
    }
    for (const id of good) expect(gone).toContain(id);
  });

  it('comes to people who were asked before among all that come, once they were left in peace for long enough', async () => {
    const [rested, tired, asked] = [await list(1), await list(1), await list(1)];
    await ask(rested, [1], 0, 3 * MINUTE_MS);
    await ask(tired, [1], 0, MINUTE_MS);
    await ask(asked, [1], 0, 3 * MINUTE_MS);
    await ask(asked, [1], 0, 3 * MINUTE_MS);
    const newcomer = await list(2);
    expect(await turns(4)).toEqual([newcomer, rested, newcomer, rested]);
    expect(await probes.ofProfile()).toMatchObject({ isLastResort: false });
  });

  it('goes to a single person who is waited for before the lists, and at once after a list whose turn it was', async () => {
    const isDue = async (): Promise<boolean> =>
      (await fixture.database.query('SELECT 1 FROM profile_hold WHERE next_probe_at <= now()')).length > 0;
    const [old, person, newcomer] = [await list(1), await awaited(), await list(1)];
    const another = await awaited();
    await fixture.database.query(`UPDATE profile_hold SET next_probe_at = now() + interval '10 minutes'`);
    expect([await probed(), await isDue()]).toEqual([another, false]);
    expect([await probed(), await isDue()]).toEqual([old, true]);
    expect(await turns(3)).toEqual([person, newcomer, another]);
  });

  it('finds who was not asked beyond the ranges in which all were', async () => {
    const id = await list(501);
    await ask(
      id,
      Array.from({ length: 500 }, (_, at) => at + 1),
    );
    expect(await probes.ofProfile()).toEqual({ requestId: id, n: 1, isLastResort: false });
  });

  it('goes as a last resort to whoever was asked least often, then longest ago', async () => {
    const [often, recent, old] = [await list(1), await list(1), await list(1)];
    await ask(often, [1], 0, 90_000);
    await ask(often, [1], 0, 80_000);
    await ask(recent, [1], 0, 10_000);
    await ask(old, [1], 0, 60_000);
    expect(await turns(2)).toEqual([old, old]);
    await ask(old, [1]);
    expect(await probes.ofProfile()).toEqual({ requestId: recent, n: 0, isLastResort: true });
    await ask(recent, [1]);
    expect(await probed()).toBe(often);
  });

  it('goes to a request with probes of its own when nobody else can be asked, or these have waited for an hour', async () => {
    const [silent, other] = [await list(2), await list(2)];
    await holdForSilence(silent);
    expect(await turns(3)).toEqual([other, other, other]);
    await fixture.database.query(`UPDATE request_hold SET next_probe_at = now() - interval '1 hour'`);
    expect(await turns(2)).toEqual([silent, other]);
    await fixture.database.query('UPDATE request_hold SET next_probe_at = now()');
    await ask(other, [1, 2]);
    expect(await probed()).toBe(silent);
  });

  it('goes to none that is held otherwise', async () => {
    await holdForSilence(await list(1));
    await fixture.database.query('UPDATE request_hold SET next_probe_at = NULL');
    expect(await probed()).toBe('nothing waits');
  });
});

describe('a probe that finds nobody', () => {
  it('tells whether nobody waits, or those who do are in other hands', async () => {
    expect(await probed()).toBe('nothing waits');
    const id = await list(2);
    const lease = await fixture.taken(id, 0, 'probe');
    expect([await probed(), await probes.ofRequest(id)]).toEqual(['under way', 'under way']);
    await fixture.saveOutcomes(lease, [outcome(1), outcome(2)]);
    expect([await probed(), await probes.ofRequest(id)]).toEqual(['nothing waits', 'nothing waits']);
  });

  it('takes nobody for waiting who shares an answer that is known', async () => {
    const same = { recordIndex: Buffer.alloc(16, 7) };
    const { id } = await fixture.submit([same, same]);
    await fixture.saveOutcomes(await fixture.taken(id, 0, 'probe'), [outcome(1)]);
    await fixture.letLeasesExpire();
    expect([await probed(), await probes.ofRequest(id)]).toEqual(['nothing waits', 'nothing waits']);
  });
});

describe('a probe of one request', () => {
  it("stays within it, and takes nobody's turn", async () => {
    const [own, other] = [await list(501), await list(1)];
    await ask(own, [1]);
    expect(await probes.ofRequest(own)).toMatchObject({ requestId: own });
    expect(await turns(2)).toEqual([other, own]);
  });
});

describe('a probe of a seeder that holds itself', () => {
  it("goes where one of everybody would, takes nobody's turn, and makes no other probe due", async () => {
    const [first, person, newcomer] = [await list(2), await awaited(), await list(2)];
    await fixture.database.query(`UPDATE profile_hold SET next_probe_at = now() + interval '10 minutes'`);
    const before = await noted();
    expect(await probes.ofSeeder()).toMatchObject({ requestId: person });
    expect(await probes.ofSeeder()).toMatchObject({ requestId: person });
    expect(await noted()).toEqual(before);
    expect(await turns(3)).toEqual([person, first, newcomer]);
  });
});

describe('the record of a probe', () => {
  it('is one that was not asked; else the least often asked, and whether others were answered is known', async () => {
    const id = await list(3);
    await ask(id, [1, 2], 0, 60_000);
    await ask(id, [1], 0, 50_000);
    const taken = await fixture.taken(id, 0, 'probe');
    expect(await probes.recordOf(taken)).toEqual({ line: 3, wasAsked: false, isSuspect: false });
    await fixture.saveOutcomes(taken, [outcome(3)]);
    expect(await probes.recordOf(taken)).toEqual({ line: 2, wasAsked: true, isSuspect: false });
    await new SilenceStore(fixture.database, 'default').noteAnswered(1000);
    expect(await probes.recordOf(taken)).toEqual({ line: 2, wasAsked: true, isSuspect: true });
    await fixture.saveOutcomes(taken, [outcome(1), outcome(2)]);
    expect(await probes.recordOf(taken)).toBeUndefined();
  });
});
