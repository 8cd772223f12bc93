import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROFILE_NAMES } from './profiles.js';
import { OWN_CODES } from './reference/own-codes.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const README = read('../README.md');

// That the example works is shown in alone.spec.ts.
it('shows the example as it is, in fifteen lines', () => {
  const example = read('../examples/authenticate.ts');
  expect(README).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
  expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
});

it('explains each code that the client adds to those of IDA, and names each version', () => {
  // MTS-IDA-0.. are the seeder's, of what it makes of the faults of several calls.
  const added = OWN_CODES.map(({ code }) => code).filter((code) => code.startsWith('MTS-IDA-1'));
  expect(added).toContain('MTS-IDA-108');
  expect(
    [...added, ...PROFILE_NAMES].filter(
      (word) => !README.includes(`\`${word}\``) && !README.includes(`| ${word} |`),
    ),
  ).toEqual([]);
});

it('links to no file, because it is packed without the repository around it', () => {
  expect(README).not.toMatch(/\]\((?!https:|#)/);
});
