/** The oldest Node.js that undici 8 runs on (`engines` of its package.json). */
export const OLDEST_NODE = '22.19.0';

/** Throws an `Error` that says which Node.js is needed. */
export function checkNodeVersion(version: string): void {
  if (version.localeCompare(OLDEST_NODE, 'en', { numeric: true }) >= 0) return;
  throw new Error(`@mts/ida-client needs Node.js ${OLDEST_NODE} or later; this is ${version}`);
}

checkNodeVersion(process.versions.node);
