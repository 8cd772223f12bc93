import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { callbackify } from 'node:util';

import { Agent, buildConnector, Pool } from 'undici';

import { ForbiddenAddressError } from './errors.js';
import { type Target, targetOf } from './target.js';

interface Address {
  readonly address: string;
  readonly family: number;
}

/** What the guard has to say about a connection. */
export interface ConnectionCheck {
  readonly problemOfTarget: (target: Target) => string | undefined;
  readonly problemOfAddresses: (target: Target, addresses: readonly Address[]) => string | undefined;
  readonly resolve: (hostname: string) => Promise<readonly Address[]>;
}

export interface ConnectionLimits {
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly connectionsMax: number;
  readonly secureContext: SecureContext;
}

/** Connections every one of which is checked when it is made, on the addresses that it is made to. */
export function guardedAgent(check: ConnectionCheck, limits: ConnectionLimits): Agent {
  const options = {
    connections: limits.connectionsMax,
    headersTimeout: limits.idleTimeoutMs,
    bodyTimeout: limits.idleTimeoutMs,
    pipelining: 1,
    allowH2: false,
  };
  return new Agent({
    factory: (origin) =>
      new Pool(origin, { ...options, connect: guardedConnector(new URL(origin), check, limits) }),
  });
}

function guardedConnector(
  origin: URL,
  check: ConnectionCheck,
  { connectTimeoutMs, secureContext }: ConnectionLimits,
): buildConnector.connector {
  const target = targetOf(origin);
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    secureContext,
    // Asks the lookup for all addresses; without it Node can be started so that it wants a single one.
    autoSelectFamily: true,
    lookup: guardedLookup(target, check),
  });
  return (options, callback) => {
    // Here too, because a literal address is connected to without a lookup.
    const problem = check.problemOfTarget(target);
    if (problem === undefined) connect(options, callback);
    else callback(new ForbiddenAddressError(problem), null);
  };
}

function guardedLookup(target: Target, check: ConnectionCheck): LookupFunction {
  const resolveChecked = callbackify(async (hostname: string) => {
    const addresses = await check.resolve(hostname);
    const problem = check.problemOfAddresses(target, addresses);
    if (problem !== undefined) throw new ForbiddenAddressError(problem);
    return [...addresses];
  });
  return (hostname, _options, callback) => resolveChecked(hostname, callback);
}
