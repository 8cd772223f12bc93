export type { PartnerKey } from './partner-key.js';
export { Pkcs12Error, readPkcs12 } from './read-pkcs12.js';
