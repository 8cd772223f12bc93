import { readLauncherConfig } from './configuration.js';
import { compareFiles } from './sample-check.js';
import { SAMPLE } from './simulator.js';
import { stateFolder } from './state-folder.js';

const SHOWN = 10;

/** After `npm start -- --once`: whether the result file holds the right tokens, row by row. */
const { resultFile } = stateFolder(readLauncherConfig(process.env).stateDirectory);
const found = await compareFiles(resultFile, SAMPLE.expected);
if (found.length === 0) {
  process.stdout.write(`${resultFile} is as expected.\n`);
} else {
  const more = found.length > SHOWN ? [`and ${found.length - SHOWN} more`] : [];
  process.stdout.write(`${[`${resultFile} is wrong:`, ...found.slice(0, SHOWN), ...more].join('\n  ')}\n`);
  process.exitCode = 1;
}
