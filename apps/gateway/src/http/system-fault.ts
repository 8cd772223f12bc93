import { ApiError, type ErrorCode } from '@mts/domain';
import { databaseTrouble, type DatabaseTrouble } from '@mts/store';

const CODES = {
  away: 'MTS-SYS-001',
  busy: 'MTS-SYS-001',
  full: 'MTS-SYS-002',
} as const satisfies Record<DatabaseTrouble, ErrorCode>;

/** What a caller is told when the database fails us; undefined for any other fault. */
export function systemFault(error: unknown): ApiError | undefined {
  const trouble = databaseTrouble(error);
  return trouble === undefined ? undefined : new ApiError(CODES[trouble]);
}
