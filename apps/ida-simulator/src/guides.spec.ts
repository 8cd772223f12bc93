import { readdirSync, readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

const GUIDES = new URL('../../../docs/guide/', import.meta.url);
const POPULATION = new URL('../sample/population.ndjson', import.meta.url);

/** A UIN or VID where a list has one: as a cell of its own, or as a value. */
const INDIVIDUAL_ID = /(?<=[,;"]|^)(?:\d{10}|\d{16})(?=[,;"])/gm;

it('knows the people of the guides, so that their commands give what is printed there', () => {
  const population = readFileSync(POPULATION, 'utf8');
  const ids = readdirSync(GUIDES).flatMap((name) => {
    const guide = readFileSync(new URL(name, GUIDES), 'utf8');
    return [...guide.matchAll(INDIVIDUAL_ID)].map(([id]) => `${name} ${id}`);
  });
  expect(ids.length).toBeGreaterThan(10);
  expect(ids.filter((id) => !population.includes(`"${id.split(' ')[1] ?? ''}"`))).toEqual([]);
});
