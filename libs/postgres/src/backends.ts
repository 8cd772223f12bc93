import { Socket } from 'node:net';

import { Client, type ClientConfig, DatabaseError } from 'pg';

/** What the server tells of the backends behind our connections. */
export interface Backends {
  /** Whether that backend works on a statement, and not only waits for its client. */
  works(backendPid: number): boolean;
}

/** Enough for a server under heavy load to let one more in, and to answer. */
const LOOK_TIMEOUT_MS = 4_000;
/** https://www.postgresql.org/docs/18/errcodes-appendix.html: too_many_connections. */
const NO_CONNECTION_LEFT = '53300';

/** A backend that waits to read from or to write to its client is `active` too (monitoring statistics, section 27.2.3). */
const WORKING = `SELECT pid, pg_backend_pid() AS own FROM pg_stat_activity
                  WHERE state = 'active' AND wait_event_type IS DISTINCT FROM 'Client'`;

/** Whatever the statements take: the server lives, and more than that cannot be learnt. */
const ALL_MAY_WORK: Backends = { works: () => true };

const looks = new Map<string, Promise<Backends | undefined>>();

/**
 * Asks the server by a fresh connection; whoever asks while that is under way shares its answer.
 *
 * @returns undefined when the server cannot be reached
 */
export async function lookAtBackends(config: ClientConfig): Promise<Backends | undefined> {
  const server = config.connectionString ?? '';
  const look = looks.get(server) ?? ask(config).finally(() => looks.delete(server));
  looks.set(server, look);
  return look;
}

async function ask(config: ClientConfig): Promise<Backends | undefined> {
  const socket = new Socket();
  const client = new Client({
    ...config,
    password: config.password,
    stream: () => socket,
    connectionTimeoutMillis: LOOK_TIMEOUT_MS,
    query_timeout: LOOK_TIMEOUT_MS,
  });
  // Told by the rejection, too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number; own: number }>(WORKING);
    // A pooler between us and the server gives numbers of its own, which say nothing of its backends.
    if (rows[0]?.own !== backendPidOf(client)) return ALL_MAY_WORK;
    const working = new Set(rows.map(({ pid }) => pid));
    return { works: (backendPid) => working.has(backendPid) };
  } catch (error) {
    return error instanceof DatabaseError && error.code === NO_CONNECTION_LEFT ? ALL_MAY_WORK : undefined;
  } finally {
    // An orderly end would wait for a server that may have fallen silent.
    socket.destroy();
  }
}

/** BackendKeyData (frontend/backend protocol, section 54.7), which the types of pg leave out. */
export function backendPidOf(client: Client): number {
  return (client as Client & { readonly processID: number }).processID;
}
