import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';

/** So many files stay beside the one that is written; the oldest goes when another one comes. */
export const FORMER_LOGS_MAX = 5;
export const LOG_SIZE_BYTES_MAX = 10_000_000;
/** More than the last lines need that somebody is shown. */
const TAIL_BYTES_MAX = 64 * 1024;

/**
 * What an app prints, as long as it and those that follow it in its place run. The files of the starts before stay as
 * `<kept>.1`, the latest, to `<kept>.5`; one that has grown too large becomes one of them.
 *
 * A start that fails sets nothing aside: until all is up, what is printed goes to `<kept>.starting`, behind what starts
 * that failed have printed there.
 */
export class LogFile {
  private hasStarted = false;

  constructor(private readonly kept: string) {}

  /** What is written now. */
  get path(): string {
    return this.hasStarted ? this.kept : `${this.kept}.starting`;
  }

  /** Sets the file of the start before aside, and takes its place. Who writes goes on with the descriptor that it has. */
  keep(): void {
    if (existsSync(this.kept)) {
      this.makeRoom();
      renameSync(this.kept, this.former(1));
    }
    if (existsSync(this.path)) renameSync(this.path, this.kept);
    this.hasStarted = true;
  }

  /** @returns a descriptor that writes at the end, wherever that is at the time */
  open(): number {
    return openSync(this.path, 'a', 0o600);
  }

  get sizeBytes(): number {
    return existsSync(this.path) ? statSync(this.path).size : 0;
  }

  /**
   * Sets a file aside that has grown too large. The app goes on with the descriptor that it has, so what stands in the file
   * is copied, and the file emptied; a line that comes between the two is lost. Without room on the disk it goes on growing.
   */
  limit(): void {
    if (this.sizeBytes < LOG_SIZE_BYTES_MAX) return;
    this.makeRoom();
    try {
      copyFileSync(this.path, this.former(1));
    } catch (error) {
      rmSync(this.former(1), { force: true });
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
    truncateSync(this.path);
  }

  /** The last lines of those from a place on; of all, if the file has been emptied meanwhile. */
  lastLines(count: number, fromByte: number): readonly string[] {
    const end = this.sizeBytes;
    const start = Math.max(fromByte <= end ? fromByte : 0, end - TAIL_BYTES_MAX);
    const bytes = Buffer.alloc(end - start);
    const file = openSync(this.path, 'r');
    try {
      const read = readSync(file, bytes, 0, bytes.length, start);
      return bytes.toString('utf8', 0, read).trimEnd().split('\n').slice(-count);
    } finally {
      closeSync(file);
    }
  }

  /** For one more former file. */
  private makeRoom(): void {
    for (let n = FORMER_LOGS_MAX - 1; n >= 1; n -= 1) {
      if (existsSync(this.former(n))) renameSync(this.former(n), this.former(n + 1));
    }
  }

  private former(n: number): string {
    return `${this.kept}.${n}`;
  }
}
