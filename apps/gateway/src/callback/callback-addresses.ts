import { ApiError } from '@mts/domain';
import type { CallbackTarget } from '@mts/outputs';
import type { OutboundGuard } from '@mts/platform';

/**
 * Whether this program may call where a callback leads, found out when the list is handed in: nobody shall learn only
 * after a long list that its results go nowhere. The delivery is checked again, at each connection.
 *
 * @throws ApiError MTS-DLV-001
 */
export async function assertCallable({ url, login }: CallbackTarget, guard: OutboundGuard): Promise<void> {
  await assertOpen('url', url, guard);
  if (login.kind === 'odoo') await assertOpen('authOdoo.authUrl', login.authUrl, guard);
  if (login.kind === 'oauth') await assertOpen('authOauth.authUrl', login.authUrl, guard);
}

async function assertOpen(field: string, url: string, guard: OutboundGuard): Promise<void> {
  const problem = await guard.resolvedProblemOf(url);
  if (problem !== undefined)
    throw new ApiError('MTS-DLV-001', { field: `request.callbackProperties.${field}`, problem });
}
