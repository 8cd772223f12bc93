import { integer, list, tamperProofUrl, text } from './kinds.js';
import { Network, readNamedNetwork } from './networks.js';
import { mayBeAbsent, option } from './option.js';

const READERS = ['gateway'] as const;

/** How callers prove who they are. */
export const CALLER_MODES = ['none', 'trusted-network', 'api-key', 'oidc'] as const;
export type CallerMode = (typeof CALLER_MODES)[number];

/** Signatures that a provider's public key proves. `none`, and HS256 and its like, whose key callers share, cannot be chosen. */
const TOKEN_ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

const oneOf =
  (values: readonly string[]) =>
  (part: string): boolean =>
    values.includes(part);

/** Who may call the gateway, and how much. See docs/guide/callers.md. */
export const CALLER_OPTIONS = {
  gatewayHost: option({
    env: 'MTS_GATEWAY_HOST',
    kind: text,
    fallback: '127.0.0.1',
    readers: READERS,
    meaning:
      'The address that the HTTP API listens on; `0.0.0.0` or `::` for all. Any that is not loopback needs MTS_CALLERS.',
  }),
  callerModes: option({
    env: 'MTS_CALLERS',
    kind: list(`some of ${CALLER_MODES.join(', ')}`, oneOf(CALLER_MODES)),
    fallback: ['none'],
    readers: [...READERS, 'launcher'],
    meaning:
      'How callers prove who they are: `api-key`, `oidc`, `trusted-network`, or several of these; `none` on loopback alone, where whoever reaches the API may do everything.',
  }),
  trustedNetworks: option({
    env: 'MTS_TRUSTED_NETWORKS',
    kind: list(
      'networks and the names of their callers, such as 10.20.0.0/16=openg2p, none larger than /8 (IPv6: /16),',
      (part) => readNamedNetwork(part) !== undefined,
    ),
    fallback: [],
    readers: READERS,
    meaning:
      'For `trusted-network`: whoever calls from such a network is the caller of that name, without further proof, for the addresses of the original API alone. The first one that fits counts.',
  }),
  trustedProxies: option({
    env: 'MTS_TRUSTED_PROXIES',
    kind: list('networks such as 10.20.0.7/32', (part) => Network.read(part) !== undefined),
    fallback: [],
    readers: READERS,
    meaning:
      'Proxies before the gateway: the address of a caller is then the last one in X-Forwarded-For that is not one of these. Without it that header is never believed.',
  }),
  corsOrigins: option({
    env: 'MTS_CORS_ORIGINS',
    kind: list(
      'origins such as https://registry.example.org',
      (part) => URL.parse(part)?.origin === part && /^https?:/.test(part),
    ),
    fallback: [],
    readers: READERS,
    meaning: 'Web pages of these origins may call the API from a browser. Empty: none may.',
  }),
  callsPerMinuteMax: option({
    env: 'MTS_CALLS_PER_MINUTE_MAX',
    kind: integer(1, 1_000_000),
    fallback: 30_000,
    unit: 'calls per minute',
    readers: READERS,
    meaning:
      'The most calls of one caller, to one gateway; a quiet caller saves up for as much at once. Above it the answer is 429 with Retry-After.',
  }),
  uploadsPerCallerMax: option({
    env: 'MTS_UPLOADS_PER_CALLER_MAX',
    kind: integer(1, 1_000),
    fallback: 64,
    readers: READERS,
    meaning:
      'The most lists of one caller that one gateway takes in, or lets wait for that, at the same time (429).',
  }),
  syncWaitingPerCallerMax: option({
    env: 'MTS_SYNC_WAITING_PER_CALLER_MAX',
    kind: integer(1, 10_000),
    fallback: 128,
    readers: READERS,
    meaning: 'The most calls of one caller that wait for the answer about one person, in one gateway (429).',
  }),
  eventStreamsPerCallerMax: option({
    env: 'MTS_EVENT_STREAMS_PER_CALLER_MAX',
    kind: integer(1, 1_000),
    fallback: 16,
    readers: READERS,
    meaning: 'The most event streams that one caller keeps open to one gateway (429).',
  }),
  refusalsPerMinuteMax: option({
    env: 'MTS_REFUSALS_PER_MINUTE_MAX',
    kind: integer(1, 1_000_000),
    fallback: 60,
    unit: 'refusals per minute',
    readers: READERS,
    meaning:
      'The most wrong keys and tokens that one address may try at one gateway; above it, those that have not been right lately are not even looked at (429).',
  }),
} as const;

/** The OpenID provider, for `oidc` in MTS_CALLERS. */
export const OIDC_OPTIONS = {
  oidcIssuer: mayBeAbsent({
    env: 'MTS_OIDC_ISSUER',
    kind: tamperProofUrl,
    readers: READERS,
    meaning: 'For `oidc`: the issuer of the access tokens, letter for letter as it stands in their `iss`.',
  }),
  oidcAudience: mayBeAbsent({
    env: 'MTS_OIDC_AUDIENCE',
    kind: text,
    readers: READERS,
    meaning: 'For `oidc`: what must stand in the `aud` of a token; says that it was made for this service.',
  }),
  oidcAlgorithms: option({
    env: 'MTS_OIDC_ALGORITHMS',
    kind: list(`some of ${TOKEN_ALGORITHMS.join(', ')}`, oneOf(TOKEN_ALGORITHMS)),
    fallback: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    readers: READERS,
    meaning: 'For `oidc`: how a token may be signed.',
  }),
  oidcRolesClaim: option({
    env: 'MTS_OIDC_ROLES_CLAIM',
    kind: text,
    fallback: 'realm_access.roles',
    readers: READERS,
    meaning:
      "For `oidc`: where the roles of a caller stand in the token, a claim's name or a path with dots; a list, or a text with blanks between. The default is where Keycloak writes realm roles.",
  }),
  oidcRolePrefix: option({
    env: 'MTS_OIDC_ROLE_PREFIX',
    kind: text,
    fallback: 'mts-',
    readers: READERS,
    meaning:
      "For `oidc`: stands before our roles in the provider (`mts-submit`, `mts-read`, `mts-operate`, `mts-admin`), so that another application's `admin` is not ours.",
  }),
  oidcClockToleranceSeconds: option({
    env: 'MTS_OIDC_CLOCK_TOLERANCE_SECONDS',
    kind: integer(0, 300),
    fallback: 30,
    unit: 'seconds',
    readers: READERS,
    meaning: "For `oidc`: how far the provider's clock may be from ours.",
  }),
} as const;
