import { afterAll, beforeAll, expect, it } from 'vitest';

import { outcome, type StoreFixture, storeFixture } from '../spec-support/fixture.js';

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());

it('leaves a seeder of the version before the function that it calls', async () => {
  const { id } = await fixture.submit([{}, {}]);
  const { epoch } = await fixture.taken(id);
  const { state, sealedOutcome, errorCode, tokenIndex } = outcome(1);
  const kept = await fixture.database.query(
    'SELECT kept_request, kept_n FROM save_outcomes($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
    [[id], [0], [epoch], [false], [id], [0], [1], [state], [sealedOutcome], [errorCode], [tokenIndex]],
  );
  expect(kept).toEqual([{ kept_request: id, kept_n: 0 }]);
  expect(await fixture.states(id)).toEqual(['processed', 'submitted']);
});
