import type { Database, Transaction } from './database.js';
import { COUNT_HELD_TIME_OF_SEEDERS } from './held-time.js';
import { SEEDER_IS_HEARD, SEEDER_LIVES } from './holds.js';

/** Which seeder it is and how fast it asks, as it tells with each beat. */
export interface SeederFigures {
  /** Where it runs. */
  readonly host: string;
  /** The number of its process there. */
  readonly processId: number;
  /** Lists of which it works on a range. */
  readonly lists: number;
  /** Calls begun of which the outcome is not stored yet. */
  readonly inFlight: number;
  /** How many may be in flight now, as it has found to be good. */
  readonly inFlightLimit: number;
  /** How many may be in flight at the most. */
  readonly inFlightMax: number;
  /** Median of the answers since the beat before, or shortly before that, in milliseconds; null when there was none. */
  readonly latencyMs: number | null;
  /** Sent since the beat before. */
  readonly callsPerSecond: number;
  /** Of all seeders together; null without a cap. */
  readonly ratePerSecondMax: number | null;
  /** Of all seeders together; null without a maximum. */
  readonly inFlightMaxAll: number | null;
}

/** A seeder that lives, as far as anybody knows. */
export interface LiveSeeder extends Omit<SeederFigures, 'host' | 'processId' | 'lists'> {
  readonly id: string;
  /** These three are null of a seeder of an earlier version. */
  readonly host: string | null;
  readonly processId: number | null;
  readonly lists: number | null;
  /** When it told its figures. */
  readonly asOf: Date;
  /** It has missed beats: its process was killed, or hangs, or does not reach the database. It may live yet. */
  readonly isSilent: boolean;
  /** Its share of the maximum of all; null without one. */
  readonly inFlightShare: number | null;
}

/** How many lists those seeders have who could work on more: the others, that live, do not hold themselves, and have places. */
export interface ListsOfSeeders {
  readonly seeders: number;
  /** Of all of them together. */
  readonly sum: number;
  /** Of the one that has the fewest. */
  readonly fewest: number;
}

/** What a seeder has of the maximum of all seeders. */
export interface InFlightGrant {
  /** What nobody else has, until this seeder counts as gone. */
  readonly granted: number;
  /** What it is to have. Above `granted`: others have to give back first. Below: it has to keep to this, and give back. */
  readonly fair: number;
}

/** Below the time that a beat may be late, see SEEDER_LIVES; far above what the statements of a beat are apart. */
const FROZEN_AFTER = '3s';

interface Sharer {
  readonly id: string;
  readonly share: number;
  readonly lives: boolean;
  /** It asks nobody for a reason of its own, and needs no places. */
  readonly held: boolean;
}

/** Which seeders live, how fast they ask, and how they divide the maximum of all among them. */
export class SeederStore {
  constructor(private readonly database: Database) {}

  /** Says that the seeder lives. */
  async beat(id: string, figures: SeederFigures): Promise<void> {
    await write(this.database, id, figures, null);
  }

  /**
   * Says that the seeder lives, and changes its share of the maximum of all (`inFlightMaxAll`) towards a fair one. The sum
   * of all shares never exceeds that maximum: a seeder gets only what nobody has, and gives back only what it cannot use
   * any more. The share of a seeder that is gone is free.
   *
   * @param usableMax how many of its calls can be in flight at any moment until this has returned
   */
  async beatAndShare(
    id: string,
    figures: SeederFigures & { readonly inFlightMaxAll: number },
    usableMax: number,
  ): Promise<InFlightGrant> {
    return this.database.transaction(async (tx) => {
      // All others wait until this one is committed: they must not wait for a process that is frozen in the middle of it.
      await tx.query(`SELECT set_config('idle_in_transaction_session_timeout', $1, true)`, [FROZEN_AFTER]);
      await tx.query('LOCK TABLE seeder IN SHARE ROW EXCLUSIVE MODE');
      const grant = grantOf(id, await sharers(tx, id), figures, usableMax);
      await write(tx, id, figures, grant.granted);
      return grant;
    });
  }

  /** What the others have to do, as far as they tell. */
  async listsOfAll(id: string): Promise<ListsOfSeeders> {
    const [row] = await this.database.query<ListsOfSeeders>(
      `SELECT count(*)::int AS seeders, coalesce(sum(lists), 0)::int AS sum, coalesce(min(lists), 0) AS fewest FROM seeder
        WHERE id <> $1 AND lists IS NOT NULL AND held_code IS NULL AND in_flight_limit > 0 AND ${SEEDER_IS_HEARD('seeder')}`,
      [id],
    );
    return row ?? { seeders: 0, sum: 0, fewest: 0 };
  }

  /** The seeder has ended; its share is free. */
  async leave(id: string): Promise<void> {
    await this.database.query(
      `WITH counted AS (${COUNT_HELD_TIME_OF_SEEDERS}) DELETE FROM seeder WHERE id = $1`,
      [id],
    );
  }

  /** Those that live, the oldest first. */
  async live(): Promise<readonly LiveSeeder[]> {
    return this.database.query<LiveSeeder>(
      `SELECT id, host, process_id AS "processId", lists, in_flight AS "inFlight", coalesce(in_flight_limit, in_flight_max) AS "inFlightLimit",
              in_flight_max AS "inFlightMax", in_flight_share AS "inFlightShare", latency_ms AS "latencyMs",
              coalesce(calls_per_second, 0) AS "callsPerSecond", rate_per_second_max AS "ratePerSecondMax",
              in_flight_max_all AS "inFlightMaxAll", seen_at AS "asOf",
              NOT ${SEEDER_IS_HEARD('seeder')} AS "isSilent"
         FROM seeder WHERE ${SEEDER_LIVES} ORDER BY started_at, id`,
    );
  }
}

/** The seeders that live and the one that asks, in the order in which they get what cannot be divided evenly. */
async function sharers(tx: Transaction, id: string): Promise<readonly Sharer[]> {
  const there = await tx.query<Sharer>(
    `SELECT id, coalesce(in_flight_share, 0) AS share, ${SEEDER_LIVES} AS lives, held_code IS NOT NULL AS held FROM seeder
      WHERE ${SEEDER_LIVES} OR id = $1 ORDER BY started_at, id`,
    [id],
  );
  return there.some((one) => one.id === id) ? there : [...there, { id, share: 0, lives: true, held: false }];
}

function grantOf(
  id: string,
  all: readonly Sharer[],
  { inFlightMax, inFlightMaxAll }: SeederFigures & { readonly inFlightMaxAll: number },
  usableMax: number,
): InFlightGrant {
  const fair = Math.min(evenPart(id, all, inFlightMaxAll), inFlightMax);
  const ofOthers = all.reduce((sum, one) => (one.id === id ? sum : sum + one.share), 0);
  const free = Math.max(0, inFlightMaxAll - ofOthers);
  const own = all.find((one) => one.id === id);
  // What a seeder had that counted as gone, others may have by now.
  const had = own?.lives === true ? own.share : 0;
  return { fair, granted: fair < had ? Math.max(fair, Math.min(had, usableMax)) : Math.min(fair, free) };
}

/** Of those that ask, some have one more where it cannot be divided evenly. */
function evenPart(id: string, all: readonly Sharer[], inFlightMaxAll: number): number {
  const asking = all.filter((one) => !one.held);
  const rank = asking.findIndex((one) => one.id === id);
  if (rank < 0) return 0;
  return Math.floor(inFlightMaxAll / asking.length) + (rank < inFlightMaxAll % asking.length ? 1 : 0);
}

async function write(
  on: Pick<Transaction, 'query'>,
  id: string,
  figures: SeederFigures,
  inFlightShare: number | null,
): Promise<void> {
  await on.query(
    `WITH counted AS (${COUNT_HELD_TIME_OF_SEEDERS} AND NOT EXISTS (SELECT 1 FROM seeder WHERE id = $1))
     INSERT INTO seeder (id, in_flight, in_flight_limit, in_flight_max, in_flight_max_all, in_flight_share, latency_ms,
                         calls_per_second, rate_per_second_max, host, process_id, lists)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (id) DO UPDATE SET seen_at = now(), in_flight = excluded.in_flight,
       in_flight_limit = excluded.in_flight_limit, in_flight_max = excluded.in_flight_max,
       in_flight_max_all = excluded.in_flight_max_all, in_flight_share = excluded.in_flight_share,
       latency_ms = excluded.latency_ms, calls_per_second = excluded.calls_per_second,
       rate_per_second_max = excluded.rate_per_second_max, lists = excluded.lists`,
    [
      id,
      figures.inFlight,
      figures.inFlightLimit,
      figures.inFlightMax,
      figures.inFlightMaxAll,
      inFlightShare,
      figures.latencyMs,
      figures.callsPerSecond,
      figures.ratePerSecondMax,
      figures.host,
      figures.processId,
      figures.lists,
    ],
  );
}
