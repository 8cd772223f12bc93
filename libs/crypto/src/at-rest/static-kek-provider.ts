import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import {
  type FormerKeks,
  IF_LOST,
  KekError,
  type KekFile,
  type KekProvider,
  type KeyEncryptionKey,
  parseKek,
} from './kek-provider.js';
import { createExclusively, readIfThere } from './key-files.js';
import type { MissingKek } from './missing-kek.js';

/** An operator who has set nothing is not told that a variable is wrong. */
const WHO_NAMES_IT = 'named by MTS_KEK_FILE; without it npm start takes keys/kek of its folder';
const MOUNT_ONE = 'mount a file with one key of 32 bytes in base64 (openssl rand -base64 32)';

/** One key from a mounted secret. */
export class StaticKekProvider implements KekProvider {
  private constructor(
    private readonly kek: KeyEncryptionKey,
    private readonly file: string,
  ) {}

  /** @throws KekError when the file holds no key, or is not there and may not be made */
  static async load(file: string, missing: MissingKek): Promise<StaticKekProvider> {
    const text = (await readIfThere(file)) ?? (missing === 'create' ? await create(file) : undefined);
    if (text !== undefined) return new StaticKekProvider(staticKek(text, file), file);
    throw typeof missing === 'object'
      ? lostFile(file, missing.knownIds)
      : new KekError(`There is no key file ${file} (${WHO_NAMES_IT}): ${MOUNT_ONE}`);
  }

  get mounted(): KekFile {
    return { file: this.file, id: this.kek.id };
  }

  async current(): Promise<KeyEncryptionKey> {
    return this.kek;
  }

  async byId(id: string): Promise<KeyEncryptionKey> {
    if (id !== this.kek.id) {
      throw new KekError(
        `The database holds data wrapped with the key ${id}, but ${this.file} (${WHO_NAMES_IT}) holds ${this.kek.id}. If ${id} has taken the place of that one, MTS_KEK_FILE must name its file, at every start; if it served before, MTS_KEK_FILES_FORMER must name its file (a day key: MTS_KEK_DIRECTORY its directory). ${IF_LOST}`,
      );
    }
    return this.kek;
  }

  async retiredBefore(): Promise<readonly string[]> {
    return [];
  }

  async destroy(id: string): Promise<never> {
    throw new KekError(`The key ${id} is a mounted secret and is not ours to destroy`);
  }
}

/** Keys of files that served once. @throws KekError when one holds no key, or is not there though it must be */
export async function formerFiles(
  files: readonly string[],
  each: 'must be there' | 'may be absent',
): Promise<FormerKeks> {
  const keks = new Map<string, KeyEncryptionKey>();
  const mounted: KekFile[] = [];
  for (const file of files) {
    const text = await readIfThere(file);
    if (text === undefined && each === 'must be there')
      throw new KekError(`MTS_KEK_FILES_FORMER names ${file}, which is not there: ${MOUNT_ONE}`);
    if (text === undefined) continue;
    const kek = staticKek(text, file);
    keks.set(kek.id, kek);
    mounted.push({ file, id: kek.id });
  }
  return { files: mounted, find: async (id) => keks.get(id) };
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

function lostFile(file: string, knownIds: readonly string[]): KekError {
  return new KekError(
    `There is no key file ${file} (${WHO_NAMES_IT}), and the database has been written with ${knownIds.join(', ')}: correct the path, or put the key there again from its backup. None was made here, for it would open nothing of what there is; one that is to follow another is made by hand first, see docs/guide/looking-after-it.md. ${IF_LOST}`,
  );
}
