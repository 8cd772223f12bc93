import { openAsBlob } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import type { System } from './system.js';

const ENDED = new Set(['processed', 'processed_with_errors', 'submitted_with_errors', 'cancelled']);

/** Hands in a CSV as a caller does. @returns the identifier of the request */
export async function submitCsv(
  { gatewayUrl }: Pick<System, 'gatewayUrl'>,
  csv: Blob,
  options: object = {},
): Promise<string> {
  const form = new FormData();
  const request = { output: 'csv', deliverytype: 'download', ...options };
  const envelope = { id: '', version: '', metadata: '', requesttime: new Date().toISOString(), request };
  form.append('request', JSON.stringify(envelope));
  form.append('csv_file', csv, 'people.csv');
  const answer = await fetch(`${gatewayUrl}/authtoken/csv`, { method: 'POST', body: form });
  const { errors, response } = (await answer.json()) as {
    readonly errors: unknown;
    readonly response: { readonly request_identifier: string } | null;
  };
  if (response === null) throw new Error(`the list was refused: ${JSON.stringify(errors)}`);
  return response.request_identifier;
}

/** The same with a file, which is read as it is sent. */
export async function submitCsvFile(
  system: Pick<System, 'gatewayUrl'>,
  path: string,
  options: object = {},
): Promise<string> {
  return submitCsv(system, await openAsBlob(path, { type: 'text/csv' }), options);
}

/** When the database says that a request came and ended. */
export interface Lifetime {
  readonly state: string;
  readonly createdAt: Date;
  readonly endedAt: Date;
}

/** Seldom enough to be nothing beside the work that is waited for. */
const LOOK_EVERY_MS = 200;

/** Waits for the end of a request. The times are the database's, so looking seldom makes nothing look longer. */
export async function ended(system: Pick<System, 'query'>, requestId: string): Promise<Lifetime> {
  for (;;) {
    const [request] = await system.query<Lifetime>(
      `SELECT state, created_at AS "createdAt", ended_at AS "endedAt" FROM request WHERE id = $1`,
      [requestId],
    );
    if (request !== undefined && ENDED.has(request.state)) return request;
    await pause(LOOK_EVERY_MS);
  }
}
