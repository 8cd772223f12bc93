import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DirectoryKekProvider, makeRequestKeys } from '@mts/crypto';
import { ApiError } from '@mts/domain';
import { Database, migrate, RequestStore } from '@mts/store';
import { createTestDatabase, dropTestDatabase, until } from '@mts/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { type EarlierRequest, Idempotency } from './idempotency.js';
import { IdempotentCall } from './idempotent-call.js';

const [SUNDAY, MONDAY] = [new Date('2026-11-22T23:59:59Z'), new Date('2026-11-23T00:00:01Z')];

let url: string;
let folder: string;
let database: Database;
let keks: DirectoryKekProvider;

beforeAll(async () => {
  url = await createTestDatabase();
  await migrate(url, 'mts');
  folder = await mkdtemp(join(tmpdir(), 'mts-idempotency-'));
  keks = await DirectoryKekProvider.open(folder);
  database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 4 });
});
afterAll(async () => {
  await database.close();
  await dropTestDatabase(url);
  await rm(folder, { recursive: true });
});

function callOf(key: string, content = 'content', owner = 'me'): IdempotentCall {
  const call = IdempotentCall.of({ 'idempotency-key': key }, owner, 'json');
  if (call === undefined) throw new Error('there is a key');
  call.add(content);
  return call;
}

/** Hands in at a moment. @param beforeEnd what happens within the transaction. @returns the earlier request, if there is one */
async function handIn(
  call: IdempotentCall,
  now: Date,
  beforeEnd: () => Promise<unknown> = async () => undefined,
): Promise<EarlierRequest | string> {
  const idempotency = new Idempotency(keks);
  const { kek, kekId, wrappedInputKey, wrappedResultsKey, id } = await makeRequestKeys(
    randomUUID(),
    keks,
    now,
  );
  const sealed = { sealedOptions: null, kekId, wrappedInputKey, wrappedResultsKey };
  await new RequestStore(database).begin({ id, owner: call.owner, input: 'json', output: 'json', ...sealed });
  return database.transaction(async (tx) => {
    const answer = await idempotency.once(call, { requestId: id, kek }, tx, async () => id);
    await beforeEnd();
    return answer;
  });
}

it('a key is known again after midnight, when a new day key has begun', async () => {
  const key = randomUUID();
  const first = await handIn(callOf(key), SUNDAY);
  expect(await handIn(callOf(key), MONDAY)).toMatchObject({ requestId: first });
  await expect(handIn(callOf(key, 'other'), MONDAY)).rejects.toEqual(new ApiError('MTS-REQ-006'));
});

it('a key is known to a gateway whose clock has not passed midnight yet', async () => {
  const key = randomUUID();
  const first = await handIn(callOf(key), MONDAY);
  expect(await handIn(callOf(key), SUNDAY)).toMatchObject({ requestId: first });
});

it('of two calls at once, one on each side of midnight, the second waits for the first and finds its request', async () => {
  const key = randomUUID();
  const second: { made?: Promise<EarlierRequest | string> } = {};
  const first = await handIn(callOf(key), SUNDAY, async () => {
    second.made = handIn(callOf(key), MONDAY);
    await until(async () => {
      const waiting = await database.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return waiting.length === 1;
    });
  });
  expect(await second.made).toMatchObject({ requestId: first });
});

it('one key of two callers is two keys', async () => {
  const key = randomUUID();
  expect(await handIn(callOf(key), SUNDAY)).toEqual(expect.any(String));
  expect(await handIn(callOf(key, 'content', 'another'), SUNDAY)).toEqual(expect.any(String));
});
