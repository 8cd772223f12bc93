import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import {
  type Destruction,
  type FormerKeks,
  IF_LOST,
  KekError,
  type KekProvider,
  type KeyEncryptionKey,
  parseKek,
} from './kek-provider.js';
import { createExclusively, destroyFile, readIfThere } from './key-files.js';
import type { MissingKek } from './missing-kek.js';

const DAY_MS = 86_400_000;
const KEY_FILE = /^(\d{4}-\d{2}-\d{2})\.key$/;
const KEY_ID = /^day-(\d{4}-\d{2}-\d{2})$/;

/** One key a day (UTC), each in a 0600 file of a directory outside the database and shared by all copies of the apps. */
export class DirectoryKekProvider implements KekProvider {
  private readonly keys = new Map<string, KeyEncryptionKey>();

  private constructor(private readonly directory: string) {}

  /**
   * Makes the directory if need be, but not where day keys were kept in another one.
   * @throws KekError
   */
  static async open(directory: string, missing: MissingKek = 'create'): Promise<DirectoryKekProvider> {
    const days = typeof missing === 'object' ? missing.knownIds.filter((id) => KEY_ID.test(id)) : [];
    if (days.length > 0 && !existsSync(directory)) {
      throw new KekError(
        `There is no directory ${directory} (named by MTS_KEK_DIRECTORY; without it npm start takes keys/days of its folder), and the database has been written with ${days.join(', ')}: name the directory that holds the day keys, or put it there again from its backup. None was made, for it would open nothing that another one has wrapped. ${IF_LOST}`,
      );
    }
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

  /** For keys that do not serve any more; the directory need not be there. */
  static former(directory: string): FormerKeks {
    const days = new DirectoryKekProvider(directory);
    return { files: [], find: async (id) => (KEY_ID.test(id) ? days.find(id) : undefined) };
  }

  async current(now: Date): Promise<KeyEncryptionKey> {
    const id = `day-${now.toISOString().slice(0, 10)}`;
    if (!this.keys.has(id))
      await createExclusively(this.fileOf(id), `${randomBytes(32).toString('base64')}\n`);
    return this.byId(id);
  }

  async byId(id: string): Promise<KeyEncryptionKey> {
    const kek = await this.find(id);
    if (kek !== undefined) return kek;
    throw new KekError(
      `The day key ${id} is not in ${this.directory}: it was destroyed, or another directory is mounted`,
    );
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

  async destroy(id: string): Promise<Destruction> {
    this.keys.delete(id);
    return destroyFile(this.fileOf(id));
  }

  private async find(id: string): Promise<KeyEncryptionKey | undefined> {
    const known = this.keys.get(id);
    if (known) return known;
    const file = this.fileOf(id);
    const text = await readIfThere(file);
    if (text === undefined) return undefined;
    const kek = { id, key: parseKek(text, file) };
    this.keys.set(id, kek);
    return kek;
  }

  private fileOf(id: string): string {
    const day = KEY_ID.exec(id)?.[1];
    if (day === undefined)
      throw new KekError(
        `The database holds data wrapped with the key ${id}, which is none of the day keys: mount it too, and name its file in MTS_KEK_FILES_FORMER`,
      );
    return join(this.directory, `${day}.key`);
  }
}
