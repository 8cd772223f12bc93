import { ConfigError } from '@mts/platform';
import { SchemaError } from '@mts/store';

import { withAdminDatabase } from './admin-database.js';
import { ADMIN_USAGE, readAdminCommand, runAdminCommand, UsageError } from './admin-command.js';
import { LaunchError } from './launch-error.js';

/** `npm run admin`: what an operator does beside the API, such as making the first key. */
try {
  const command = readAdminCommand(process.argv.slice(2));
  if (command.name === 'help') process.stdout.write(`${ADMIN_USAGE}\n`);
  else {
    const said = await withAdminDatabase(process.env, async (database) => runAdminCommand(command, database));
    process.stdout.write(`${said}\n`);
  }
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${ADMIN_USAGE}\n`);
    process.exitCode = 2;
  } else if (error instanceof ConfigError || error instanceof LaunchError || error instanceof SchemaError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else throw error;
}
