import { randomBytes } from 'node:crypto';
import { chmod, link, open, readFile, unlink, writeFile } from 'node:fs/promises';

import { type Destruction, KekError } from './kek-provider.js';

/** @returns undefined when there is no such file. @throws KekError when it cannot be read for another reason */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new KekError(`The key file ${file} cannot be read: its owner and mode must let this process in`, {
      cause: error,
    });
  }
}

/** Whole or not at all, and never over a file that another process has just made. */
export async function createExclusively(file: string, content: string): Promise<void> {
  const draft = `${file}.${String(process.pid)}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, content, { mode: 0o600, flag: 'wx', flush: true });
  await chmod(draft, 0o600);
  try {
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
}

/** Also another process may be at it, at the same moment. */
export async function destroyFile(file: string): Promise<Destruction> {
  try {
    await overwrite(file);
    await unlink(file);
    return 'destroyed';
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'gone already';
    throw error;
  }
}

/** An unlinked file's blocks stay readable on the disk. */
async function overwrite(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.write(randomBytes(64), 0, 64, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
