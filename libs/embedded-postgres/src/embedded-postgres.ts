import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { findBinaries } from './binaries.js';
import { lastingDirectory, throwAwayDirectory } from './data-directory.js';
import { initialise } from './initdb.js';
import { endOrphan } from './orphan.js';
import { Server } from './server.js';

export interface EmbeddedPostgresOptions {
  /**
   * A directory that stays, made on the first start. Only one process may use it at a time: a server that still runs
   * on it was left by one that was killed, and is ended first. Beside it lie `<dataDir>.password` and `<dataDir>.log`.
   *
   * Without it the server gets a throw-away directory.
   */
  readonly dataDir?: string;
  /** On 127.0.0.1; without it a free one. */
  readonly port?: number;
  /** Whether a committed transaction survives a crash of the machine; by default if there is a `dataDir`. */
  readonly durable?: boolean;
}

export interface EmbeddedPostgres {
  /** With user and password, of an UTF-8 database that is empty on the first start. */
  readonly url: string;
  readonly port: number;
  /** Where the data really lie: elsewhere than asked for if root runs this and PostgreSQL's user cannot go there. */
  readonly dataDir: string;
  /** Settles when the server has ended without `stop()`. */
  readonly lost: Promise<Error>;
  /** Shuts the server down cleanly and waits for it; removes a throw-away directory. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL server from the binaries that npm has installed, on loopback only, with a password of its own.
 * It ends with this process, unless that is killed.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const { dataDir, port, durable = dataDir !== undefined } = options;
  const binaries = await findBinaries();
  const directory =
    dataDir === undefined ? await throwAwayDirectory() : await lastingDirectory(resolve(dataDir));
  const discard = async (): Promise<void> => {
    if (dataDir === undefined) await rm(dirname(directory.path), { recursive: true, force: true });
  };
  try {
    await endOrphan(directory.path);
    await initialise(binaries, directory, durable);
    const server = await Server.start(binaries, directory, { port, durable });
    return {
      url: server.url,
      port: server.port,
      dataDir: directory.path,
      lost: server.lost,
      stop: async () => {
        await server.stop();
        await discard();
      },
    };
  } catch (error) {
    await discard();
    throw error;
  }
}
