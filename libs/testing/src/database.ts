import { randomUUID } from 'node:crypto';

import { Client } from 'pg';

/**
 * Makes an empty database for one spec file, so that files can run in parallel, and returns its URL.
 * The server is that of `TEST_DATABASE_URL`, which the vitest configurations of this workspace provide.
 */
export async function createTestDatabase(): Promise<string> {
  const url = new URL(serverUrl());
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer((client) => client.query(`create database ${client.escapeIdentifier(name)}`));
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops a database made by {@link createTestDatabase}, and cuts the connections that are still open on it. */
export async function dropTestDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await onServer((client) => client.query(`drop database ${client.escapeIdentifier(name)} with (force)`));
}

async function onServer(action: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await action(client);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined)
    throw new Error('TEST_DATABASE_URL is not set: run vitest from the root of the workspace');
  return url;
}
