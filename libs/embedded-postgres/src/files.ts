import type { Stats } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';

/** What the promise gives, or nothing if there is no such file. */
async function ifThere<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: a file of a process, under /proc, that has ended while it was read.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  return ifThere(readFile(path, 'utf8'));
}

export async function lstatIfThere(path: string): Promise<Stats | undefined> {
  return ifThere(lstat(path));
}

export async function exists(path: string): Promise<boolean> {
  return (await lstatIfThere(path)) !== undefined;
}
