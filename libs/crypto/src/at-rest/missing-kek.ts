/**
 * What becomes of a key file that is not there.
 *
 * - `create`: it is made; for a first run.
 * - `require`: the start stops; for production, where an invented key would hide a lost one.
 * - ids of keys that the database has been written with: the start stops as well, and names them. What they have wrapped
 *   a new key does not open, so the path must be wrong, or the file lost.
 */
export type MissingKek = 'create' | 'require' | { readonly knownIds: readonly string[] };

/**
 * @param runtime as NODE_ENV names it
 * @param knownIds of the keys that the database has been written with
 */
export function missingKek(runtime: string, knownIds: readonly string[]): MissingKek {
  if (knownIds.length > 0) return { knownIds };
  return runtime === 'production' ? 'require' : 'create';
}
