import { afterAll, beforeAll, expect, it } from 'vitest';

import { knownKeks } from './index.js';
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
