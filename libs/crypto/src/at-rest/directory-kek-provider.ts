import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { KekError, type KekProvider, type KeyEncryptionKey, parseKek } from './kek-provider.js';
import { createExclusively } from './static-kek-provider.js';

const DAY_MS = 86_400_000;
const KEY_FILE = /^(\d{4}-\d{2}-\d{2})\.key$/;

/** One key a day (UTC), each in a 0600 file of a directory outside the database and shared by all copies of the apps. */
export class DirectoryKekProvider implements KekProvider {
  private readonly keys = new Map<string, KeyEncryptionKey>();

  private constructor(private readonly directory: string) {}

  static async open(directory: string): Promise<DirectoryKekProvider> {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new KekError(
        `MTS_KEK_DIRECTORY names ${directory}, which cannot be used: give a directory that this process may write`,
        { cause: error },
      );
    }
    return new DirectoryKekProvider(directory);
  }

  async current(now: Date): Promise<KeyEncryptionKey> {
    const id = `day-${now.toISOString().slice(0, 10)}`;
    if (!this.keys.has(id))
      await createExclusively(this.fileOf(id), `${randomBytes(32).toString('base64')}\n`);
    return this.byId(id);
  }

  async byId(id: string): Promise<KeyEncryptionKey> {
    const known = this.keys.get(id);
    if (known) return known;
    const file = this.fileOf(id);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      throw new KekError(
        `The day key ${id} is not in ${this.directory}: it was destroyed, or another directory is mounted`,
        { cause: error },
      );
    }
    const kek = { id, key: parseKek(text, file) };
    this.keys.set(id, kek);
    return kek;
  }

  async retiredBefore(moment: Date): Promise<readonly string[]> {
    const files = await readdir(this.directory);
    return files
      .map((file) => KEY_FILE.exec(file)?.[1])
      .filter(
        (day): day is string =>
          day !== undefined && Date.parse(`${day}T00:00:00Z`) + DAY_MS <= moment.getTime(),
      )
      .toSorted()
      .map((day) => `day-${day}`);
  }

  async destroy(id: string): Promise<void> {
    this.keys.delete(id);
    const path = this.fileOf(id);
    const file = await open(path, 'r+');
    try {
      // Over the old bytes first: an unlinked file's blocks stay readable on the disk.
      await file.write(randomBytes(64), 0, 64, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await unlink(path);
  }

  private fileOf(id: string): string {
    const day = /^day-(\d{4}-\d{2}-\d{2})$/.exec(id)?.[1];
    if (day === undefined)
      throw new KekError(
        `${id} is not the id of a day key: the database was written with another kind of key (MTS_KEK_PROVIDER)`,
      );
    return join(this.directory, `${day}.key`);
  }
}
