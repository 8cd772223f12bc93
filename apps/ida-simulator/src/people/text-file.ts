import { open, rename, rm, type FileHandle } from 'node:fs/promises';

/** A text file that has another name until it is complete. */
export class TextFile {
  readonly #partPath: string;
  #handle: FileHandle | undefined;
  /** Bytes, because texts that wait for long cost V8 several times their size. */
  #buffer = Buffer.alloc(2 ** 16);
  #usedBytes = 0;

  constructor(readonly path: string) {
    this.#partPath = `${path}.part`;
  }

  /** Replaces what an earlier process may have left. */
  async open(): Promise<void> {
    this.#handle = await open(this.#partPath, 'w');
  }

  /** Keeps the text in memory until {@link flush}. */
  append(text: string): void {
    const neededBytes = this.#usedBytes + Buffer.byteLength(text);
    if (neededBytes > this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], 2 * neededBytes);
    this.#usedBytes += this.#buffer.write(text, this.#usedBytes);
  }

  async flush(): Promise<void> {
    await this.#handle?.appendFile(this.#buffer.subarray(0, this.#usedBytes));
    this.#usedBytes = 0;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  async publish(): Promise<void> {
    await rename(this.#partPath, this.path);
  }

  async remove(): Promise<void> {
    await rm(this.#partPath, { force: true });
  }
}

/** Writes files that only make sense together: if anything goes wrong, none of them appears and no part is left. */
export async function writeTogether(files: readonly TextFile[], write: () => Promise<void>): Promise<void> {
  try {
    for (const file of files) await file.open();
    await write();
    for (const file of files) await file.flush();
    for (const file of files) await file.close();
    for (const file of files) await file.publish();
  } catch (error) {
    await Promise.allSettled(files.map(async (file) => file.close()));
    await Promise.allSettled(files.map(async (file) => file.remove()));
    throw error;
  }
}
