import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ProbeStore } from './probe-store.js';
import type { Lease } from './range-store.js';
import { SilenceStore } from './silence-store.js';
import { outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
let probes: ProbeStore;
beforeAll(async () => {
  fixture = await storeFixture();
  probes = new ProbeStore(fixture.database, 'default');
});
beforeEach(async () => {
  await fixture.database.query('TRUNCATE request, record, ida_answer CASCADE');
});
afterAll(async () => fixture.database.close());

const records = (count: number): Record<string, never>[] => Array.from({ length: count }, () => ({}));

async function list(count: number): Promise<string> {
  return (await fixture.submit(records(count))).id;
}

/** Some of a range are asked without an answer so long ago, and it is handed back. */
async function ask(id: string, lines: readonly number[], n = 0, sentAgoMs = 0): Promise<void> {
  const lease = await fixture.ranges.take(id, n);
  if (lease === undefined) throw new Error('the range could not be taken');
  await fixture.ranges.markSent(lease, Math.max(...lines));
  await fixture.ranges.mark(lease, lines, 'sent');
  await fixture.ranges.mark(lease, lines, 'unknown', sentAgoMs);
  await fixture.ranges.finish(lease);
}

async function probed(nth = 0): Promise<string | undefined> {
  return (await probes.ofProfile(nth))?.requestId;
}

async function probe(id: string, n = 0): Promise<Lease> {
  const taken = await fixture.ranges.take(id, n, 'probe');
  if (taken === undefined) throw new Error('the range could not be taken');
  return taken;
}

describe('a probe of everybody', () => {
  it('goes to a list of which nobody was asked, the newest first, however long the others are', async () => {
    const long = await list(3000);
    await ask(long, [1, 2]);
    expect(await probed()).toBe(long);
    const older = await list(1);
    const newer = await list(1);
    expect([await probed(0), await probed(1)]).toEqual([newer, newer]);
    await ask(newer, [1]);
    expect(await probed()).toBe(older);
  });

  it('goes round the lists that have people who were not asked, by list and not by range', async () => {
    const lists = [await list(3000), await list(3), await list(3)];
    for (const id of lists) await ask(id, [1]);
    expect([await probed(0), await probed(1), await probed(2), await probed(3)]).toEqual([
      ...lists,
      lists[0],
    ]);
  });

  it('finds who was not asked beyond the ranges in which all were', async () => {
    const id = await list(501);
    await ask(
      id,
      Array.from({ length: 500 }, (_, at) => at + 1),
    );
    expect(await probes.ofProfile(0)).toEqual({ requestId: id, n: 1 });
  });

  it('goes as a last resort to whoever was asked least often, then longest ago', async () => {
    const [often, recent, old] = [await list(1), await list(1), await list(1)];
    await ask(often, [1], 0, 90_000);
    await ask(often, [1], 0, 80_000);
    await ask(recent, [1], 0, 10_000);
    await ask(old, [1], 0, 60_000);
    expect([await probed(0), await probed(1)]).toEqual([old, old]);
    await ask(old, [1]);
    expect(await probed()).toBe(recent);
    await ask(recent, [1]);
    expect(await probed()).toBe(often);
  });

  it('passes a request that is held for silence, and none that is held otherwise or under way', async () => {
    const [silent, busy] = [await list(1), await list(1)];
    await new SilenceStore(fixture.database, 'default').holdRequest(silent, 'MTS-IDA-102', 'silence');
    await probe(busy);
    expect(await probed()).toBe(silent);
    await fixture.database.query('UPDATE request_hold SET next_probe_at = NULL');
    expect(await probed()).toBeUndefined();
  });
});

describe('a probe of one request', () => {
  it('stays within it', async () => {
    const [own] = [await list(501), await list(1)];
    await ask(own, [1]);
    expect(await probes.ofRequest(own)).toMatchObject({ requestId: own });
  });
});

describe('the record of a probe', () => {
  it('is one that was not asked; else the least often asked, and whether others were answered is known', async () => {
    const id = await list(3);
    await ask(id, [1, 2], 0, 60_000);
    await ask(id, [1], 0, 50_000);
    const taken = await probe(id);
    expect(await probes.recordOf(taken)).toEqual({ line: 3, wasAsked: false, isSuspect: false });
    await fixture.saveOutcomes(taken, [outcome(3)]);
    expect(await probes.recordOf(taken)).toEqual({ line: 2, wasAsked: true, isSuspect: false });
    await new SilenceStore(fixture.database, 'default').noteAnswered(1000);
    expect(await probes.recordOf(taken)).toEqual({ line: 2, wasAsked: true, isSuspect: true });
    await fixture.saveOutcomes(taken, [outcome(1), outcome(2)]);
    expect(await probes.recordOf(taken)).toBeUndefined();
  });
});
