import { ApiError } from '@mts/domain';

interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly otherwise: number;
}

/** A whole number in a query. @throws ApiError ATS-REQ-102 */
export function pageNumber(field: string, value: unknown, { from, to, otherwise }: Bounds): number {
  if (value === undefined || value === '') return otherwise;
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= from && number <= to) return number;
  const problem = `a whole number from ${String(from)} to ${String(to)} is expected`;
  throw new ApiError('ATS-REQ-102', { field, problem });
}
