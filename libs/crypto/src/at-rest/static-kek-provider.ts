import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { KekError, type KekProvider, type KeyEncryptionKey, parseKek } from './kek-provider.js';

/** `create` makes the file on a first run; `require` is for production, where an invented key would hide a lost one. */
export type MissingKekFile = 'create' | 'require';

/** One key from a mounted secret. */
export class StaticKekProvider implements KekProvider {
  private constructor(private readonly kek: KeyEncryptionKey) {}

  static async load(file: string, missing: MissingKekFile): Promise<StaticKekProvider> {
    const key = parseKek(await readOrCreate(file, missing), file);
    const bytes = key.export();
    // The id is a fingerprint: another key cannot pass for this one.
    const id = `static-${createHash('sha256').update('mts/kek-id/v1').update(bytes).digest('hex').slice(0, 12)}`;
    bytes.fill(0);
    return new StaticKekProvider({ id, key });
  }

  async current(): Promise<KeyEncryptionKey> {
    return this.kek;
  }

  async byId(id: string): Promise<KeyEncryptionKey> {
    if (id !== this.kek.id) {
      throw new KekError(
        `The database holds data wrapped with the key ${id}, but the mounted key is ${this.kek.id}: mount the former one`,
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

async function readOrCreate(file: string, missing: MissingKekFile): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (missing === 'require' || !isNotFound(error)) {
      throw new KekError(
        `MTS_KEK_FILE names ${file}, which cannot be read: mount a file with one key of 32 bytes in base64 (openssl rand -base64 32)`,
        { cause: error },
      );
    }
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await createExclusively(file, `${randomBytes(32).toString('base64')}\n`);
  return readFile(file, 'utf8');
}

/** Whole or not at all, and never over a file that another process has just made. */
export async function createExclusively(file: string, content: string): Promise<void> {
  const draft = `${file}.${String(process.pid)}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, content, { mode: 0o600, flag: 'wx', flush: true });
  await chmod(draft, 0o600);
  try {
    await link(draft, file);
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  } finally {
    await unlink(draft);
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
