import { readFile } from 'node:fs/promises';
import { errorCode } from '../error-code.js';
import { KeySourceError, reasonOf } from './key-source.js';

/** What `read` makes of the file's bytes. @throws KeySourceError that names the file and says what is wrong with it */
export async function readKeyFile<T>(file: string, read: (bytes: Buffer) => T): Promise<T> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new KeySourceError(`${file} cannot be read (${errorCode(error)})`);
  });
  try {
    return read(bytes);
  } catch (error) {
    throw new KeySourceError(`${file} does not serve: ${reasonOf(error)}`);
  }
}
