import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { STOP_TIMEOUT_MS } from './child-app.js';
import type { Part } from './fleet.js';
import { identify, isGoneWithin, isRunning, type ProcessId } from './processes.js';
import type { RunningRecord } from './running-record.js';

/**
 * The seeders that others have started beside the one of a launcher (`npm run seeder`). Each leaves a file, named by its
 * process, in a folder of its own; it sees for itself in the record of the launcher when that stops, and ends.
 *
 * A seeder writes its file before it reads that record, and the launcher the record before it reads the files: either the
 * launcher sees the seeder, or the seeder that there is nothing to begin.
 */
export class OtherSeeders implements Part {
  readonly name = 'seeder';
  /** They may come and go. */
  readonly lost = new Promise<Error>(() => undefined);

  /**
   * @param folder where launchers have their records
   * @param say tells the operator something, in one line
   * @param stopTimeoutMs how long each is waited for; as the launcher's own by default
   */
  constructor(
    private readonly folder: string,
    private readonly record: Pick<RunningRecord, 'setStopping'>,
    private readonly say: (line: string) => void,
    private readonly stopTimeoutMs = STOP_TIMEOUT_MS,
  ) {}

  /** Notes that a process is such a seeder; its end needs no note. */
  static async note(folder: string, pid: number): Promise<void> {
    const seeder = await identify(pid);
    if (seeder === undefined) return;
    await mkdir(placeOf(folder), { recursive: true, mode: 0o700 });
    await writeFile(join(placeOf(folder), nameOf(seeder)), '', { mode: 0o600 });
  }

  /** Tells them that this launcher stops, and waits until they have ended, up to a limit. */
  async stop(): Promise<void> {
    this.record.setStopping();
    await Promise.all((await seedersIn(this.folder)).map(async (seeder) => this.seeOut(seeder)));
  }

  /** They end by themselves when the launcher is gone. */
  kill(): void {}

  private async seeOut(seeder: ProcessId): Promise<void> {
    if (await isRunning(seeder)) {
      this.say(`${described(seeder)} is told to end, and waited for.`);
      if (!(await isGoneWithin(seeder, this.stopTimeoutMs))) {
        this.say(`${described(seeder)} has not ended in time, and is waited for no longer.`);
        return;
      }
    }
    await rm(join(placeOf(this.folder), nameOf(seeder)), { force: true });
  }
}

function described({ pid }: ProcessId): string {
  return `The seeder of npm run seeder (process ${pid})`;
}

/** No record of a launcher is in it, or mistaken for one. */
function placeOf(folder: string): string {
  return join(folder, 'seeders');
}

function nameOf({ pid, startedAt }: ProcessId): string {
  return `${pid}-${encodeURIComponent(startedAt)}`;
}

async function seedersIn(folder: string): Promise<ProcessId[]> {
  await mkdir(placeOf(folder), { recursive: true, mode: 0o700 });
  const names = await readdir(placeOf(folder));
  return names.map((name) => {
    const [pid, startedAt = ''] = name.split('-');
    return { pid: Number(pid), startedAt: decodeURIComponent(startedAt) };
  });
}
