import { randomUUID } from 'node:crypto';

import { createTestDatabase, dropTestDatabase } from '@mts/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { ApiKeyStore, type NewApiKey } from './api-key-store.js';
import { Database, migrate } from './database.js';

let url: string;
let database: Database;
let keys: ApiKeyStore;
beforeAll(async () => {
  url = await createTestDatabase();
  await migrate(url, 'mts');
  database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 4 });
  keys = new ApiKeyStore(database);
});
afterAll(async () => {
  await database.close();
  await dropTestDatabase(url);
});

function key(name: string): NewApiKey {
  const id = randomUUID();
  return { id, name, hash: Buffer.from(id), roles: ['submit', 'read'] };
}

it('gives what a call is checked against, until the key is revoked', async () => {
  const { id, hash } = key('registry');
  await keys.add({ id, hash, name: 'registry', roles: ['submit', 'read'] }, 'new caller');
  expect(await keys.findActive(id)).toEqual({
    id,
    name: 'registry',
    hash,
    roles: ['submit', 'read'],
    isUseNoted: false,
  });
  const revoked = await keys.revoke(id);
  expect(revoked?.revokedAt).toBeInstanceOf(Date);
  expect(await keys.findActive(id)).toBeUndefined();
  expect((await keys.revoke(id))?.revokedAt).toEqual(revoked?.revokedAt);
  expect(await keys.revoke(randomUUID())).toBeUndefined();
});

it('has one caller of a name, also when its key is revoked and when several are made at once', async () => {
  // Several rounds: in the first one the connections are still being opened, one after the other.
  for (const name of ['first', 'second', 'third', 'once']) {
    const made = await Promise.all([1, 2, 3, 4].map(async () => keys.add(key(name), 'new caller')));
    expect(made.filter((one) => one === 'name in use')).toHaveLength(3);
  }
  for (const one of await keys.list()) await keys.revoke(one.id);
  expect(await keys.add(key('once'), 'new caller')).toBe('name in use');
  expect(await keys.add(key('once'), 'known caller')).toMatchObject({ name: 'once', revokedAt: null });
  expect(await keys.add(key('never'), 'known caller')).toBe('name unknown');
});

it('notes a use, and says so while that is exact enough', async () => {
  const { id, ...others } = key('used');
  await keys.add({ id, ...others }, 'new caller');
  await keys.noteUse(id);
  expect((await keys.findActive(id))?.isUseNoted).toBe(true);
  await database.query(`UPDATE api_key SET last_used_at = now() - interval '61 seconds' WHERE id = $1`, [id]);
  expect((await keys.findActive(id))?.isUseNoted).toBe(false);
});

it('lists the newest first, and no hash', async () => {
  const { id, ...others } = key('newest');
  await keys.add({ id, ...others }, 'new caller');
  const [newest] = await keys.list();
  expect(newest).toEqual({
    id,
    name: 'newest',
    roles: ['submit', 'read'],
    createdAt: expect.any(Date),
    revokedAt: null,
    lastUsedAt: null,
  });
});
