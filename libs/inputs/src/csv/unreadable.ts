import { ApiError } from '@mts/domain';

/** A file that cannot be read on. The problem says what to do, and never holds anything out of the file. */
export function unreadable(fileLine: number, problem: string): ApiError {
  return new ApiError('MTS-CSV-001', { fileLine, problem });
}
