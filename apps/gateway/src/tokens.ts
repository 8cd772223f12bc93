/** What Nest's providers are asked for by that have no class of their own. */
export const KEKS = Symbol('key-encryption keys');
export const CLOCK = Symbol('clock');
export const LOGGER = Symbol('logger');
/** The gateway's configuration, see GatewayConfig. */
export const GATEWAY_CONFIG = Symbol('gateway configuration');
export const RECORD_RULES = Symbol('record rules');
