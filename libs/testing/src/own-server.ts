import { type EmbeddedPostgres, startEmbeddedPostgres } from '@mts/embedded-postgres';

/** Starts a server for one spec file that stops it, or looks into its files, which nobody else's tests may bear. */
export async function startOwnServer(): Promise<Pick<EmbeddedPostgres, 'url' | 'dataDir' | 'stop'>> {
  return startEmbeddedPostgres();
}
