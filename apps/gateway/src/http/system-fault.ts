import { ApiError } from '@mts/domain';

/** https://www.postgresql.org/docs/18/errcodes-appendix.html: 53100 disk_full. */
const DISK_FULL = '53100';

/**
 * SQLSTATE class 08 (connection), class 57 (operator intervention: shutdown, crash, still starting), 53300 (too many
 * connections), and what Node says of a socket that could not be had or was lost.
 */
const UNREACHABLE =
  /^(?:08...|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT)$/;

/** pg 8 gives these no code. */
const LOST_CONNECTION =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Cannot use a pool after calling end)/;

/** What a caller is told when the database fails us; undefined for any other fault. */
export function systemFault(error: unknown): ApiError | undefined {
  for (let one: unknown = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
    const code = 'code' in one && typeof one.code === 'string' ? one.code : '';
    if (code === DISK_FULL) return new ApiError('MTS-SYS-002');
    if (UNREACHABLE.test(code) || LOST_CONNECTION.test(one.message)) return new ApiError('MTS-SYS-001');
  }
  return undefined;
}
