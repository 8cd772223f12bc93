import { KekError } from '@mts/crypto';
import { ConfigError, databaseRefusal } from '@mts/platform';
import { SchemaError } from '@mts/store';

import { readOrder } from './admin/command.js';
import { ADMIN_COMMANDS } from './admin/commands.js';
import { withDeployment } from './admin/deployment.js';
import { UsageError } from './admin/usage-error.js';
import { LaunchError } from './launch-error.js';

/** `npm run admin`: what an operator does beside the API. Needs neither npm nor a terminal. */
// Whoever reads the answer may have enough of it, such as `head`.
process.stdout.on('error', () => undefined);
process.exitCode = await main().catch(complain);

/** @returns the exit code */
async function main(): Promise<number> {
  const order = readOrder(process.argv.slice(2), ADMIN_COMMANDS);
  if (order.kind === 'help') {
    process.stdout.write(`${order.text}\n`);
    return 0;
  }
  const answer = await withDeployment(process.env, async (deployment) => order.work(deployment, tell));
  process.stdout.write(`${order.form === 'json' ? JSON.stringify(answer.json, null, 2) : answer.text}\n`);
  return answer.finding === undefined ? 0 : 1;
}

/** Apart from the answer, which a program may read. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** In a sentence, if it is no defect of ours. */
function complain(error: unknown): number {
  if (error instanceof UsageError) {
    tell(error.message);
    return 2;
  }
  const isPlain = [ConfigError, KekError, LaunchError, SchemaError].some((kind) => error instanceof kind);
  const { message, stack = message } = error as Error;
  tell(isPlain ? message : (databaseRefusal(error) ?? stack));
  return 1;
}
