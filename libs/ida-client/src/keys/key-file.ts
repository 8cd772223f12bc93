import { readFile, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode } from '../error-code.js';
import { KeySourceError, reasonOf } from './key-source.js';

/** A mount that hangs must not keep the calls that wait for a key. */
const PATIENCE_MS = 5_000;

/** What `read` makes of the file's bytes. @throws KeySourceError that names the file and says what is wrong with it */
export async function readKeyFile<T>(file: string, read: (bytes: Buffer) => T): Promise<T> {
  const bytes = await inTime(file, bytesOf(file));
  try {
    return read(bytes);
  } catch (error) {
    throw new KeySourceError(`${file} does not serve: ${reasonOf(error)}`);
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    // A pipe or a device would be read without end.
    if (!(await stat(file)).isFile()) throw new KeySourceError(`${file} is not a file`);
    return await readFile(file);
  } catch (error) {
    throw error instanceof KeySourceError
      ? error
      : new KeySourceError(`${file} cannot be read (${errorCode(error)})`);
  }
}

/** @throws KeySourceError when it takes too long */
export async function inTime<T>(file: string, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = wait(PATIENCE_MS, undefined, { signal: timer.signal }).then(() => {
    throw new KeySourceError(`${file} cannot be read: nothing within ${PATIENCE_MS} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined); // Aborted: said by what stands above.
  }
}
