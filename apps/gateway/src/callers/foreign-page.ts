import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a web page that has nothing to do with us has a browser on this machine call, which tells from where a page
 * comes (`Origin`) and by which name it has found us (`Host`).
 *
 * A name with a dot in it can be led here by whoever it belongs to (DNS rebinding); an address, `localhost` and names
 * without a dot cannot.
 */
export function isOfForeignPage(
  { origin, host = '' }: IncomingHttpHeaders,
  pageOrigins: readonly string[],
): boolean {
  const name = URL.parse(`http://${host}`)?.hostname ?? '';
  const isOurName =
    isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || !name.includes('.') || name.endsWith('.localhost');
  if (!isOurName) return true;
  return (
    origin !== undefined &&
    !pageOrigins.includes(origin) &&
    URL.parse(origin)?.host !== URL.parse(`http://${host}`)?.host
  );
}
