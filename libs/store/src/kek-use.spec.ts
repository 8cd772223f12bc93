import { afterAll, beforeAll, expect, it } from 'vitest';

import { kekUse, knownKeks } from './index.js';
import { type StoreFixture, storeFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());

it('the keys that a database has been written with are those it holds something of, else the one that was met last', async () => {
  expect(await knownKeks(fixture.database)).toEqual(['static-spec']);
  await fixture.submit([{}], { kekId: 'static-b' });
  await fixture.submit([{}], { kekId: 'static-a' });
  expect(await knownKeks(fixture.database)).toEqual(['static-a', 'static-b']);
});

it('what needs a key is counted without what is said not to count', async () => {
  const kekId = 'static-counted';
  const [one, other] = [await fixture.submit([{}], { kekId }), await fixture.submit([{}], { kekId })];
  await fixture.database.query('UPDATE request SET tokens_by_kek = true WHERE id = $1', [other.id]);
  expect(await kekUse(fixture.database, kekId)).toEqual({ subjects: 2, untilArchived: 1 });
  expect(await kekUse(fixture.database, kekId, [one.id])).toEqual({ subjects: 1, untilArchived: 1 });
  expect(await kekUse(fixture.database, kekId, [one.id, other.id])).toEqual({
    subjects: 0,
    untilArchived: 0,
  });
});
