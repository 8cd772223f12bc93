import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import {
  type FormerKeks,
  KekError,
  type KekProvider,
  type KeyEncryptionKey,
  parseKek,
} from './kek-provider.js';
import { createExclusively, readIfThere } from './key-files.js';

/** `create` makes the file on a first run; `require` is for production, where an invented key would hide a lost one. */
export type MissingKekFile = 'create' | 'require';

/** One key from a mounted secret. */
export class StaticKekProvider implements KekProvider {
  private constructor(private readonly kek: KeyEncryptionKey) {}

  static async load(file: string, missing: MissingKekFile): Promise<StaticKekProvider> {
    const text = (await readIfThere(file)) ?? (missing === 'create' ? await create(file) : undefined);
    if (text === undefined) throw noFile('MTS_KEK_FILE', file);
    return new StaticKekProvider(staticKek(text, file));
  }

  async current(): Promise<KeyEncryptionKey> {
    return this.kek;
  }

  async byId(id: string): Promise<KeyEncryptionKey> {
    if (id !== this.kek.id) {
      throw new KekError(
        `The database holds data wrapped with the key ${id}, but the mounted key is ${this.kek.id}: mount that one too, and name it in MTS_KEK_FILES_FORMER (a day key: its directory in MTS_KEK_DIRECTORY)`,
      );
    }
    return this.kek;
  }

  async retiredBefore(): Promise<readonly string[]> {
    return [];
  }

  async destroy(id: string): Promise<void> {
    throw new KekError(`The key ${id} is a mounted secret and is not ours to destroy`);
  }
}

/** Keys of files that served once. @throws KekError when one holds no key, or is not there though it must be */
export async function formerFiles(
  files: readonly string[],
  each: 'must be there' | 'may be absent',
): Promise<FormerKeks> {
  const keks = new Map<string, KeyEncryptionKey>();
  for (const file of files) {
    const text = await readIfThere(file);
    if (text === undefined && each === 'must be there') throw noFile('MTS_KEK_FILES_FORMER', file);
    if (text === undefined) continue;
    const kek = staticKek(text, file);
    keks.set(kek.id, kek);
  }
  return { find: async (id) => keks.get(id) };
}

function staticKek(text: string, file: string): KeyEncryptionKey {
  const key = parseKek(text, file);
  const bytes = key.export();
  // The id is a fingerprint: another key cannot pass for this one.
  const id = `static-${createHash('sha256').update('mts/kek-id/v1').update(bytes).digest('hex').slice(0, 12)}`;
  bytes.fill(0);
  return { id, key };
}

async function create(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await createExclusively(file, `${randomBytes(32).toString('base64')}\n`);
  return readFile(file, 'utf8');
}

function noFile(variable: string, file: string): KekError {
  return new KekError(
    `${variable} names ${file}, which is not there: mount a file with one key of 32 bytes in base64 (openssl rand -base64 32)`,
  );
}
