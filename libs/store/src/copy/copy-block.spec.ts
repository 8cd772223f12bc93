import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type StoreFixture, storeFixture } from '../spec-support/fixture.js';

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());

describe('a block of records', () => {
  it('arrives in the table byte for byte, with nulls, and beyond its first capacity', async () => {
    const large = Buffer.alloc(200_000, 0xa5);
    const id = await fixture.receive([
      { sealedInput: Buffer.from([0, 255, 10, 92]), recordIndex: Buffer.from('idx') },
      { state: 'invalid', sealedInput: null, sealedOutcome: large, errorCode: 'ATS-REQ-009' },
    ]);
    const rows = await fixture.database.query(
      'SELECT line, state, sealed_input, sealed_outcome, error_code, record_index FROM record WHERE request_id = $1 ORDER BY line',
      [id],
    );
    expect(rows).toEqual([
      {
        line: 1,
        state: 'submitted',
        sealed_input: Buffer.from([0, 255, 10, 92]),
        sealed_outcome: null,
        error_code: null,
        record_index: Buffer.from('idx'),
      },
      {
        line: 2,
        state: 'invalid',
        sealed_input: null,
        sealed_outcome: large,
        error_code: 'ATS-REQ-009',
        record_index: null,
      },
    ]);
  });
});
