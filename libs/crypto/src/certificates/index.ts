export { certificateThumbprint, readCertificate } from './certificate.js';
export { isWithinDates } from './certificate-path.js';
