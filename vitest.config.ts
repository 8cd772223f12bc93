import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

/** Unit and integration tests, on the sources; one real Postgres for the run, one database per file. */
export default defineConfig({
  resolve: { conditions: ['@mts/source'] },
  ssr: { resolve: { conditions: ['@mts/source'] } },
  test: {
    include: ['{apps,libs}/*/src/**/*.spec.ts', 'bench/src/**/*.spec.ts'],
    globalSetup: ['./vitest.setup.ts'],
    // Vitest leaves one core free, but these wait for servers and processes half of their time.
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
