import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkNodeVersion, OLDEST_NODE } from './node-version.js';

interface PackageJson {
  readonly engines: { readonly node: string };
}

function nodeOf(path: string): string {
  const json = readFileSync(new URL(`../${path}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(json) as PackageJson).engines.node;
}

describe('the oldest Node.js that will do', () => {
  it('is the one that undici asks for, and that all three packages name', () => {
    const packages = ['node_modules/undici', '.', '../crypto', '../domain'];
    expect(packages.map(nodeOf)).toEqual(packages.map(() => `>=${OLDEST_NODE}`));
  });

  it.each(['20.20.2', '22.9.0', '22.18.99'])('is asked for when this is %s', (version) => {
    expect(() => checkNodeVersion(version)).toThrow(
      `needs Node.js ${OLDEST_NODE} or later; this is ${version}`,
    );
  });

  it.each([OLDEST_NODE, '22.20.0', '24.2.0', '100.0.0'])('is met by %s', (version) => {
    expect(() => checkNodeVersion(version)).not.toThrow();
  });
});
