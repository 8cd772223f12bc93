import { expect, it } from 'vitest';

import { unknownSpecs } from './spec-files.js';

it('knows spec files by their path, by a part of it and by the whole one', () => {
  const wanted = ['apps/standalone/src/checks/spec-files.spec.ts', './e2e/src/sample', import.meta.filename];
  expect(unknownSpecs(wanted)).toEqual([]);
});

it('finds what would run no test at all', () => {
  const wanted = ['nothing.spec.ts', 'spec-files.spec.ts', 'apps/standalone/src/checks/spec-files.ts'];
  expect(unknownSpecs(wanted)).toEqual(['nothing.spec.ts', 'apps/standalone/src/checks/spec-files.ts']);
});
