import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { NewRequest, Request, SamePerson } from './index.js';
import { INVALID, outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());

/** A finished request whose records have these tokens, in their order; null stands for one that IDA refused. */
async function finished(tokens: readonly (string | null)[], wish: Partial<NewRequest> = {}): Promise<string> {
  const { id, ranges } = await fixture.submit(
    tokens.map(() => ({})),
    wish,
  );
  for (let n = 0; n < ranges; n += 1) {
    const lease = await fixture.taken(id, n);
    const own = tokens.slice(lease.fromLine - 1, lease.toLine).map((token, at) => {
      const line = lease.fromLine + at;
      if (token === null) return outcome(line, 'error');
      return { ...outcome(line), tokenIndex: Buffer.from(token) };
    });
    await fixture.saveOutcomes(lease, own);
    await fixture.ranges.finish(lease);
  }
  return id;
}

async function lookUp(id: string): Promise<Request> {
  const request = await fixture.requests.find(id);
  if (request === null) throw new Error('there is no such request');
  return request;
}

describe('results', () => {
  it('come in source order, page by page', async () => {
    const { id } = await fixture.submit(Array.from({ length: 25 }, () => INVALID));
    const first = await fixture.results.page(id, 0, 20);
    const rest = await fixture.results.page(id, 20, 20);
    expect([...first, ...rest].map((row) => row.line)).toEqual(
      Array.from({ length: 25 }, (_, index) => index + 1),
    );
    expect(await fixture.results.inputs(id, 23, 10)).toEqual([
      { line: 24, sealedInput: Buffer.from('input') },
      { line: 25, sealedInput: Buffer.from('input') },
    ]);
  });

  it('can be chosen by state and by being another row of a person, and a page is full all the same', async () => {
    const id = await finished(['a', null, 'a', 'b', null, 'b', 'c']);
    const lines = async (
      states: readonly ('processed' | 'error')[],
      duplicates: boolean,
    ): Promise<number[]> =>
      (await fixture.results.page(id, 1, 3, { states, duplicates })).map(({ line }) => line);
    expect(await lines(['error'], false)).toEqual([2, 5]);
    expect(await lines(['processed'], false)).toEqual([3, 4, 6]);
    expect(await lines([], true)).toEqual([3, 6]);
    expect(await lines(['error'], true)).toEqual([2, 3, 5]);
    expect(await lines([], false)).toEqual([]);
  });

  it('stand until their request is erased or asked again', async () => {
    const id = await finished(['a', null]);
    const request = await lookUp(id);
    expect(await fixture.results.stands(request)).toBe(true);
    await fixture.database.query(`UPDATE request SET ended_at = now() + interval '1 ms' WHERE id = $1`, [id]);
    expect(await fixture.results.stands(request)).toBe(false);
    const again = await lookUp(id);
    await fixture.requests.archive(id);
    expect(await fixture.results.stands(again)).toBe(false);
  });
});

function pairs(...lines: readonly (readonly [number, number])[]): SamePerson[] {
  return lines.map(([line, sameAsLine]) => ({ line, sameAsLine }));
}

describe('records of one person', () => {
  it('are told line by line', async () => {
    const id = await finished(['a', 'b', 'c', 'b', 'a', null, 'b']);
    expect(await lookUp(id)).toMatchObject({ duplicates: 3 });
    expect(await fixture.results.samePersons(id, 0, 10)).toEqual(pairs([4, 2], [5, 1], [7, 2]));
    expect(await fixture.results.samePersons(id, 4, 1)).toEqual(pairs([5, 1]));
    expect(await fixture.results.samePersons(id, 7, 10)).toEqual([]);
  });

  it('are told person by person, and a group can be cut anywhere', async () => {
    const id = await finished(['a', 'b', 'c', 'b', 'a', null, 'b']);
    const all = pairs([5, 1], [4, 2], [7, 2]);
    expect(await fixture.results.duplicates(id, { line: 0, sameAsLine: 0 }, 10)).toEqual(all);
    for (const [at, pair] of all.entries()) {
      expect(await fixture.results.duplicates(id, pair, 10)).toEqual(all.slice(at + 1));
    }
  });

  it('are found by an index, not by looking at every record', async () => {
    const id = await finished(Array.from({ length: 600 }, (_, n) => (n === 599 ? '0' : String(n))));
    await fixture.database.query('VACUUM ANALYZE record');
    const plan = await fixture.database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT line, same_as_line FROM record WHERE request_id = '${id}' AND same_as_line IS NOT NULL`,
    );
    expect(JSON.stringify(plan)).toContain('record_duplicates');
  });
});

describe('a caller that has its results', () => {
  it('by a download begins the time after which they go, if the request was to be erased so, and later ones add nothing', async () => {
    const [kept, going] = [await finished(['a']), await finished(['a'], { eraseAfterDownload: true })];
    for (const id of [kept, going]) await fixture.results.noteDownload(await lookUp(id), 60);
    expect(await lookUp(kept)).toMatchObject({ downloadedAt: expect.any(Date), eraseAt: null });
    const { eraseAt } = await lookUp(going);
    await fixture.results.noteDownload(await lookUp(going), 600);
    expect((await lookUp(going)).eraseAt).toEqual(eraseAt);
    expect(await fixture.results.dueForErasure(10)).not.toContain(going);
    await fixture.results.noteDownload(await lookUp(going), 0);
    expect(await fixture.results.dueForErasure(10)).toEqual([going]);
  });

  it('by a download of an earlier end begins nothing', async () => {
    const id = await finished(['a', null], { eraseAfterDownload: true });
    const earlier = await lookUp(id);
    await fixture.database.query(`UPDATE request SET ended_at = now() + interval '1 ms' WHERE id = $1`, [id]);
    await fixture.results.noteDownload(earlier, 0);
    expect(await lookUp(id)).toMatchObject({ downloadedAt: null, eraseAt: null });
  });

  it('by its word lets them go at once, and can say so again', async () => {
    const id = await finished(['a']);
    const first = await fixture.results.acknowledge(id);
    expect(first).toEqual({ acknowledgedAt: expect.any(Date), eraseAt: expect.any(Date) });
    expect(await fixture.results.acknowledge(id)).toEqual(first);
    expect(await fixture.results.dueForErasure(10)).toContain(id);
  });

  it('by its word lets them go no sooner than a delivery has ended, and is told no moment until then', async () => {
    const id = await finished(['a']);
    await fixture.database.query(
      `INSERT INTO delivery (request_id, kind, state) VALUES ($1, 'callback', 'waiting')`,
      [id],
    );
    const { acknowledgedAt } = (await fixture.results.acknowledge(id)) ?? {};
    expect(await fixture.results.acknowledge(id)).toEqual({ acknowledgedAt, eraseAt: null });
    expect(await fixture.results.dueForErasure(10)).not.toContain(id);
    await fixture.database.query(`UPDATE delivery SET state = 'failed' WHERE request_id = $1`, [id]);
    expect(await fixture.results.acknowledge(id)).toEqual({ acknowledgedAt, eraseAt: expect.any(Date) });
    expect(await fixture.results.dueForErasure(10)).toContain(id);
  });

  it('has no word before the end', async () => {
    const { id } = await fixture.submit([{}]);
    expect(await fixture.results.acknowledge(id)).toBeUndefined();
    expect(await lookUp(id)).toMatchObject({ acknowledgedAt: null, eraseAt: null });
  });
});
