import type { Database, Transaction } from './database.js';

/** Beside two periods. Who stood still for longer within a transaction may fire once more, which makes no job twice. */
const KEPT_SECONDS = 3600;

/**
 * Which copy of the scheduler fires: one unique row per schedule and due time decides. Due times are multiples of the
 * period by the database's clock, which is the same for all copies, however wrong their own clocks are.
 */
export class FiringStore {
  constructor(private readonly database: Database) {}

  /** Runs `fire`, if there is one, in the copy that comes first, in one transaction with the row that says so. */
  async once(
    schedule: string,
    periodSeconds: number,
    fire?: (tx: Transaction) => Promise<void>,
  ): Promise<'fired' | 'another did'> {
    return this.database.transaction(async (tx) => {
      // Of earlier versions, which went by their own clocks; or the database's own clock was ahead.
      await tx.query('DELETE FROM firing WHERE schedule = $1 AND due_at > now()', [schedule]);
      const won = await tx.query(CLAIM, [schedule, periodSeconds]);
      if (won.length === 0) return 'another did';
      await fire?.(tx);
      await tx.query(FORGET, [schedule, 2 * periodSeconds + KEPT_SECONDS]);
      return 'fired';
    });
  }

  /** When any copy last fired, by the database's clock; undefined when none ever did. */
  async lastFiredAt(): Promise<Date | undefined> {
    const [row] = await this.database.query<{ at: Date | null }>('SELECT max(due_at) AS at FROM firing');
    return row?.at ?? undefined;
  }
}

const CLAIM = `
  INSERT INTO firing (schedule, due_at) VALUES ($1, to_timestamp(floor(extract(epoch FROM now()) / $2::int) * $2))
  ON CONFLICT DO NOTHING RETURNING 1`;

const FORGET = 'DELETE FROM firing WHERE schedule = $1 AND due_at < now() - make_interval(secs => $2::int)';
