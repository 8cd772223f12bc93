import type { Caller } from '@mts/domain';
import type { FastifyRequest } from 'fastify';

import type { CallerSettings } from './caller-settings.js';
import { clientAddress } from './client-address.js';

/** What clients of the original call, which send no credentials. */
const ORIGINAL_ROUTES: ReadonlySet<string> = new Set([
  'POST /authtoken/json',
  'POST /authtoken/csv',
  'POST /authtoken/odk',
  'GET /authtoken/status/:id',
  'GET /authtoken/file/:id',
  'GET /authtoken/authfields',
]);

/** Say that a proxy stands between, so that the address of the connection is not the caller's. */
const FROM_A_PROXY = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'] as const;
/** Say that a browser calls: whose page that is, its network does not tell. */
const FROM_A_BROWSER = ['origin', 'sec-fetch-site'] as const;

/** Callers that are known by the network that they call from, for the routes of the original alone. */
export class NetworkCallers {
  constructor(private readonly settings: Pick<CallerSettings, 'networks' | 'proxies'>) {}

  /** Undefined for whoever is not in one, or may not be. */
  identify(request: FastifyRequest): Caller | undefined {
    const { method, routeOptions, headers } = request;
    const route = `${method === 'HEAD' ? 'GET' : method} ${routeOptions.url ?? ''}`;
    if (!ORIGINAL_ROUTES.has(route)) return undefined;
    if (FROM_A_BROWSER.some((name) => name in headers)) return undefined;
    const address = this.addressOf(request);
    const found = this.settings.networks.find(({ network }) => address !== undefined && network.has(address));
    if (found === undefined) return undefined;
    const name = `network:${found.name}`;
    return { owner: name, name, roles: new Set(['submit', 'read']) };
  }

  private addressOf({ socket, headers }: FastifyRequest): string | undefined {
    const peer = socket.remoteAddress ?? '';
    const isOfAProxy = this.settings.proxies.some((network) => network.has(peer));
    // A proxy that nobody has named, or somebody who plays one: its address says nothing of the caller.
    if (!isOfAProxy && FROM_A_PROXY.some((name) => name in headers)) return undefined;
    return clientAddress(peer, forwardedFor(headers), this.settings.proxies);
  }
}

export function forwardedFor(headers: FastifyRequest['headers']): string | undefined {
  return [headers['x-forwarded-for']].flat().join(',') || undefined;
}
