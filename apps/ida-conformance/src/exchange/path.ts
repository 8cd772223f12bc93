import type { Call } from '../cases/case.js';
import type { OtherName, PathChange } from './changes.js';
import type { Connection } from './connection.js';

/** Which segment another registration's key takes the place of. */
const LICENCES: ReadonlySet<OtherName> = new Set(['expiredLicenceKey', 'blockedLicenceKey']);
const UNKNOWN = 'conformance-test-unknown';

/** The URL of a call: service, licence key, partner, API key. It holds secrets. */
export function pathOf(connection: Connection, call: Call, change?: PathChange): string {
  const service = connection.authUrl.replace(/\/auth$/, `/${call}`);
  if (change === 'nothing but a word') return `${service}/word`;
  const keys = segmentsOf(connection, change).map(encodeURIComponent).join('/');
  return `${service}/${keys}${change === 'a slash at the end' ? '/' : ''}`;
}

function segmentsOf(connection: Connection, change?: PathChange): readonly string[] {
  const { mispLicenceKey: licence, partnerId: partner, apiKey, others } = connection;
  if (typeof change === 'object') {
    const other = others[change.other] ?? UNKNOWN;
    return LICENCES.has(change.other) ? [other, partner, apiKey] : [licence, partner, other];
  }
  return [
    change === 'an unknown licence' ? UNKNOWN : licence,
    change === 'an unknown partner' ? UNKNOWN : partner,
    change === 'an unknown API key' ? UNKNOWN : apiKey,
  ];
}
