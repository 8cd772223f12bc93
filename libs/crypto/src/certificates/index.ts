export { certificateThumbprint, readCertificate } from './certificate.js';
