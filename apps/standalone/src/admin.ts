import { KekError } from '@mts/crypto';
import { ConfigError } from '@mts/platform';
import { SchemaError } from '@mts/store';

import { readOrder } from './admin/command.js';
import { ADMIN_COMMANDS } from './admin/commands.js';
import { withDeployment } from './admin/deployment.js';
import { AdminError, EXIT_CODES } from './admin/outcome.js';
import { LaunchError } from './launch-error.js';

/** `npm run admin`: what an operator does beside the API. Needs neither npm nor a terminal. */
// Whoever reads the answer may have enough of it, such as `head`.
process.stdout.on('error', () => undefined);
const args = process.argv.slice(2);
process.exitCode = EXIT_CODES[await main().catch(complain)];

async function main(): Promise<keyof typeof EXIT_CODES> {
  const order = readOrder(args, ADMIN_COMMANDS);
  if (order.kind === 'help') {
    answer(order.text);
    return 'done';
  }
  const work = withDeployment(process.env, tell, async (deployment) => order.work(deployment, tell));
  const { text, json, finding } = await work;
  answer(isForPrograms() ? JSON.stringify(json, null, 2) : text);
  return finding ?? 'done';
}

/** In a sentence, if it is no defect of ours. */
function complain(error: unknown): keyof typeof EXIT_CODES {
  const code = error instanceof AdminError ? error.code : 'failed';
  const isPlain = [AdminError, ConfigError, KekError, LaunchError, SchemaError].some(
    (kind) => error instanceof kind,
  );
  const { message: sentence, stack = sentence } = error as Error;
  const message = isPlain ? sentence : stack;
  if (isForPrograms()) answer(JSON.stringify({ code, message }, null, 2));
  else tell(message);
  return code;
}

function isForPrograms(): boolean {
  return args.includes('--json');
}

function answer(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Apart from the answer, which a program may read. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
