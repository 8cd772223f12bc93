import { spawnSync } from 'node:child_process';
import { chown } from 'node:fs/promises';

/** As whom the server's programs run; what `spawn` takes as `uid` and `gid`. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root. Then it runs as `nobody`, which has this number on every Linux. */
const NOBODY = 65_534;

export const isRoot = process.getuid?.() === 0;
export const serverUser: ServerUser = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** Whether the server's user can come to the directory: one parent that only root may enter is enough to bar it. */
export function canEnter(directory: string): boolean {
  if (!isRoot) return true;
  return spawnSync('/bin/sh', ['-c', 'test -x "$0"', directory], serverUser).status === 0;
}

export async function giveToServerUser(path: string): Promise<void> {
  if (isRoot) await chown(path, NOBODY, NOBODY);
}

/** Nothing of ours: no secrets, and no PGDATA or PGOPTIONS that somebody has set for another server. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C' };
}
