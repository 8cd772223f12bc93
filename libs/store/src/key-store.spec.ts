import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { keksInUse, replaceWrappedKeys, wrappedKeysOf } from './index.js';
import { type StoreFixture, storeFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());

const NEW = { kekId: 'static-new', wrapped: Buffer.from('n') };

describe('keys that are wrapped anew', () => {
  it('are found page by page, both of a request together, and found no more once they are exchanged', async () => {
    const kekId = `static-${randomUUID()}`;
    for (let times = 0; times < 5; times += 1) await fixture.submit([{}], { kekId });
    const subjects: string[] = [];
    for (let after: string | null = null; ;) {
      const page = await wrappedKeysOf(fixture.database, kekId, after, 2);
      if (page.length === 0) break;
      after = page.at(-1)?.subject ?? null;
      subjects.push(...page.map(({ subject }) => subject));
      expect(
        await replaceWrappedKeys(
          fixture.database,
          page,
          page.map(() => NEW),
        ),
      ).toBe(page.length);
    }
    expect(subjects).toHaveLength(10);
    expect(new Set(subjects).size).toBe(5);
    expect(await keksInUse(fixture.database)).not.toContain(kekId);
    expect(await fixture.requests.find(subjects[0] ?? '')).toMatchObject({
      kekId: 'static-new',
      wrappedInputKey: Buffer.from('n'),
      wrappedResultsKey: Buffer.from('n'),
    });
  });

  it('stay erased when they were erased meanwhile', async () => {
    const kekId = `static-${randomUUID()}`;
    const { id } = await fixture.submit([{}], { kekId });
    const former = await wrappedKeysOf(fixture.database, kekId, null, 10);
    await fixture.archive(id);
    expect(
      await replaceWrappedKeys(
        fixture.database,
        former,
        former.map(() => NEW),
      ),
    ).toBe(0);
    expect(await fixture.requests.find(id)).toMatchObject({
      kekId: null,
      wrappedInputKey: null,
      wrappedResultsKey: null,
    });
  });

  it('are not those of a request that needs the former key for its tokens', async () => {
    const kekId = `static-${randomUUID()}`;
    const { id } = await fixture.submit([{}], { kekId });
    await fixture.database.query('UPDATE request SET tokens_by_kek = true WHERE id = $1', [id]);
    expect(await wrappedKeysOf(fixture.database, kekId, null, 10)).toEqual([]);
    expect(await keksInUse(fixture.database)).toContain(kekId);
  });
});
