import { databaseTrouble } from '@mts/postgres';
import { QueryFailedError } from 'typeorm';

/** Whether a statement that failed so may succeed when it is made again as it is, see `databaseTrouble`. */
export function passesByItself(error: unknown): boolean {
  return databaseTrouble(error) !== undefined;
}

/** Whether it was the database that failed, for whatever reason, and not the program that uses it. */
export function isOfDatabase(error: unknown): boolean {
  return passesByItself(error) || error instanceof QueryFailedError;
}
