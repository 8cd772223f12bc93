import { Socket } from 'node:net';

import { Client, type ClientConfig } from 'pg';

import { backendPidOf, lookAtBackends } from './backends.js';

const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_AFTER_MS = 5_000;
const WATCHED_EVERY_MS = 1_000;
/** Of so long a silence it is worth asking what the server does. */
const SUSPICIOUS_AFTER_MS = 5_000;
/** One look can cross an answer that is on its way. */
const LOOKS_TO_GIVE_UP = 2;

/**
 * So that nobody waits for long for a process of ours that stands still, in milliseconds. PostgreSQL ends a transaction that
 * nothing is asked of for so long, and its connection with it. A statement gives up after a longer wait for somebody's
 * lock: whoever waits for one that stands still gets it after all. Between two statements of a transaction this program
 * waits for nobody but the database, see Database.transaction of libs/store.
 */
const WAITS = { idle_in_transaction_session_timeout: 5_000, lock_timeout: 10_000 } as const;

/** The server has not answered a statement, and does not work on it any more, or cannot be reached. */
export class SilentDatabaseError extends Error {
  override readonly name = 'SilentDatabaseError';
  /** As of any connection that has timed out. */
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database has fallen silent on this connection');
  }
}

/**
 * A connection that notices when packets vanish: a cable, a firewall or a proxy that forgets a connection tells neither
 * side, and TCP goes on trying for a quarter of an hour.
 *
 * A statement may take as long as it takes. But when nothing has come in for a while, the server is asked by another
 * connection whether it still works on it; if it does not, or cannot be reached, this connection is given up, and the
 * statement fails as after any lost connection. That takes at most about ten seconds.
 *
 * Nor does anybody wait for long for a process that stands still in the middle of a transaction, see WAITS; whoever has to
 * wait for longer says so (`lock_timeout`, 0 for without end).
 */
export class WatchedClient extends Client {
  private readonly socket: Socket;
  private readonly watch: NodeJS.Timeout;
  /** Of the socket's count of bytes written: the statements until there have been answered. */
  private answeredBytes = 0;
  private readBytes = 0;
  private heardAtMs = performance.now();
  private isLooking = false;
  private looksInVain = 0;

  constructor(private readonly config: ClientConfig & { readonly connectionString: string }) {
    const socket = new Socket();
    super({
      ...WAITS,
      ...config,
      stream: () => socket,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    this.socket = socket;
    this.watch = setInterval(() => void this.look(), WATCHED_EVERY_MS).unref();
    for (const settled of ['connect', 'drain'] as const)
      this.on(settled, () => (this.answeredBytes = socket.bytesWritten));
    socket.once('close', () => clearInterval(this.watch));
  }

  private async look(): Promise<void> {
    if (this.isLooking || !this.isSilent()) return;
    this.isLooking = true;
    const backends = await lookAtBackends(this.config);
    this.isLooking = false;
    if (!this.isSilent()) return;
    if (backends?.works(backendPidOf(this)) === true) this.looksInVain = 0;
    else this.looksInVain += 1;
    // Who could not be reached was given time enough by the look itself.
    if (backends === undefined || this.looksInVain >= LOOKS_TO_GIVE_UP)
      this.socket.destroy(new SilentDatabaseError());
  }

  /** Whether an answer is due, and nothing of it has come for long. */
  private isSilent(): boolean {
    const { bytesRead, bytesWritten } = this.socket;
    const nowMs = performance.now();
    if (bytesWritten === this.answeredBytes || bytesRead !== this.readBytes) {
      this.readBytes = bytesRead;
      this.heardAtMs = nowMs;
      this.looksInVain = 0;
    }
    return nowMs - this.heardAtMs > SUSPICIOUS_AFTER_MS;
  }
}
