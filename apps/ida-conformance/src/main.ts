import { command } from './command/command.js';
import { processTerminal } from './command/terminal.js';
import { UsageError } from './command/usage-error.js';

const stop = new AbortController();
const HINT = 'Ending after the case at hand; once more ends at once.';

// The first one ends after the case at hand, with a report of what was run; the second at once.
process.once('SIGINT', () => {
  process.stderr.write(`\n${HINT}\n`);
  stop.abort();
  process.once('SIGINT', () => process.exit(2));
});
process.once('SIGTERM', () => stop.abort());

try {
  const { argv, env } = process;
  process.exitCode = await command({
    args: argv.slice(2),
    env,
    terminal: processTerminal,
    stop: stop.signal,
  });
} catch (error) {
  // Only what was written for people: any other text could hold a URL, and that keys.
  const sentence = error instanceof UsageError ? error.message : 'The suite itself failed';
  const where = error instanceof UsageError || !(error instanceof Error) ? '' : `\n${frames(error)}`;
  process.stderr.write(`${sentence}; see --help.${where}\n`);
  process.exitCode = 2;
}

/** Where it happened, but not what it said. */
function frames({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
