import { startEmbeddedPostgres } from './libs/embedded-postgres/src/index.js';

/** One server for the whole run: the runner's, else one of our own. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['TEST_DATABASE_URL']) return undefined;
  const postgres = await startEmbeddedPostgres();
  process.env['TEST_DATABASE_URL'] = postgres.url;
  return async () => postgres.stop();
}
