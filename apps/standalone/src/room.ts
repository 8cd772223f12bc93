import { statfsSync } from 'node:fs';

/** Two segments of PostgreSQL's write-ahead log: with less it cannot start after a crash. */
const ROOM_BYTES_MIN = 2 * 16 * 1024 * 1024;

/** Whether one of the directories lies on a disk that has no room for PostgreSQL to work. */
export function lacksRoom(directories: readonly string[]): boolean {
  return directories.some((directory) => {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize < ROOM_BYTES_MIN;
  });
}
