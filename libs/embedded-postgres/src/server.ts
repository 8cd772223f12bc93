import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { Client, DatabaseError } from 'pg';

import type { Binaries } from './binaries.js';
import type { DataDirectory } from './data-directory.js';
import { readIfThere } from './files.js';
import { NAME } from './initdb.js';
import { serverEnvironment, serverUser } from './server-user.js';

/** Recovery after a crash comes before the first connection. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;
const TRY_EVERY_MS = 30;

/** What the server says when it cannot start, and another try can help. */
const PORT_IS_TAKEN = /could not bind .*: Address already in use/;
const BACKENDS_ARE_LEFT = /pre-existing shared memory block .* is still in use/;

export interface ServerOptions {
  /** Without it a free one is taken. */
  readonly port: number | undefined;
  /** Whether a committed transaction survives a crash of the machine. */
  readonly durable: boolean;
}

/** A server that takes connections. */
export class Server {
  /** Settles when the server has ended without {@link stop}: killed by somebody, or out of memory. */
  readonly lost: Promise<Error>;
  readonly url: string;
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: DataDirectory,
    readonly port: number,
  ) {
    this.url = urlOf(directory, port, NAME);
    process.once('exit', this.kill);
    this.lost = new Promise((resolve) => {
      child.once('exit', () => {
        if (!this.stopping) resolve(new Error(`PostgreSQL has ended unexpectedly; see ${directory.logFile}`));
      });
    });
  }

  static async start(binaries: Binaries, directory: DataDirectory, options: ServerOptions): Promise<Server> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const port = options.port ?? (await freePort());
      const child = await spawnServer(binaries, directory, port, options.durable);
      if (await takesConnections(child, directory, port, deadline)) return new Server(child, directory, port);

      const log = (await readIfThere(directory.logFile)) ?? '';
      if (PORT_IS_TAKEN.test(log)) {
        if (options.port === undefined) continue;
        throw new Error(`PostgreSQL cannot have port ${port}: it is in use by another program`);
      }
      if (!BACKENDS_ARE_LEFT.test(log) || Date.now() > deadline) {
        throw new Error(`PostgreSQL does not start:\n${log.slice(-2_000)}`);
      }
      await delay(TRY_EVERY_MS);
    }
  }

  /** Ends the connections, writes everything to the data directory, and waits until the process is gone. */
  async stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    process.off('exit', this.kill);
    const wasCut = !(await endProcess(this.child));
    if (wasCut || this.child.exitCode !== 0) {
      throw new Error(`PostgreSQL has not shut down cleanly; see ${this.directory.logFile}`);
    }
  }

  /** If this process ends without having stopped the server; it cannot wait any more then. */
  private readonly kill = (): void => void this.child.kill('SIGINT');
}

async function spawnServer(
  binaries: Binaries,
  directory: DataDirectory,
  port: number,
  durable: boolean,
): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    // The log must hold nothing of a row: no statement, and no DETAIL or CONTEXT of an error.
    'log_min_error_statement=panic',
    'log_error_verbosity=terse',
    ...(durable ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']),
  ].flatMap((setting) => ['-c', setting]);
  const log = openSync(directory.logFile, 'w', 0o600);
  try {
    const child = spawn(binaries.postgres, ['-D', directory.path, '-p', String(port), ...settings], {
      ...serverUser,
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
      // A process group of its own: a Ctrl-C must reach those who use the database first.
      detached: true,
    });
    await once(child, 'spawn');
    return child;
  } finally {
    closeSync(log);
  }
}

/** Waits for the first connection, on which the apps' database is made if need be; false if the server has ended. */
async function takesConnections(
  child: ChildProcess,
  directory: DataDirectory,
  port: number,
  deadline: number,
): Promise<boolean> {
  const url = urlOf(directory, port, 'postgres');
  while (child.exitCode === null && child.signalCode === null) {
    try {
      await createDatabase(url);
      return true;
    } catch (error) {
      if (isWrongPassword(error) || Date.now() > deadline) {
        await endProcess(child);
        throw new Error(`PostgreSQL on ${directory.path} does not let us in`, { cause: error });
      }
      await delay(TRY_EVERY_MS);
    }
  }
  return false;
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    const { rowCount } = await client.query('select from pg_database where datname = $1', [NAME]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(NAME)}`);
  } finally {
    await client.end();
  }
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '28P01';
}

/** Shuts the server down, by force if it takes too long. Returns whether no force was needed. */
async function endProcess(child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return true;
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  const timer = new AbortController();
  const late = delay(STOP_TIMEOUT_MS, true, { signal: timer.signal }).catch(() => false);
  const wasLate = await Promise.race([late, exit.then(() => false)]);
  timer.abort();
  if (wasLate) child.kill('SIGQUIT');
  await exit;
  return !wasLate;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gives no free port');
  return address.port;
}

function urlOf(directory: DataDirectory, port: number, database: string): string {
  return `postgres://${NAME}:${directory.password}@127.0.0.1:${port}/${database}`;
}
