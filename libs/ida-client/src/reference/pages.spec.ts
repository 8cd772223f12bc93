import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adviceTable } from './advice-table.js';
import { REFERENCE_PAGES } from './pages.js';

const docs = new URL('../../../../docs/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, docs), 'utf8');

describe.each(Object.keys(REFERENCE_PAGES))('docs/%s', (path) => {
  it('is up to date; `npm run docs` writes it', () => {
    expect(read(path)).toBe(REFERENCE_PAGES[path]?.());
  });

  it('links only to what is there', () => {
    const base = new URL(path, docs);
    const dead = [...read(path).matchAll(/\]\(([^)#]*)(?:#([^)]+))?\)/g)].filter(([, file = '', anchor]) => {
      const target = file === '' ? read(path) : readFileSync(new URL(file, base), 'utf8');
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
    expect(dead.map(([link]) => link)).toEqual([]);
  });
});

describe('what libs/domain tells people of codes', () => {
  it('is up to date; `npm run docs` writes it', () => {
    expect(read('../libs/domain/src/errors/ida-advice-table.ts')).toBe(adviceTable());
  });
});

/** Ids set by hand, and those that GitHub makes of headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  const ids = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...ids, ...headings]);
}
