import { type OutputFormats, resultFormat } from '@mts/outputs';
import type { OutboundGuard } from '@mts/platform';

import { assertCallable } from '../callback/callback-addresses.js';
import type { ListWish } from './read-list-request.js';

/**
 * What can only be found out by trying: whether the format is one, and whether the callback may be called.
 *
 * @throws ApiError ATS-REQ-103, ATS-REQ-104, MTS-DLV-001
 */
export async function checkWish<W extends ListWish>(
  wish: W,
  formats: OutputFormats,
  guard: OutboundGuard,
): Promise<W> {
  const { outputFormat } = wish.records;
  if (outputFormat !== undefined)
    await formats.check(outputFormat, resultFormat(wish.output).shaped, "the original's");
  if (wish.delivery !== undefined) await assertCallable(wish.delivery, guard);
  return wish;
}
