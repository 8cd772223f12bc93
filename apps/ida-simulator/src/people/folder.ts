import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, and its parents where they are missing; if the work in it fails, they are taken away again.
 *
 * They are made one by one: `recursive` of Node.js 24 tries for ever where the kernel calls a folder missing that it
 * does not let anybody make, as in /proc.
 */
export async function inFolder<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const made: string[] = [];
  try {
    for (const each of await missing(resolve(folder))) {
      await mkdir(each);
      made.unshift(each);
    }
    return await work();
  } catch (error) {
    // Those that somebody else has put something into meanwhile stay.
    for (const each of made) await Promise.allSettled([rmdir(each)]);
    throw error;
  }
}

/** What has to be made for that folder to be there, the outermost first. */
async function missing(folder: string): Promise<readonly string[]> {
  return (await isThere(folder)) ? [] : [...(await missing(dirname(folder))), folder];
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
