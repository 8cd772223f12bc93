import type { Database, Transaction } from './database.js';

const KEPT_HOURS = 24;

/** Which copy of the scheduler fires: one unique row per schedule and due time decides. */
export class FiringStore {
  constructor(private readonly database: Database) {}

  /** Runs `fire`, if there is one, in the copy that comes first, in one transaction with the row that says so. */
  async once(
    schedule: string,
    dueAt: Date,
    fire?: (tx: Transaction) => Promise<void>,
  ): Promise<'fired' | 'another did'> {
    return this.database.transaction(async (tx) => {
      const won = await tx.query(
        'INSERT INTO firing (schedule, due_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
        [schedule, dueAt],
      );
      if (won.length === 0) return 'another did';
      await fire?.(tx);
      await tx.query('DELETE FROM firing WHERE due_at < now() - make_interval(hours => $1)', [KEPT_HOURS]);
      return 'fired';
    });
  }
}
