import { randomUUID } from 'node:crypto';

import { until } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findLeftovers, forgetOutdated, type LeftoverKind, rewriteKeyTables } from './index.js';
import { outcome, type StoreFixture, storeFixture } from './spec-support/fixture.js';

const LIMITS = { requestAgeHoursMax: 168, uploadAgeMinutesMax: 10, graceMinutes: 15 };

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(async () => fixture.database.close());

async function set(id: string, assignment: string): Promise<void> {
  await fixture.database.query(`UPDATE request SET ${assignment} WHERE id = $1`, [id]);
}

async function finished(): Promise<string> {
  const { id } = await fixture.submit([{}]);
  const lease = await fixture.taken(id);
  await fixture.saveOutcomes(lease, [outcome(1)]);
  await fixture.ranges.finish(lease);
  return id;
}

/** Makes one leftover of a kind. @returns what names it */
const MAKERS: Readonly<Record<LeftoverKind, () => Promise<string>>> = {
  'expired request': async () => {
    const id = await finished();
    await set(id, `ended_at = now() - interval '168 h 16 min'`);
    return id;
  },
  'taken results': async () => {
    const id = await finished();
    await set(id, `erase_at = now() - interval '16 min'`);
    return id;
  },
  'key of an archived request': async () => {
    const { id } = await fixture.submit([]);
    await set(id, `state = 'archived', archived_at = now()`);
    return id;
  },
  'records of an archived request': async () => {
    const id = await finished();
    await fixture.archive(id);
    await fixture.database.query(`INSERT INTO record (request_id, line, state) VALUES ($1, 1, 'processed')`, [
      id,
    ]);
    await set(id, `archived_at = now() - interval '16 min'`);
    return id;
  },
  'records without a request': async () => {
    const id = randomUUID();
    await fixture.database.query(
      `INSERT INTO record (request_id, line, state) VALUES ($1, 1, 'submitted'), ($1, 2, 'submitted')`,
      [id],
    );
    return id;
  },
  'key without a request': async () => {
    const id = randomUUID();
    await fixture.database.query(
      `INSERT INTO wrapped_key (subject, purpose, kek_id, wrapped) VALUES ($1, 'input', 'k', 'w'), ($1, 'results', 'k', 'w')`,
      [id],
    );
    return id;
  },
  'broken upload': async () => {
    const id = await fixture.receive([{}]);
    await set(id, `touched_at = now() - interval '26 min'`);
    return id;
  },
  'erased key in the file': async () => {
    const id = await finished();
    await fixture.database.query(
      `UPDATE wrapped_key SET erased_at = now() - interval '16 min' WHERE subject = $1 AND wrapped IS NULL`,
      [id],
    );
    return id;
  },
};

describe('nothing is left', () => {
  it('of requests that work, that are finished and young, or archived', async () => {
    await fixture.submit([{}]);
    await fixture.receive([{}]);
    await finished();
    await fixture.archive(await finished());
    await until(async () => (await rewriteKeyTables(fixture.database)) === 'clean');
    expect(await findLeftovers(fixture.database, LIMITS)).toEqual([]);
  });
});

describe('what ought to be erased is found', () => {
  it.each(Object.keys(MAKERS) as LeftoverKind[])('%s', async (kind) => {
    const id = await MAKERS[kind]();
    const found = await findLeftovers(fixture.database, LIMITS);
    expect(found.filter((one) => one.kind === kind)).toEqual([{ kind, count: 1, examples: [id] }]);
  });
});

describe('what is of no use any more is forgotten', () => {
  it('tickets that have expired and seeders long gone, and others are not', async () => {
    const { id } = await fixture.submit([{}]);
    const { database } = fixture;
    await database.query(
      `INSERT INTO event_ticket (hash, request_id, owner, expires_at)
       VALUES ('old', $1, 'o', now() - interval '1 s'), ('new', $1, 'o', now() + interval '1 min')`,
      [id],
    );
    await database.query(
      `INSERT INTO seeder (id, in_flight_max, seen_at)
       VALUES (gen_random_uuid(), 1, now() - interval '25 h'), (gen_random_uuid(), 2, now() - interval '23 h')`,
    );
    await forgetOutdated(database);
    expect(await database.query('SELECT hash FROM event_ticket')).toEqual([{ hash: Buffer.from('new') }]);
    expect(await database.query('SELECT in_flight_max AS n FROM seeder')).toEqual([{ n: 2 }]);
  });

  it('API keys revoked long ago, unless a new caller of the name would get at requests', async () => {
    const { database } = fixture;
    await fixture.submit([{}], { owner: 'api-key:registry' });
    await database.query(
      `INSERT INTO api_key (id, name, hash, roles, revoked_at) VALUES
         (gen_random_uuid(), 'registry', '1', '{}', now() - interval '91 days'),
         (gen_random_uuid(), 'bank', '2', '{}', now() - interval '91 days'),
         (gen_random_uuid(), 'school', '3', '{}', now() - interval '89 days'),
         (gen_random_uuid(), 'clinic', '4', '{}', NULL)`,
    );
    await forgetOutdated(database);
    const left = await database.query<{ name: string }>('SELECT name FROM api_key ORDER BY name');
    expect(left.map(({ name }) => name)).toEqual(['clinic', 'registry', 'school']);
  });
});
