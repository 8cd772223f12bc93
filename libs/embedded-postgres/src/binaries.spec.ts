import { execFileSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { copyToShelter } from './binaries.js';
import { isRoot, serverUser } from './server-user.js';
import { shelterPath } from './shelter.js';

describe.runIf(isRoot)('run by root from an installation that others cannot enter', () => {
  let tree: string;

  beforeEach(async () => {
    tree = await mkdtemp(join(tmpdir(), 'mts-binaries-'));
    await mkdir(join(tree, 'bin'));
    await mkdir(join(tree, 'share'), { mode: 0o700 });
    await writeFile(join(tree, 'share/answer'), '42', { mode: 0o600 });
    await writeFile(join(tree, 'bin/postgres'), '#!/bin/sh\ncat "$(dirname "$0")/../share/answer"', {
      mode: 0o700,
    });
  });
  afterEach(async () => {
    await rm(tree, { recursive: true });
    await rm(shelterPath(tree), { recursive: true });
  });

  it("copies the programs, with what they read, to where the server's user can run them", async () => {
    const { postgres } = await copyToShelter(tree);
    expect(execFileSync(postgres, { ...serverUser, encoding: 'utf8' })).toBe('42');
  });

  it('copies them once, also if two processes start together', async () => {
    const [first, second] = await Promise.all([copyToShelter(tree), copyToShelter(tree)]);
    expect(second).toEqual(first);
    await writeFile(join(tree, 'share/answer'), '43');
    const { postgres } = await copyToShelter(tree);
    expect(execFileSync(postgres, { ...serverUser, encoding: 'utf8' })).toBe('42');
  });

  it('does not trust a folder that another user made in its place', async () => {
    await mkdir(shelterPath(tree));
    await chown(shelterPath(tree), 12_345, 12_345);
    await expect(copyToShelter(tree)).rejects.toThrow('belongs to another user');
  });
});
