import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { reasonOf } from './reason.js';

it('a reason is one line that does not tell where the sources lie', () => {
  const file = fileURLToPath(new URL('../../README.md', import.meta.url));
  expect(reasonOf(new Error(`${file} is not ready. It said:\n  no tables\n`))).toBe(
    'bench/README.md is not ready. It said: no tables',
  );
});

it('a long reason is cut off, and shows it', () => {
  expect(reasonOf('x'.repeat(500))).toBe(`${'x'.repeat(300)} …`);
});
