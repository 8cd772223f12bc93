import { ConfigError, readConfig } from '@mts/platform';

import { bringUpToDate } from './database.js';
import { LaunchError } from './launch-error.js';

/** `npm run migrate`: what must have run before the apps of this version start. */
try {
  const config = readConfig(['databaseUrl', 'databaseSchema', 'queueSchema'], process.env);
  const applied = await bringUpToDate(config.databaseUrl, config);
  process.stdout.write(
    applied.length === 0 ? 'The tables are up to date.\n' : `Applied ${applied.join(', ')}.\n`,
  );
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof LaunchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
