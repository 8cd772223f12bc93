import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { readIfThere } from './files.js';
import { commandLine } from './processes.js';

const SHUTDOWN_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Ends the server that a killed process left running on this data directory, and waits until it is gone.
 *
 * To be called by the one process that may use the directory, before it starts a server there.
 */
export async function endOrphan(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  const pid = Number.parseInt((await readIfThere(pidFile)) ?? '', 10);
  if (!(pid > 0)) return;
  if (!(await isServerOf(pid, dataDir))) {
    // The number may belong to another process by now, as it soon does in a container: PostgreSQL would see only that
    // it is alive, and refuse to start. Backends that are left over it finds without this file.
    await rm(pidFile, { force: true });
    return;
  }
  // SIGINT: disconnect everybody and shut down cleanly; SIGQUIT: at once (PostgreSQL 18 manual, section 18.5).
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(pid, signal);
    if (await hasEnded(pid, dataDir)) return;
  }
  throw new Error(`A PostgreSQL server (process ${pid}) still runs on ${dataDir} and does not stop: end it.`);
}

async function hasEnded(pid: number, dataDir: string): Promise<boolean> {
  const deadline = Date.now() + SHUTDOWN_TIMEOUT_MS;
  while (await isServerOf(pid, dataDir)) {
    if (Date.now() > deadline) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
}

/** Told by the command line, which root may read in a container too, unlike the working directory. */
async function isServerOf(pid: number, dataDir: string): Promise<boolean> {
  return (await commandLine(pid)).includes(`postgres -D ${dataDir} `);
}
