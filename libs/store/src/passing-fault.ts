import { databaseTrouble } from '@mts/postgres';
import { QueryFailedError } from 'typeorm';

/**
 * The statement was chosen to give way to another one: serialization failure, deadlock, lock not available
 * (https://www.postgresql.org/docs/18/errcodes-appendix.html).
 */
const GAVE_WAY: ReadonlySet<unknown> = new Set(['40001', '40P01', '55P03']);

/** Whether a statement that failed so may succeed when it is made again as it is: see `databaseTrouble`, or it gave way. */
export function passesByItself(error: unknown): boolean {
  return databaseTrouble(error) !== undefined || (error instanceof QueryFailedError && gaveWay(error));
}

/** Whether it was the database that failed, for whatever reason, and not the program that uses it. */
export function isOfDatabase(error: unknown): boolean {
  return passesByItself(error) || error instanceof QueryFailedError;
}

function gaveWay({ driverError }: QueryFailedError): boolean {
  return 'code' in driverError && GAVE_WAY.has(driverError.code);
}
