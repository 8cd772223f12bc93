import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INPUTS } from './registry.js';

describe('the registry of inputs', () => {
  it('has one line for each folder, of the same name', () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'kit')
      .map((entry) => entry.name);

    expect(INPUTS.map(({ id }) => id).toSorted()).toEqual(folders.toSorted());
  });

  it('finds the same files in each of them', () => {
    for (const { id } of INPUTS) {
      expect(readdirSync(`${import.meta.dirname}/${id}`)).toEqual(
        expect.arrayContaining(['descriptor.ts', 'index.ts', 'reader.ts', 'reader.spec.ts']),
      );
    }
  });
});
