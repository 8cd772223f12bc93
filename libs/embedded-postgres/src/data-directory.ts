import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { exists, lstatIfThere, readIfThere } from './files.js';
import { endOrphan } from './orphan.js';
import { isRunning } from './processes.js';
import { canEnter } from './server-user.js';
import { makeShelter, SHELTERS, shelterPath } from './shelter.js';

/** Where a server keeps its data, and what opens them. */
export interface DataDirectory {
  readonly path: string;
  readonly password: string;
  /** What the server has to say. */
  readonly logFile: string;
}

/** A data directory that stays: at `wanted`, or in a shelter where the server's user cannot go there. */
export async function lastingDirectory(wanted: string): Promise<DataDirectory> {
  await mkdir(dirname(wanted), { recursive: true });
  const passwordFile = `${wanted}.password`;
  const password = (await readIfThere(passwordFile)) ?? (await inventPassword(wanted, passwordFile));
  return { path: await placeOf(wanted, password), password, logFile: `${wanted}.log` };
}

/**
 * The password names the shelter: nobody else can guess it, and who throws the password away, to begin anew, does not
 * meet the old data again.
 */
async function placeOf(wanted: string, password: string): Promise<string> {
  if (canEnter(dirname(wanted)) && !(await exists(shelterPath(password)))) return wanted;
  return join(await makeShelter(password), 'data');
}

async function inventPassword(dataDir: string, passwordFile: string): Promise<string> {
  if (await exists(dataDir)) {
    throw new Error(
      `${passwordFile} is missing, so ${dataDir} cannot be opened: remove ${dataDir} to begin anew.`,
    );
  }
  const password = newPassword();
  const draft = `${passwordFile}.new`;
  await writeFile(draft, password, { mode: 0o600 });
  await rename(draft, passwordFile);
  return password;
}

const THROW_AWAY = /^mts-postgres-(?<pid>\d+)-/;

/** A data directory of this process alone, in a new folder under the system's temporary directory. */
export async function throwAwayDirectory(): Promise<DataDirectory> {
  const parent = canEnter(tmpdir()) ? tmpdir() : SHELTERS;
  await sweep(parent);
  const folder = await mkdtemp(join(parent, `mts-postgres-${process.pid}-`));
  await chmod(folder, 0o711);
  return { path: join(folder, 'data'), password: newPassword(), logFile: join(folder, 'log') };
}

/** Removes what processes that were killed have left, together with the servers that still run there. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = THROW_AWAY.exec(name)?.groups?.['pid'];
    const folder = join(parent, name);
    if (pid === undefined || isRunning(Number(pid)) || !(await isOurs(folder))) continue;
    await endOrphan(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Not if it has gone meanwhile: others sweep here too. */
async function isOurs(folder: string): Promise<boolean> {
  const stats = await lstatIfThere(folder);
  return stats !== undefined && stats.isDirectory() && stats.uid === process.getuid?.();
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
