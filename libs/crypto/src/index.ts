export * from './at-rest/index.js';
