import { expect, it } from 'vitest';

import { assertNodeVersion } from './node-version.js';

it.each(['v20.20.2', 'v23.11.1'])('%s is too old, and it is said what to run instead', (version) => {
  expect(() => assertNodeVersion(version)).toThrow(
    `Node.js 24 is needed and this is ${version}: run it with node_modules/.bin/node, or by npm run.`,
  );
});

it.each(['v24.0.0', 'v100.1.0'])('%s will do', (version) => {
  expect(() => assertNodeVersion(version)).not.toThrow();
});
