import { Interruption } from './command/interruption.js';
import { processTerminal } from './command/terminal.js';
import { UsageError } from './command/usage-error.js';
import { nodeVersionFault } from './node-version.js';

/** As a shell reports a command that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;
const HINT = 'Ending after the case at hand; once more ends at once.';

const stop = new AbortController();
// The first one ends after the case at hand, with a report of what was run; the second at once.
process.once('SIGINT', () => {
  process.stderr.write(`\n${HINT}\n`);
  stop.abort();
  process.once('SIGINT', () => process.exit(2));
});
process.once('SIGTERM', () => stop.abort());

process.exitCode = await main().catch(complain);

async function main(): Promise<number> {
  const fault = nodeVersionFault();
  if (fault !== undefined) {
    process.stderr.write(`${fault}\n`);
    return 2;
  }
  // Only now: an older Node.js cannot even load what this needs.
  const { command } = await import('./command/command.js');
  const { argv, env } = process;
  const terminal = processTerminal(stop.signal);
  return command({ args: argv.slice(2), env, terminal, stop: stop.signal });
}

/** @returns the exit code */
function complain(error: unknown): number {
  if (error instanceof Interruption) {
    process.stderr.write('\nInterrupted; no case was run.\n');
    return INTERRUPTED;
  }
  // Only what was written for people: any other text could hold a URL, and that keys.
  const sentence = error instanceof UsageError ? error.message : 'The suite itself failed';
  const where = error instanceof UsageError || !(error instanceof Error) ? '' : `\n${frames(error)}`;
  process.stderr.write(`${sentence}; see --help.${where}\n`);
  return 2;
}

/** Where it happened, but not what it said. */
function frames({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
