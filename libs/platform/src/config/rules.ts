import { isIP } from 'node:net';

import { isLoopback } from './networks.js';
import type { OptionName, OptionValue } from './options.js';

/** What several options must be to one another. */
export interface Rule {
  readonly of: readonly OptionName[];
  /** What is wrong, in a sentence for the operator; undefined if nothing is. */
  readonly problemOf: (values: Readonly<Partial<Record<OptionName, unknown>>>) => string | undefined;
}

const GUIDE = 'see docs/guide/callers.md';

/** Every rule that the environment alone can break. readConfig checks them for the apps, and so for `npm start`. */
export const RULES: readonly Rule[] = [
  rule(['callerModes'], ({ callerModes }) => {
    if (callerModes.length === 0) return `MTS_CALLERS names no way to know callers: ${GUIDE}.`;
    if (!callerModes.includes('none') || new Set(callerModes).size === 1) return undefined;
    return 'MTS_CALLERS: none lets everybody in, so nothing can stand beside it; leave it out.';
  }),
  rule(['callerModes', 'gatewayHost'], ({ callerModes, gatewayHost: host }) =>
    // Where a name leads is known only when it is looked up, which the gateway does.
    callerModes.includes('none') && isIP(host) !== 0 && !isLoopback(host) ? openToOthers(host) : undefined,
  ),
  rule(['callerModes', 'trustedNetworks'], ({ callerModes, trustedNetworks }) => {
    const isWanted = callerModes.includes('trusted-network');
    if (isWanted === trustedNetworks.length > 0) return undefined;
    return isWanted
      ? 'MTS_CALLERS names trusted-network, so MTS_TRUSTED_NETWORKS must say which, such as 10.20.0.0/16=openg2p.'
      : 'MTS_TRUSTED_NETWORKS has no effect: add trusted-network to MTS_CALLERS, or leave it out.';
  }),
  rule(['callerModes', 'oidcIssuer'], ({ callerModes, oidcIssuer }) =>
    callerModes.includes('oidc') && oidcIssuer === undefined ? oidcLacks('MTS_OIDC_ISSUER') : undefined,
  ),
  rule(['callerModes', 'oidcAudience'], ({ callerModes, oidcAudience }) =>
    callerModes.includes('oidc') && oidcAudience === undefined ? oidcLacks('MTS_OIDC_AUDIENCE') : undefined,
  ),
  rule(['callerModes', 'oidcAlgorithms'], ({ callerModes, oidcAlgorithms }) =>
    callerModes.includes('oidc') && oidcAlgorithms.length === 0
      ? 'MTS_OIDC_ALGORITHMS names no algorithm.'
      : undefined,
  ),
  rule(['idaCertificateFile', 'idaCertificateUrl'], ({ idaCertificateFile, idaCertificateUrl }) =>
    idaCertificateFile === undefined && idaCertificateUrl === undefined
      ? 'MTS_IDA_CERTIFICATE_FILE and MTS_IDA_CERTIFICATE_URL are missing: one of them must say where the certificate of IDA is.'
      : undefined,
  ),
];

/** What is wrong with a host that others reach while everybody is let in. */
export function openToOthers(host: string): string {
  return `MTS_GATEWAY_HOST: ${host} can be reached from other machines, and with MTS_CALLERS=none everybody there could read everything. Let callers prove who they are (MTS_CALLERS=api-key, ${GUIDE}), or listen on 127.0.0.1.`;
}

function oidcLacks(variable: string): string {
  return `MTS_CALLERS names oidc, so ${variable} must be given: ${GUIDE}.`;
}

function rule<N extends OptionName>(
  of: readonly N[],
  problem: (values: { readonly [K in N]: OptionValue<K> }) => string | undefined,
): Rule {
  return { of, problemOf: (values) => problem(values as { readonly [K in N]: OptionValue<K> }) };
}
