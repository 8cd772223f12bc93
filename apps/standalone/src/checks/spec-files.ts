import { globSync } from 'node:fs';
import { join } from 'node:path';

import { WORKSPACE } from '../configuration.js';

/** As the two vitest configurations include them. */
const SPEC_FILES = ['{apps,libs}/*/src/**/*.spec.ts', 'bench/src/**/*.spec.ts', 'e2e/src/**/*.spec.ts'];

/** Those of the wanted files that vitest would pass over in silence: it takes a part of a path, too. */
export function unknownSpecs(wanted: readonly string[]): string[] {
  const specs = globSync(SPEC_FILES, { cwd: WORKSPACE }).map((file) => join(WORKSPACE, file));
  return wanted.filter((file) => !specs.some((spec) => spec.includes(file.replace(/^\.\//, ''))));
}
