export * from './api-key/index.js';
export * from './at-rest/index.js';
export * from './certificates/index.js';
export * from './ida/index.js';
export * from './individual-id/index.js';
export * from './pkcs12/index.js';
