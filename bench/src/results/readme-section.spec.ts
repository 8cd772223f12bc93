import { expect, it } from 'vitest';

import { withSection } from './readme-section.js';

it('only what stands between the marks is replaced', () => {
  const page = 'before\n\n<!-- begin a: by a program -->\n\nold\n\n<!-- end a -->\n\nafter\n';
  expect(withSection(page, 'a', '$1 new')).toBe(page.replace('old', () => '$1 new'));
});

it('a page without the marks is a fault', () => {
  expect(() => withSection('before', 'a', 'new')).toThrow('no marks of a');
});
