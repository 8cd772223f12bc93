import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ProfileStore } from './profile-store.js';
import { SilenceStore } from './silence-store.js';
import { type StoreFixture, storeFixture } from './spec-support/fixture.js';

const SEEDER = '00000000-0000-4000-8000-000000000001';
const HELD = ['MTS-IDA-102', 'silence'] as const;

let fixture: StoreFixture;
let silence: SilenceStore;
let profile: ProfileStore;
/** Requests whose rows lie the other way round in the tables: by itself a statement comes to the second one first. */
let first: string;
let second: string;

beforeAll(async () => {
  fixture = await storeFixture();
  silence = new SilenceStore(fixture.database, 'default');
  profile = new ProfileStore(fixture.database, 'default');
});
beforeEach(async () => {
  await fixture.database.query('TRUNCATE request, record, ida_answer CASCADE');
  await profile.lift();
  second = (await fixture.submit([{}])).id;
  do first = (await fixture.submit([{}])).id;
  while (first > second);
});
afterAll(async () => fixture.database.close());

/**
 * While a row of the first request is locked, and the statement waits for it, locks the same of the second one.
 * @returns what has become of the statement
 */
async function met(lock: string, statement: () => Promise<unknown>): Promise<string | undefined> {
  const { done } = await fixture.database.transaction(async (tx) => {
    await tx.query(lock, [first]);
    const ended = Promise.allSettled([statement()]);
    await fixture.untilOneWaits();
    await tx.query(lock, [second]);
    return { done: ended };
  });
  return (await done)[0]?.status;
}

const LOCK_HOLD = 'SELECT 1 FROM request_hold WHERE request_id = $1 FOR UPDATE';
const ADD_HOLD = `INSERT INTO request_hold (request_id, kind, code, reason) VALUES ($1, 'request', 'A', 'a') ON CONFLICT DO NOTHING`;
const LOCK_REQUEST = 'SELECT 1 FROM request WHERE id = $1 FOR UPDATE';

describe('holds of several requests are locked in the order of their ids', () => {
  beforeEach(async () => {
    for (const id of [second, first]) await silence.holdRequest(id, ...HELD);
  });

  it('when their probes are made due', async () => {
    expect(await met(LOCK_HOLD, async () => silence.makeProbesDue())).toBe('fulfilled');
  });

  it('when somebody was answered', async () => {
    await fixture.database.query(`UPDATE request_hold SET in_last_resort = true`);
    expect(await met(LOCK_HOLD, async () => silence.noteAnswered(0))).toBe('fulfilled');
  });
});

it('lists that are held together are so in the order of their ids', async () => {
  const lists = [second, first].map((requestId) => ({ requestId, reason: 'silence' }));
  expect(await met(ADD_HOLD, async () => silence.holdLists(lists, HELD[0]))).toBe('fulfilled');
});

describe('requests whose held time is counted together are locked in the order of their ids', () => {
  beforeEach(async () => {
    for (const id of [second, first]) await fixture.taken(id);
  });

  it('when the hold of their profile ends', async () => {
    await profile.hold('record', ...HELD);
    expect(await met(LOCK_REQUEST, async () => profile.lift())).toBe('fulfilled');
  });

  it('when a seeder does not hold itself any more', async () => {
    await fixture.seederLives(SEEDER);
    await profile.holdSeeder(SEEDER, 'MTS-IDA-203', 'clock', 1000);
    expect(await met(LOCK_REQUEST, async () => profile.releaseSeeder(SEEDER))).toBe('fulfilled');
  });
});
