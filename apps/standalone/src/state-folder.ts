import { access, chmod, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { LaunchError } from './launch-error.js';

/** Where `npm start` keeps what it needs again next time. */
export interface StateFolder {
  readonly path: string;
  /** The records of the launchers that run. */
  readonly run: string;
  readonly postgres: string;
  /** What the PostgreSQL there prints, see startEmbeddedPostgres. */
  readonly postgresLog: string;
  /** Key-encryption keys: not in the database's directory, which is backed up and handed about on its own. */
  readonly keys: string;
  /** Keys and certificates of the IDA simulator. */
  readonly simulator: string;
  readonly logs: string;
  /** What came of the sample list. */
  readonly resultFile: string;
}

export function stateFolder(path: string): StateFolder {
  return {
    path,
    run: join(path, 'run'),
    postgres: join(path, 'postgres'),
    postgresLog: join(path, 'postgres.log'),
    keys: join(path, 'keys'),
    simulator: join(path, 'simulator'),
    logs: join(path, 'logs'),
    resultFile: join(path, 'sample', 'result.csv'),
  };
}

/** Where key-encryption keys are kept, if the operator has not said. */
export function keyPlaces(
  environment: NodeJS.ProcessEnv,
  { keys }: Pick<StateFolder, 'keys'>,
): { readonly MTS_KEK_FILE: string; readonly MTS_KEK_DIRECTORY: string } {
  return {
    MTS_KEK_FILE: environment['MTS_KEK_FILE'] || join(keys, 'kek'),
    MTS_KEK_DIRECTORY: environment['MTS_KEK_DIRECTORY'] || join(keys, 'days'),
  };
}

/** Makes the folder if need be: its owner's alone, except that root lets PostgreSQL's user pass through. */
export async function openStateFolder(path: string): Promise<StateFolder> {
  const state = stateFolder(path);
  try {
    await makeFolder(path);
    await assertOurs(path);
    await chmod(path, process.getuid?.() === 0 ? 0o711 : 0o700);
    const folders = [state.run, state.keys, state.logs, dirname(state.resultFile)];
    await Promise.all(folders.map(makeWritable));
  } catch (error) {
    if (error instanceof LaunchError) throw error;
    const { path: where = path } = error as NodeJS.ErrnoException;
    throw new LaunchError(`${where} cannot be written: set MTS_STATE_DIR to a folder of yours.`, {
      cause: error,
    });
  }
  return state;
}

/** One that is there already may be another user's, after a run as root. */
async function makeWritable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
}

/** As `mkdir -p`. That of Node.js 24 never ends under /proc, where a folder cannot be made though its parent is there. */
async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) throw error;
  }
}

async function assertOurs(path: string): Promise<void> {
  const { uid } = await stat(path);
  if (process.getuid && uid !== process.getuid()) {
    throw new LaunchError(
      `${path} belongs to another user (number ${uid}): start this as that user, or set MTS_STATE_DIR.`,
    );
  }
}
