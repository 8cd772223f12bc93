import { WatchedClient } from '@mts/postgres';

import { requestChannel } from './request-end.js';

export interface NotificationsOptions {
  /** A PostgreSQL URL. */
  readonly url: string;
  /** The schema of the tables, see {@link DatabaseOptions}. */
  readonly schema: string;
  /** Shown in pg_stat_activity. */
  readonly app: string;
  /** Told when the connection is lost or cannot be had again yet. Must not throw. */
  readonly onFault: (error: Error) => void;
}

export interface Following {
  /** A look is due at the latest after so long, whatever is notified. */
  readonly pollMs: number;
  readonly signal: AbortSignal;
}

const RECONNECT_DELAY_MS_MIN = 100;
const RECONNECT_DELAY_MS_MAX = 5000;
/** A connection on which nothing is ever asked would not notice that it is dead. */
const HEARTBEAT_EVERY_MS = 5000;

/**
 * Hears of requests that have changed, over one connection of its own (see `notifyOf`). A notification says only that
 * it is worth looking: what is true stands in the tables, and some are missed while the connection is away, so whoever
 * follows a request looks now and then anyway. After a connection was away, everybody is told to look.
 */
export class Notifications {
  private readonly listeners = new Map<string, Set<() => void>>();
  private client: WatchedClient | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private reconnecting: NodeJS.Timeout | undefined;
  private isClosed = false;

  private constructor(private readonly options: NotificationsOptions) {}

  /** @throws when the database cannot be reached */
  static async open(options: NotificationsOptions): Promise<Notifications> {
    const notifications = new Notifications(options);
    await notifications.connect();
    return notifications;
  }

  /** Whether notifications come in; while they do not, only looking tells. */
  get isListening(): boolean {
    return this.client !== undefined;
  }

  /** @returns what ends it */
  subscribe(requestId: string, onChange: () => void): () => void {
    const id = requestId.toLowerCase();
    const ofRequest = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, ofRequest.add(onChange));
    return () => {
      ofRequest.delete(onChange);
      if (ofRequest.size === 0 && this.listeners.get(id) === ofRequest) this.listeners.delete(id);
    };
  }

  /**
   * Yields each time that a look at the request is due: at once, whenever it may have changed since the last look, and
   * when `pollMs` have passed. No change between two looks is missed. Ends when the signal is aborted.
   */
  async *follow(requestId: string, { pollMs, signal }: Following): AsyncGenerator<void, void, undefined> {
    const due = new Due(pollMs);
    const wake = (): void => due.now();
    const unsubscribe = this.subscribe(requestId, wake);
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        due.looking();
        yield;
        await due.again();
      }
    } finally {
      signal.removeEventListener('abort', wake);
      unsubscribe();
    }
  }

  /** Nobody is woken any more; polls go on. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.reconnecting);
    clearTimeout(this.heartbeat);
    await this.client?.end();
  }

  private async connect(): Promise<void> {
    const { url, schema, app } = this.options;
    const client = new WatchedClient({ connectionString: url, application_name: app });
    client.on('notification', ({ payload }) => this.tell(payload));
    let cause = new Error('Connection terminated');
    // Without a listener it would end the process.
    client.on('error', (error) => (cause = error));
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(requestChannel(schema))}`);
    } catch (error) {
      // How it ends is of no interest any more.
      client.end().catch(() => undefined);
      throw error;
    }
    client.once('end', () => this.lost(cause));
    this.client = client;
    this.beat(client);
    if (this.isClosed) await client.end();
  }

  /** One that fails is told as the end of the connection. */
  private beat(client: WatchedClient): void {
    this.heartbeat = setTimeout(() => {
      client.query('SELECT 1').then(
        () => this.beat(client),
        () => undefined,
      );
    }, HEARTBEAT_EVERY_MS).unref();
  }

  private lost(cause: Error): void {
    this.client = undefined;
    clearTimeout(this.heartbeat);
    if (this.isClosed) return;
    this.options.onFault(
      new Error('The connection that notifications come by is lost; connecting again', { cause }),
    );
    this.reconnectAfter(RECONNECT_DELAY_MS_MIN);
  }

  private reconnectAfter(delayMs: number): void {
    this.reconnecting = setTimeout(() => void this.reconnect(delayMs), delayMs).unref();
  }

  private async reconnect(delayMs: number): Promise<void> {
    try {
      await this.connect();
    } catch (error) {
      this.options.onFault(new Error('Notifications cannot be listened for yet', { cause: error }));
      if (!this.isClosed) this.reconnectAfter(Math.min(delayMs * 2, RECONNECT_DELAY_MS_MAX));
      return;
    }
    for (const requestId of this.listeners.keys()) this.tell(requestId);
  }

  private tell(requestId: string | undefined): void {
    for (const onChange of this.listeners.get(requestId ?? '') ?? []) onChange();
  }
}

/** Whether somebody shall look: from the moment that something changed or was not looked at for long. */
class Due {
  private isDue = false;
  private wake: (() => void) | undefined;

  constructor(private readonly pollMs: number) {}

  now(): void {
    this.isDue = true;
    this.wake?.();
  }

  /** What happens from here on makes the next look due. */
  looking(): void {
    this.isDue = false;
  }

  async again(): Promise<void> {
    if (this.isDue) return;
    const poll = setTimeout(() => this.now(), this.pollMs);
    await new Promise<void>((resolve) => (this.wake = resolve));
    clearTimeout(poll);
  }
}
