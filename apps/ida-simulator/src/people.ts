import { readPeopleOptions } from './people/options.js';
import { writePeople } from './people/write.js';

async function main(): Promise<void> {
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
