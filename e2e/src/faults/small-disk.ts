import { execFile } from 'node:child_process';
import { mkdir, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of its own, small enough to be filled. */
export class SmallDisk {
  private constructor(
    /** Where it is mounted. */
    readonly path: string,
  ) {}

  /**
   * Needs Linux, and the right to mount.
   * @param path a directory that is made for it
   * @returns why there can be none here
   */
  static async mount(path: string, sizeMegabytes: number): Promise<SmallDisk | string> {
    await mkdir(path);
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${String(sizeMegabytes)}m,mode=0711`, 'tmpfs', path]);
    } catch (error) {
      return `a small file system cannot be mounted here (${(error as Error).message.trim().split('\n').at(-1) ?? ''})`;
    }
    return new SmallDisk(path);
  }

  /** Moves a directory onto it, owner and all; a link stays in its place. */
  async take(directory: string, name: string): Promise<void> {
    const place = join(this.path, name);
    await run('cp', ['-a', directory, place]);
    await rm(directory, { recursive: true });
    await symlink(place, directory);
  }

  /** Leaves no room. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.path);
    // Node writes what fits before it complains.
    await writeFile(this.filler, Buffer.alloc((bavail + 1) * bsize)).catch(expectFull);
  }

  /** Gives the room back. */
  async free(): Promise<void> {
    await rm(this.filler, { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', [this.path]);
  }

  private get filler(): string {
    return join(this.path, 'filler');
  }
}

function expectFull(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOSPC') throw error;
}
