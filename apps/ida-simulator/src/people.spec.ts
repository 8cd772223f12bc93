import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const COMMAND = fileURLToPath(new URL('../dist/people.js', import.meta.url));

it.each([
  [[], 2, '--count is missing.'],
  [['--count', '5', '--sed', '1'], 2, "Unknown option '--sed'"],
  [['--count', '5', '--malformed', '1'], 2, 'must be 1 or less'],
  [['--count', '5', '--out', COMMAND], 1, COMMAND],
] as const)(
  'tells what was typed wrongly from what failed by the exit code: %j ends with %i',
  (args, code, sentence) => {
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: 'utf8' });
    expect(stderr).toContain(sentence);
    expect(status).toBe(code);
  },
);
