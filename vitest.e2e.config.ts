import { defineConfig } from 'vitest/config';

/** Black-box tests: the built apps as processes, through their public API only. */
export default defineConfig({
  test: {
    include: ['e2e/src/**/*.spec.ts'],
    globalSetup: ['./vitest.setup.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    maxConcurrency: 8,
  },
});
