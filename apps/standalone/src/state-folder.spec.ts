import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { LaunchError } from './launch-error.js';
import { openStateFolder } from './state-folder.js';

const isRoot = process.getuid?.() === 0;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-state-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

it('is closed to others, and the keys in it more so', async () => {
  const state = await openStateFolder(join(folder, 'state'));
  expect(await modeOf(state.path)).toBe(isRoot ? 0o711 : 0o700);
  expect(await modeOf(state.keys)).toBe(0o700);
});

it('can be opened again', async () => {
  const first = await openStateFolder(join(folder, 'state'));
  expect(await openStateFolder(join(folder, 'state'))).toEqual(first);
});

it('that cannot be made is told in a sentence that names the option', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'state')]) {
    await expect(openStateFolder(path)).rejects.toThrow(
      new LaunchError(`${path} cannot be written: set MTS_STATE_DIR to a folder of yours.`),
    );
  }
});

it.runIf(process.platform === 'linux')(
  'in a place where nobody can make one is told at once, however deep it were',
  async () => {
    await expect(openStateFolder('/proc/none')).rejects.toThrow('/proc/none cannot be written');
    await expect(openStateFolder('/proc/none/state')).rejects.toThrow('/proc/none cannot be written');
    expect((await openStateFolder(join(folder, 'a/b/state'))).path).toBe(join(folder, 'a/b/state'));
  },
);

it.skipIf(isRoot)('in which another user has left a folder is told in a sentence that names it', async () => {
  const { path, logs } = await openStateFolder(join(folder, 'state'));
  await chmod(logs, 0o500);
  await expect(openStateFolder(path)).rejects.toThrow(`${logs} cannot be written: set MTS_STATE_DIR`);
});

describe.runIf(isRoot)('as root', () => {
  it("leaves another user's folder alone, and says what to do", async () => {
    const path = join(folder, 'state');
    await mkdir(path);
    await chown(path, 12_345, 12_345);
    await expect(openStateFolder(path)).rejects.toThrow(/belongs to another user .* set MTS_STATE_DIR/);
  });
});
