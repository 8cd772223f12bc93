import type { ServerResponse } from 'node:http';

import type { Page } from './odata.js';

/**
 * What becomes of one page that is asked for:
 *
 * - `hang`: half of it comes, and then nothing more;
 * - `truncate`: half of it comes, and ends there as if that were all;
 * - `break`: half of it comes, and the connection breaks;
 * - `reset`: the connection breaks before anything came;
 * - `html`: a proxy's page comes in its place, with status 200;
 * - `expire`: every session ends before it;
 * - `purge`: the row that its cursor stands on is gone;
 * - `error`: a status, as from a proxy that cannot reach the server.
 */
export type Misbehaviour =
  | 'hang'
  | 'truncate'
  | 'break'
  | 'reset'
  | 'html'
  | 'expire'
  | 'purge'
  | { readonly error: number; readonly retryAfter?: string };

/** Writes a page as fast as it is taken, as ODK Central does: in chunks, the footer after the rows. */
export async function writePage(
  response: ServerResponse,
  sink: NodeJS.WritableStream,
  { rows, footer }: Page,
  misbehaviour: Misbehaviour | undefined,
): Promise<void> {
  const all = misbehaviour === undefined ? rows : [...rows];
  const stopAfter = Array.isArray(all) ? Math.floor(all.length / 2) : Infinity;
  let written = 0;
  await write(sink, '{"value":[');
  for (const row of all) {
    const text = `${written === 0 ? '' : ','}${JSON.stringify(row)}`;
    if (written >= stopAfter) {
      await write(sink, text.slice(0, text.length / 2));
      break;
    }
    await write(sink, text);
    written += 1;
  }
  if (misbehaviour === 'hang') return;
  if (misbehaviour === 'break') response.destroy();
  else if (misbehaviour === 'truncate') sink.end();
  else sink.end(`],${JSON.stringify(footer).slice(1)}`);
}

async function write(sink: NodeJS.WritableStream, text: string): Promise<void> {
  if (sink.write(text)) return;
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      sink.off('drain', goOn).off('close', goOn);
      resolve();
    };
    sink.on('drain', goOn).on('close', goOn);
  });
}
