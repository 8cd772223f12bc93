import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { BENCH_NAMES } from '../benches.js';
import { COMPARED } from './original.js';
import { pagesOf, ResultsFolder, withComparison } from './results-folder.js';

async function committed(path: string): Promise<string> {
  return readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

/** After an edit by hand: `npm run bench -- --report`. */
it('results.md, results.json and the comparison in the README are those of the figures that were taken', async () => {
  const results = await new ResultsFolder(BENCH_NAMES).results();
  const { page, json } = pagesOf(results);
  const readme = await committed('README.md');
  expect(await committed('bench/results.md')).toBe(page);
  expect(await committed('bench/results.json')).toBe(json);
  expect(readme).toBe(withComparison(readme, results));
});

it('every note, and every line of the comparison, is about a figure that there is', async () => {
  const { parts, notes } = await new ResultsFolder(BENCH_NAMES).results();
  const names = parts.flatMap(([, part]) => (part?.taken?.rows ?? []).map(({ name }) => name));
  expect(names).toEqual(expect.arrayContaining([...notes.keys(), ...COMPARED.map(({ ours }) => ours)]));
});

it("every figure of the original's names the versions that it is of", () => {
  for (const { original } of COMPARED)
    expect(original).toMatch(/^[^(]+ \(1\.[^)]+\)(, [^(]+ \(1\.[^)]+\))?$/);
});
