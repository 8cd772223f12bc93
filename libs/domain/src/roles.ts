/**
 * What a caller may do.
 *
 * - `submit`: hand lists in.
 * - `read`: see and steer the requests that it handed in, and fetch their results.
 * - `operate`: see and steer the requests of all callers, without any personal data: no results, no records.
 * - `admin`: manage callers and the service.
 */
export const ROLES = ['submit', 'read', 'operate', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whoever calls the API, as its authentication has told. */
export interface Caller {
  /** Who a request belongs to: unlike for every two callers, and for every two ways to authenticate. No personal data. */
  readonly owner: string;
  /** For logs and administrators. */
  readonly name: string;
  readonly roles: ReadonlySet<Role>;
}
