import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** As CopyBlock packs them. */
const COLUMNS =
  'request_id, line, state, sealed_input, sealed_outcome, error_code, record_index, sealed_reference';

/** Puts a block of CopyBlock into a table like that of the records, and commits it. */
export async function copyInto(client: Client, table: string, block: Uint8Array): Promise<void> {
  const copy = client.query(copyFrom(`COPY ${table} (${COLUMNS}) FROM STDIN (FORMAT binary)`));
  await pipeline(Readable.from([block]), copy);
}
