/**
 * What is wrong with a database that could not carry a statement out: it is `away` (cannot be reached, is starting, has
 * dropped the connection, has no connection left), it has no room (`full`), or others are in the statement's way (`busy`).
 * All pass, and the statement can be made again; whether a commit that was cut off was carried out nobody knows.
 */
export type DatabaseTrouble = 'away' | 'full' | 'busy';

/** https://www.postgresql.org/docs/18/errcodes-appendix.html: disk_full. */
const DISK_FULL = '53100';

/** serialization_failure, deadlock_detected, lock_not_available: the statement was chosen to give way, or waited too long. */
const GAVE_WAY = /^(?:40001|40P01|55P03)$/;

/**
 * SQLSTATE class 08 (connection), 25P03 and 25P04 (a transaction that stood still, or took too long, and lost its
 * connection), 57P01 to 57P05 (operator intervention: shutdown, crash, still starting), 53300 (too many connections), and
 * what Node says of a socket that could not be had or was lost.
 */
const AWAY =
  /^(?:08...|25P0[34]|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/**
 * What has no code: of pg 8, the loss of a connection and the wait for one; of TypeORM 1.1, a transaction that goes on
 * after its connection was lost.
 */
const LOST_CONNECTION =
  /^(?:Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed and is not queryable|Cannot use a pool after calling end|Query runner already released)/;

/** How deep an error may be wrapped. */
const CAUSES_MAX = 5;

/** @returns undefined for an error that is none of the database's own troubles: a wrong statement, a defect */
export function databaseTrouble(error: unknown): DatabaseTrouble | undefined {
  for (
    let one: unknown = error, depth = 0;
    one instanceof Error && depth < CAUSES_MAX;
    one = one.cause, depth += 1
  ) {
    const code = 'code' in one && typeof one.code === 'string' ? one.code : '';
    if (code === DISK_FULL) return 'full';
    if (GAVE_WAY.test(code)) return 'busy';
    if (AWAY.test(code) || LOST_CONNECTION.test(one.message)) return 'away';
  }
  return undefined;
}
