import { runStaticChecks } from './checks/static-checks.js';
import { tallyLine } from './checks/tally.js';

/** `npm run check`, after the build. */
const tally = await runStaticChecks();
process.stdout.write(`${tallyLine(tally)}\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;
