import { FAULT_CLASSES } from '@mts/domain';
import { classPage } from './class-pages.js';
import { codesPage } from './codes-page.js';
import { idaPage } from './ida-page.js';

/** The pages that `npm run docs` writes, by their paths under `docs`. */
export const REFERENCE_PAGES: Readonly<Record<string, () => string>> = {
  'reference/ida.md': idaPage,
  'reference/ida-codes.md': () => codesPage(),
  ...Object.fromEntries(FAULT_CLASSES.map((name) => [`errors/${name}.md`, () => classPage(name)])),
};
