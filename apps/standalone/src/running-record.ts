import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { identify, isGoneWithin, isRunning, type ProcessId } from './processes.js';

/** What uses a state folder, and its database. */
export type FolderUser = 'npm start' | 'npm run admin';

/** What a launcher, or another user of the folder, writes down of itself for the next one. */
export interface Run {
  readonly user: FolderUser;
  readonly launcher: ProcessId;
  /** Where its API is; absent until it is there. */
  readonly url?: string;
  /** For those who administer it; absent until it is there. */
  readonly database?: RunDatabase;
  /** For others beside its own; absent until that is started. */
  readonly seeder?: RunSeeder;
  /** From the moment it is being stopped: others that use what it has started end first. */
  readonly isStopping?: true;
  readonly children: readonly ProcessId[];
}

/** The database of a run, password and all: the record is its owner's alone. */
export interface RunDatabase {
  readonly url: string;
  readonly schema: string;
  /** It is the PostgreSQL that it has brought itself, and not one of DATABASE_URL. */
  readonly isItsOwn?: true;
  /** How its apps were started, as far as an operator's commands must know. */
  readonly options: Readonly<Record<string, string>>;
}

/** How the seeder of a run was started. */
export interface RunSeeder {
  /** All of its options but the secret ones. */
  readonly options: Readonly<Record<string, string>>;
  /** Where the simulator is that it asks; absent where it asks a real IDA. */
  readonly simulatorUrl?: string;
}

/** Children end by themselves when their launcher is gone; only one that hangs needs more. */
const CHILD_GRACE_MS = 15_000;
/** At least; at most twice that, so that two which wait do not keep in step. */
const LOOK_EVERY_MS = 100;

/**
 * Lets one launcher at a time use a state folder: each has a record of its own in it, named by its process.
 *
 * No name is ever used twice, so nobody can remove a living launcher's record by mistake. Two that start at the very
 * same moment may both give up; never both go on.
 */
export class RunningRecord {
  private constructor(
    private readonly file: string,
    private run: Run,
  ) {}

  /**
   * Ends what a launcher that was killed has left.
   * @returns the record, or the run that uses the folder already.
   */
  static async claim(folder: string, user: FolderUser): Promise<RunningRecord | Run> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const launcher = await identify(process.pid);
    if (!launcher) throw new Error('This process cannot find itself in the table of processes');
    const record = new RunningRecord(join(folder, nameOf(launcher)), { user, launcher, children: [] });
    record.save();
    for (const file of await recordsIn(folder)) {
      if (file === record.file) continue;
      const other = await readRun(file);
      if (other && (await isRunning(other.launcher))) {
        await record.remove();
        return other;
      }
      await Promise.all(other?.children.map(endLeftover) ?? []);
      await rm(file, { force: true });
    }
    return record;
  }

  /**
   * Waits for the folder as long as another run uses it.
   *
   * @param isWaitedFor whether the end of that other run is waited for; if not, it is returned
   * @param tell is told once, in a line, for whom it waits
   */
  static async claimInTurn(
    folder: string,
    user: FolderUser,
    isWaitedFor: (other: Run) => boolean,
    tell: (line: string) => void,
  ): Promise<RunningRecord | Run> {
    for (let isFirst = true; ; isFirst = false) {
      // Who waits writes no record, which others would wait for.
      const claimed = (await RunningRecord.running(folder)) ?? (await RunningRecord.claim(folder, user));
      if (claimed instanceof RunningRecord || !isWaitedFor(claimed)) return claimed;
      if (isFirst) tell(`${described(claimed)} uses the database of this folder; waiting ...`);
      await delay(LOOK_EVERY_MS * (1 + Math.random()));
    }
  }

  /** The run that uses the folder now. */
  static async running(folder: string): Promise<Run | undefined> {
    for (const file of await recordsIn(folder)) {
      const run = await readRun(file);
      if (run && (await isRunning(run.launcher))) return run;
    }
    return undefined;
  }

  /** The run of this launcher; nothing when it has ended. */
  static async of(folder: string, launcher: ProcessId): Promise<Run | undefined> {
    return (await isRunning(launcher)) ? readRun(join(folder, nameOf(launcher))) : undefined;
  }

  async addChild(pid: number): Promise<void> {
    const child = await identify(pid);
    if (child) this.run = { ...this.run, children: [...this.run.children, child] };
    this.save();
  }

  setUrl(url: string): void {
    this.run = { ...this.run, url };
    this.save();
  }

  setDatabase(database: RunDatabase): void {
    this.run = { ...this.run, database };
    this.save();
  }

  setSeeder(seeder: RunSeeder): void {
    this.run = { ...this.run, seeder };
    this.save();
  }

  setStopping(): void {
    this.run = { ...this.run, isStopping: true };
    this.save();
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }

  /** At once, so that two changes cannot overtake each other; and whole, whenever it is read. */
  private save(): void {
    const draft = `${this.file}.new`;
    writeFileSync(draft, JSON.stringify(this.run), { mode: 0o600 });
    renameSync(draft, this.file);
  }
}

/** As an operator knows it. */
export function described({ user, launcher }: Run): string {
  return `${user} (process ${launcher.pid})`;
}

function nameOf({ pid, startedAt }: ProcessId): string {
  return `launcher-${pid}-${startedAt.replaceAll(/\W/g, '')}.json`;
}

async function recordsIn(folder: string): Promise<string[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
}

/** Nothing if its launcher has ended, and removed it, since the folder was listed. */
async function readRun(file: string): Promise<Run | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Run;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function endLeftover(child: ProcessId): Promise<void> {
  if (await isGoneWithin(child, CHILD_GRACE_MS)) return;
  process.kill(child.pid, 'SIGKILL');
  await isGoneWithin(child, CHILD_GRACE_MS);
}
