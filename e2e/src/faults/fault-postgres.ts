import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type EmbeddedPostgres, startEmbeddedPostgres } from '@mts/embedded-postgres';
import { Client } from 'pg';

const ROWS_AT_ONCE = 5000;

/** A PostgreSQL of a fault's own, durable as in production, that can be killed and comes back on the same address. */
export class FaultPostgres {
  private formerOutput = '';
  private isUp = false;

  private constructor(
    private readonly wantedDataDir: string,
    private server: EmbeddedPostgres,
  ) {
    this.watch();
  }

  static async start(dataDir: string): Promise<FaultPostgres> {
    return new FaultPostgres(dataDir, await startEmbeddedPostgres({ dataDir }));
  }

  get url(): string {
    return this.server.url;
  }

  get port(): number {
    return this.server.port;
  }

  /** Where the data really lie. */
  get dataDir(): string {
    return this.server.dataDir;
  }

  /** Settles when the server that runs now has ended, unless it is stopped. */
  get lost(): Promise<Error> {
    return this.server.lost;
  }

  /** With SIGKILL, the first process; all others end as soon as they see that it is gone. */
  async kill(): Promise<void> {
    const pid = Number.parseInt(await readFile(join(this.server.dataDir, 'postmaster.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGKILL');
    await this.server.lost;
  }

  /** After it has ended: on the same data and the same port. Resolves when it takes connections. */
  async restart(): Promise<void> {
    this.formerOutput += await this.log();
    this.server = await startEmbeddedPostgres({ dataDir: this.wantedDataDir, port: this.server.port });
    this.watch();
  }

  /** A look into the database, for what no API shows. */
  async query<R extends object>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    return this.connected(async (client) => (await client.query<R>(sql, [...parameters])).rows);
  }

  /** Shows each row of an answer of one text column, which may be too large for memory. */
  async eachText(sql: string, show: (text: string) => void): Promise<void> {
    await this.connected(async (client) => {
      await client.query('BEGIN');
      await client.query(`DECLARE rows NO SCROLL CURSOR FOR ${sql}`);
      for (;;) {
        const { rows } = await client.query<[string]>({
          text: `FETCH ${String(ROWS_AT_ONCE)} FROM rows`,
          rowMode: 'array',
        });
        if (rows.length === 0) break;
        for (const [text] of rows) show(text);
      }
      await client.query('COMMIT');
    });
  }

  /** Keeps everybody from writing into a table while something else is done. */
  async whileLocked(table: string, action: () => Promise<void>): Promise<void> {
    await this.connected(async (client) => {
      await client.query('BEGIN');
      await client.query(`LOCK TABLE ${table} IN SHARE MODE`);
      await action();
      await client.query('ROLLBACK');
    });
  }

  private async connected<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: this.url });
    // Of a connection that breaks: what is under way on it fails too, and that is what is told.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await use(client);
    } finally {
      await client.end();
    }
  }

  /** All that the server has said. */
  async output(): Promise<string> {
    return this.formerOutput + (await this.log());
  }

  /** Nothing is to be done where a fault has ended it. */
  async stop(): Promise<void> {
    if (this.isUp) await this.server.stop();
  }

  private watch(): void {
    this.isUp = true;
    void this.server.lost.then(() => (this.isUp = false));
  }

  /** Begun anew at each start. */
  private async log(): Promise<string> {
    return readFile(`${this.wantedDataDir}.log`, 'utf8');
  }
}
