import { unknownSpecs } from './checks/spec-files.js';
import { runStaticChecks } from './checks/static-checks.js';
import { sum, type Tally, tallyLine } from './checks/tally.js';
import { E2E_CONFIG, runFiles, runSuite, UNIT_CONFIG } from './checks/vitest.js';

/** `npm test`: every check and every test, or the given spec files alone. Its last line counts them. */
async function test(files: readonly string[]): Promise<Tally> {
  if (files.length === 0) {
    return sum([
      await runStaticChecks(),
      await runSuite('Unit and integration tests', UNIT_CONFIG),
      await runSuite('End-to-end tests', E2E_CONFIG),
    ]);
  }
  const unknown = unknownSpecs(files);
  if (unknown.length > 0) {
    process.stdout.write(`There is no spec file ${unknown.join(', ')}.\n`);
    return { passed: 0, failed: unknown.length };
  }
  const kinds = [
    { config: UNIT_CONFIG, wanted: files.filter((file) => !isEndToEnd(file)) },
    { config: E2E_CONFIG, wanted: files.filter(isEndToEnd) },
  ];
  const tallies: Tally[] = [];
  for (const { config, wanted } of kinds) {
    if (wanted.length > 0) tallies.push(await runFiles(config, wanted));
  }
  return sum(tallies);
}

function isEndToEnd(file: string): boolean {
  return /^(?:\.\/)?e2e\//.test(file);
}

const tally = await test(process.argv.slice(2));
process.stdout.write(`${tallyLine(tally)}\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;
