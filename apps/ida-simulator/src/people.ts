import { assertNodeVersion } from './node-version.js';
import { readPeopleOptions, USAGE, WrongUse } from './people/options.js';
import { Progress } from './people/progress.js';
import { writePeople } from './people/write.js';

/** As a shell reports a command that Ctrl-C ended: 128 + SIGINT. */
const CANCELLED = 130;
const FAILED = 1;
/** As of the other commands, see bootstrap.mjs. */
const TYPED_WRONGLY = 2;

async function main(): Promise<void> {
  assertNodeVersion();
  const options = readPeopleOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const cancellation = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => cancellation.abort());
  const { signal } = cancellation;
  const progress = new Progress(process.stderr, options.count);
  try {
    const onProgress = (rowCount: number): void => progress.show(rowCount);
    const { people, population, expected, personCount } = await writePeople({
      ...options,
      signal,
      onProgress,
    });
    progress.end();
    process.stdout.write(
      `${options.count} rows for ${personCount} people (seed ${options.seed}): ${people}, ${population}, ${expected}\n`,
    );
  } catch (error) {
    progress.end();
    if (!signal.aborted) throw error;
    process.stderr.write('Cancelled; no file was written.\n');
    process.exitCode = CANCELLED;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'The people could not be written.'}\n`);
  process.exitCode = error instanceof WrongUse ? TYPED_WRONGLY : FAILED;
});
