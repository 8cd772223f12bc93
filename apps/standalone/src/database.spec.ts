import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { Database, migrate } from '@mts/store';
import { createTestDatabase, dropTestDatabase } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { bringUpToDate, isUnused, openDatabase } from './database.js';
import { LaunchError } from './launch-error.js';

/** Roles belong to the whole server, which other files use too. */
const ROLE = `role_${randomUUID().replaceAll('-', '')}`;
const SCHEMAS = { databaseSchema: 'ours', queueSchema: 'ours_queue' };

let url: URL;
let admin: Database;
beforeAll(async () => {
  url = new URL(await createTestDatabase());
  await migrate(url.href, 'admin');
  admin = await Database.open({ url: url.href, schema: 'admin', app: 'spec', connectionsMax: 2 });
  await admin.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'secret-of-the-role'`);
});
afterAll(async () => {
  await admin.query(`DROP OWNED BY ${ROLE}`);
  await admin.query(`DROP ROLE ${ROLE}`);
  await admin.close();
  await dropTestDatabase(url.href);
});

/** The same database by another role, or in another way. */
function changed(change: (url: URL) => void): string {
  const other = new URL(url);
  change(other);
  return other.href;
}

function asRole(password = 'secret-of-the-role'): string {
  return changed((other) => {
    other.username = ROLE;
    other.password = password;
  });
}

async function refusal(databaseUrl: string): Promise<string> {
  const error: unknown = await bringUpToDate(databaseUrl, SCHEMAS).catch((reason: unknown) => reason);
  if (!(error instanceof LaunchError)) throw new Error('not refused in a sentence', { cause: error });
  return error.message;
}

describe('a database that does not let us make the tables', () => {
  it('because the role may make no schemas is told in a sentence, with the right that is wanted', async () => {
    expect(await refusal(asRole())).toMatch(/permission denied for database .*may create schemas or owns/);
  });

  it.each([
    ['knows the user by another password', asRole.bind(undefined, 'wrong'), /check user and password/],
    ['is not there', () => changed((other) => (other.pathname = '/none')), /"none" does not exist/],
    ['does not run', () => changed((other) => (other.port = '1')), /ECONNREFUSED.*does it run there/],
    ['has no TLS', () => changed((other) => (other.search = '?sslmode=verify-full')), /leave sslmode out/],
    [
      'has a CA that is not there',
      () => changed((other) => (other.search = '?sslmode=verify-full&sslrootcert=/nowhere.pem')),
      /no such file.*nowhere\.pem/,
    ],
  ])('because it %s is told in a sentence without the password', async (_how, place, sentence) => {
    const told = await refusal(place());
    expect(told).toMatch(/^The database of DATABASE_URL cannot be used: [^\n]*$/);
    expect(told).toMatch(sentence);
    expect(told).not.toMatch(/secret-of-the-role|wrong/);
  });
});

it('that accepts connections and never answers is told in a sentence, by whichever way it is opened', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const place = changed((other) => (other.port = String(port)));
  const ways = [
    bringUpToDate(place, SCHEMAS),
    isUnused(place, 'ours'),
    openDatabase(place, 'ours', 'spec').then(async (database) => database.close()),
  ];
  for (const way of await Promise.allSettled(ways)) {
    expect(way).toMatchObject({ status: 'rejected', reason: { name: 'LaunchError' } });
    expect((way as PromiseRejectedResult).reason).toHaveProperty(
      'message',
      expect.stringMatching(
        /^The database of DATABASE_URL cannot be used: it accepts connections and does not answer, [^\n]*$/,
      ),
    );
  }
  silent.close();
}, 30_000);

it('is unused until something was handed in, also when that is erased since', async () => {
  expect(await isUnused(url.href, 'admin')).toBe(true);
  await admin.query(
    `INSERT INTO request (id, owner, state, input, output, sealed_options) VALUES ($1, 'default', 'archived', 'csv', 'csv', '')`,
    [randomUUID()],
  );
  expect(await isUnused(url.href, 'admin')).toBe(false);
});

it('makes the tables for a role that may make no schemas, in schemas that were made for it', async () => {
  for (const schema of Object.values(SCHEMAS)) {
    await admin.query(`CREATE SCHEMA ${schema} AUTHORIZATION ${ROLE}`);
  }
  expect(await bringUpToDate(asRole(), SCHEMAS)).not.toEqual([]);
  expect(await bringUpToDate(asRole(), SCHEMAS)).toEqual([]);
});
