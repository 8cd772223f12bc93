import { expect, it } from 'vitest';

import { readNotes } from './notes.js';

it('a note belongs to each row that its heading names, and may have headings of its own', () => {
  const page = '# Why\n\nAbout it.\n\n## `a: 1, b`, `a: 2`\n\nSlow.\n\n### Tried\n\nAll.\n\n## `c`\n\nFar.\n';
  expect([...readNotes(page)]).toEqual([
    ['a: 1, b', 'Slow.\n\n### Tried\n\nAll.'],
    ['a: 2', 'Slow.\n\n### Tried\n\nAll.'],
    ['c', 'Far.'],
  ]);
});
