import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { FiringStore } from './firing-store.js';
import { type StoreFixture, storeFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
let firings: FiringStore;
beforeAll(async () => {
  fixture = await storeFixture();
  firings = new FiringStore(fixture.database);
});
afterAll(async () => fixture.database.close());

/** In seconds; within a test that is one due time, and rows are kept for that long. */
const DAY = 86_400;

describe('a schedule', () => {
  it('is fired by one of many copies for each due time, together with what it does', async () => {
    let fired = 0;
    const ticks = await Promise.all(
      Array.from({ length: 5 }, async () => firings.once('expire', DAY, async () => void (fired += 1))),
    );
    expect([ticks.filter((tick) => tick === 'fired').length, fired]).toEqual([1, 1]);
    await expect(firings.once('sweep', DAY, async () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(await firings.once('sweep', DAY, async () => undefined)).toBe('fired');
  });

  it('is not kept from firing by a copy whose clock is ahead', async () => {
    await fixture.database.query(
      `INSERT INTO firing (schedule, due_at) SELECT 'ahead', now() + make_interval(secs => s) FROM generate_series(1, 90) s`,
    );
    expect(await firings.once('ahead', DAY)).toBe('fired');
    const rows = await fixture.database.query(
      `SELECT due_at > now() AS "isAhead" FROM firing WHERE schedule = 'ahead'`,
    );
    expect(rows).toEqual([{ isAhead: false }]);
  });

  it('leaves nothing behind for long, and tells when it was last fired', async () => {
    await fixture.database.query(
      `INSERT INTO firing (schedule, due_at) SELECT 'often', now() - make_interval(mins => m) FROM generate_series(61, 90) m`,
    );
    expect(await firings.once('often', 3)).toBe('fired');
    const rows = await fixture.database.query<{ at: Date }>(
      `SELECT due_at AS at FROM firing WHERE schedule = 'often'`,
    );
    expect(rows).toEqual([{ at: await firings.lastFiredAt() }]);
  });
});
