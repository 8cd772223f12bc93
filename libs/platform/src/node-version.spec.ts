import { expect, it } from 'vitest';

import { nodeVersionFault } from './node-version.js';

it.each(['v20.20.2', 'v22.12.0', 'v23.11.1'])(
  '%s is too old, and it is said what to run instead',
  (version) => {
    expect(nodeVersionFault(version)).toBe(
      `Node.js 24 is needed and this is ${version}: run it with node_modules/.bin/node.`,
    );
  },
);

it.each(['v24.0.0', 'v24.21.0', 'v100.1.0'])('%s will do', (version) => {
  expect(nodeVersionFault(version)).toBeUndefined();
});
