import {
  CALLER_MODES,
  type CallerMode,
  ConfigError,
  type NamedNetwork,
  Network,
  readNamedNetwork,
} from '@mts/platform';

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

/** @throws ConfigError where the options do not fit together */
export function callerSettingsOf(config: GatewayConfig): CallerSettings {
  const modes = new Set(config.callerModes);
  if (modes.size === 0)
    throw new ConfigError('MTS_CALLERS names no way to know callers: see docs/guide/callers.md.');
  if (modes.has('none') && modes.size > 1) {
    throw new ConfigError(
      'MTS_CALLERS: none lets everybody in, so nothing can stand beside it; leave it out.',
    );
  }
  return {
    modes: CALLER_MODES.filter((mode) => modes.has(mode)),
    isOpen: modes.has('none'),
    takesApiKeys: modes.has('api-key'),
    networks: networksOf(config, modes.has('trusted-network')),
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
  return `this call says not who makes it; send ${ways.join(', or ')}`;
}

function networksOf(config: GatewayConfig, isWanted: boolean): readonly NamedNetwork[] {
  const isGiven = config.trustedNetworks.length > 0;
  if (isWanted !== isGiven) {
    throw new ConfigError(
      isWanted
        ? 'MTS_CALLERS names trusted-network, so MTS_TRUSTED_NETWORKS must say which, such as 10.20.0.0/16=openg2p.'
        : 'MTS_TRUSTED_NETWORKS has no effect: add trusted-network to MTS_CALLERS, or leave it out.',
    );
  }
  return config.trustedNetworks.map(readNamedNetwork).filter((network) => network !== undefined);
}

function oidcOf(config: GatewayConfig): OidcSettings {
  const { oidcIssuer: issuer, oidcAudience: audience } = config;
  if (issuer === undefined || audience === undefined) {
    throw new ConfigError('MTS_CALLERS names oidc, so MTS_OIDC_ISSUER and MTS_OIDC_AUDIENCE must be given.');
  }
  if (config.oidcAlgorithms.length === 0) throw new ConfigError('MTS_OIDC_ALGORITHMS names no algorithm.');
  return {
    issuer,
    audience,
    algorithms: config.oidcAlgorithms,
    rolesClaim: config.oidcRolesClaim,
    rolePrefix: config.oidcRolePrefix,
    clockToleranceSeconds: config.oidcClockToleranceSeconds,
  };
}
