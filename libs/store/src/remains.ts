import type { Database } from './database.js';
import { eraseRequestKeys } from './key-store.js';
import type { RequestStore } from './request-store.js';

/**
 * Erases keys and records of a request that is archived already, or of which there is no row. None are left by what we do;
 * a restored backup may bring them, and {@link findLeftovers} finds them.
 *
 * @returns whether there were any
 */
export async function eraseRemains(
  database: Database,
  requests: Pick<RequestStore, 'eraseRecords'>,
  requestId: string,
): Promise<boolean> {
  const found = await database.transaction(async (tx) => {
    const [request] = await tx.query<{ isArchived: boolean }>(
      `SELECT state = 'archived' AS "isArchived" FROM request WHERE id = $1 FOR UPDATE`,
      [requestId],
    );
    if (request?.isArchived === false) return 'it lives';
    const keys = await tx.query('SELECT 1 FROM wrapped_key WHERE subject = $1 AND wrapped IS NOT NULL', [
      requestId,
    ]);
    await eraseRequestKeys(tx, requestId, ['input', 'results']);
    return keys.length > 0 ? 'keys' : 'no keys';
  });
  if (found === 'it lives') return false;
  return (await requests.eraseRecords(requestId)) > 0 || found === 'keys';
}
