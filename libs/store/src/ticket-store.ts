import type { Database } from './database.js';

/** One-time tickets to follow the events of one request. Only a hash of a ticket is kept. */
export class TicketStore {
  constructor(private readonly database: Database) {}

  /** @returns when it expires */
  async issue(hash: Buffer, requestId: string, owner: string, goodForSeconds: number): Promise<Date> {
    await this.database.query('DELETE FROM event_ticket WHERE expires_at < now()');
    const [row] = await this.database.query<{ expiresAt: Date }>(
      `INSERT INTO event_ticket (hash, request_id, owner, expires_at) VALUES ($1, $2, $3, now() + make_interval(secs => $4))
       RETURNING expires_at AS "expiresAt"`,
      [hash, requestId, owner, goodForSeconds],
    );
    if (row === undefined) throw new Error('a statement that always has a row had none');
    return row.expiresAt;
  }

  /** Uses a ticket up. @returns whose it was; undefined for one that is not good, or not for this request */
  async redeem(hash: Buffer, requestId: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ owner: string }>(
      'DELETE FROM event_ticket WHERE hash = $1 AND request_id = $2 AND expires_at > now() RETURNING owner',
      [hash, requestId],
    );
    return row?.owner;
  }
}
