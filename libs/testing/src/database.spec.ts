import { Client } from 'pg';
import { expect, it } from 'vitest';

import { createTestDatabase, dropTestDatabase } from './index.js';

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

it('gives each caller an empty database of its own', async () => {
  const urls = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const [first, second] = await Promise.all(urls.map(connect));
  await first?.query('create table of_the_first ()');
  const tables = await second?.query("select from pg_tables where schemaname = 'public'");
  expect(tables?.rowCount).toBe(0);
  await Promise.all([first?.end(), second?.end()]);
  await Promise.all(urls.map(dropTestDatabase));
});

it('drops a database that somebody is still connected to', async () => {
  const url = await createTestDatabase();
  const client = await connect(url);
  const cut = new Promise((resolve) => client.on('error', resolve));
  await dropTestDatabase(url);
  await expect(connect(url)).rejects.toThrow('does not exist');
  await cut;
});
