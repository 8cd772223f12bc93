import { CALLER_MODES, type CallerMode, type NamedNetwork, Network, readNamedNetwork } from '@mts/platform';

import type { GatewayConfig } from '../options.js';

/** How access tokens are checked. */
export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly rolesClaim: string;
  readonly rolePrefix: string;
  readonly clockToleranceSeconds: number;
}

/** How callers prove who they are. */
export interface CallerSettings {
  readonly modes: readonly CallerMode[];
  /** Whoever reaches the gateway may do everything; then it listens on loopback, and none of the rest is set. */
  readonly isOpen: boolean;
  readonly takesApiKeys: boolean;
  readonly networks: readonly NamedNetwork[];
  readonly proxies: readonly Network[];
  readonly oidc: OidcSettings | undefined;
  /** Web pages of these may call from a browser. */
  readonly pageOrigins: readonly string[];
}

/** That the options fit together is seen to by readConfig. */
export function callerSettingsOf(config: GatewayConfig): CallerSettings {
  const modes = new Set(config.callerModes);
  return {
    modes: CALLER_MODES.filter((mode) => modes.has(mode)),
    isOpen: modes.has('none'),
    takesApiKeys: modes.has('api-key'),
    networks: config.trustedNetworks.map(readNamedNetwork).filter((network) => network !== undefined),
    proxies: config.trustedProxies.map((text) => Network.of(text)),
    pageOrigins: config.corsOrigins,
    oidc: modes.has('oidc') ? oidcOf(config) : undefined,
  };
}

/** What a call that proves nothing lacks, as its caller is told. */
export function proofWanted({ takesApiKeys, oidc }: Pick<CallerSettings, 'takesApiKeys' | 'oidc'>): string {
  const inBearer = 'as `Authorization: Bearer …`';
  const ways = [
    ...(takesApiKeys ? [`an API key ${inBearer} or \`X-API-Key: …\``] : []),
    ...(oidc === undefined ? [] : [`an access token ${inBearer}`]),
  ];
  if (ways.length === 0)
    return 'this call is of nobody known here: it comes from no trusted network, or wants more than those may';
  return `this call does not say who makes it; send ${ways.join(', or ')}`;
}

function oidcOf(config: GatewayConfig): OidcSettings {
  const { oidcIssuer: issuer, oidcAudience: audience } = config;
  if (issuer === undefined || audience === undefined) {
    throw new TypeError('readConfig lets no oidc through without issuer and audience');
  }
  return {
    issuer,
    audience,
    algorithms: config.oidcAlgorithms,
    rolesClaim: config.oidcRolesClaim,
    rolePrefix: config.oidcRolePrefix,
    clockToleranceSeconds: config.oidcClockToleranceSeconds,
  };
}
