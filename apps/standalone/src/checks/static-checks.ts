import { type Finished, step } from './step.js';
import { sum, type Tally } from './tally.js';

/** Each counts as one. */
const CHECKS: readonly (readonly [title: string, command: readonly string[]])[] = [
  ['Format (npm run format mends it)', ['prettier', '--check', '--log-level=warn', '.']],
  ['Lint', ['oxlint', '--deny-warnings']],
  ['Types of the tests', ['tsc', '-p', 'tsconfig.spec.json']],
  ['Import rules', ['depcruise', '--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'e2e', 'bench']],
];

export async function runStaticChecks(): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const [title, command] of CHECKS) tallies.push(await step(title, command, asOne));
  return sum(tallies);
}

async function asOne({ code }: Finished): Promise<Tally> {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}
