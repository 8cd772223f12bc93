import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Outlives a restart of the machine, and everybody can enter it. */
export const SHELTERS = '/var/tmp';

/** The folder that stands in for `key` where the server's user cannot go. It need not exist. */
export function shelterPath(key: string): string {
  return join(SHELTERS, `mts-${createHash('sha256').update(key).digest('hex').slice(0, 24)}`);
}

/**
 * Makes that folder: everybody may pass through it, only we may write.
 *
 * `/var/tmp` is open to all, so a folder that is there already is used only if it is ours: another user of the
 * machine who made it first could put programs of his own into it.
 */
export async function makeShelter(key: string): Promise<string> {
  const path = shelterPath(key);
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const { mode, uid, isDirectory } = await ownership(path);
  if (!isDirectory || uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new Error(`${path} belongs to another user, so it is not safe to use: remove it.`);
  }
  await chmod(path, 0o711);
  return path;
}

async function ownership(path: string): Promise<{ mode: number; uid: number; isDirectory: boolean }> {
  const stats = await lstat(path);
  return { mode: stats.mode, uid: stats.uid, isDirectory: stats.isDirectory() };
}
