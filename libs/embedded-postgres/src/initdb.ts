import { spawnSync } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';

import type { Binaries } from './binaries.js';
import type { DataDirectory } from './data-directory.js';
import { exists } from './files.js';
import { giveToServerUser, serverEnvironment, serverUser } from './server-user.js';

/** The name of the superuser, and of the database that the apps get. */
export const NAME = 'mts';

/**
 * Makes the database cluster if there is none yet.
 *
 * It is made under another name and then renamed, so that what bears the name is always whole.
 */
export async function initialise(
  binaries: Binaries,
  directory: DataDirectory,
  durable: boolean,
): Promise<void> {
  if (await exists(directory.path)) return;
  const draft = `${directory.path}.new`;
  const passwordFile = `${directory.path}.initdb`;
  await Promise.all([draft, passwordFile].map((path) => rm(path, { recursive: true, force: true })));
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, directory.password, { mode: 0o600, flag: 'wx' });
  try {
    await Promise.all([draft, passwordFile].map(giveToServerUser));
    runInitdb(binaries, draft, passwordFile, durable ? [] : ['--no-sync']);
  } finally {
    await rm(passwordFile);
  }
  await rename(draft, directory.path);
}

function runInitdb(
  { initdb }: Binaries,
  dataDir: string,
  passwordFile: string,
  options: readonly string[],
): void {
  const fixed = [`--username=${NAME}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'];
  const { status, stdout, stderr, error } = spawnSync(
    initdb,
    [`--pgdata=${dataDir}`, `--pwfile=${passwordFile}`, ...fixed, ...options],
    { ...serverUser, cwd: '/', env: serverEnvironment(), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`initdb failed:\n${stdout}${stderr}`, { cause: error });
}
