export { type IdaCertificateOptions, openIdaCertificate } from './ida-certificate.js';
export { type IdaCertificateSource, KeySourceError, type PartnerKeySource } from './key-source.js';
export { openPartnerKey, type PartnerKeyOptions } from './partner-key-file.js';
