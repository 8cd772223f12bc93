import { readPeopleOptions } from './people/options.js';
import { writePeople } from './people/write.js';

const USAGE = `Usage: npm run people -- --count <number> [--seed <number>] [--out <folder>] [--partner <id>]

Writes a list of synthetic people (people.csv), what the simulator must know of them (population.ndjson), and what
must come of each row (expected.csv) into the folder, .mts/people by default. One seed always gives the same people.
`;

async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(USAGE);
    return;
  }
  const options = readPeopleOptions(process.argv.slice(2));
  const { people, population, expected, personCount } = await writePeople(options);
  process.stdout.write(
    `${options.count} rows for ${personCount} people (seed ${options.seed}): ${people}, ${population}, ${expected}\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'The people could not be written.'}\n`);
  process.exitCode = 1;
});
