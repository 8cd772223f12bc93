export {
  API_KEY_PREFIX,
  isSameHash,
  type MadeApiKey,
  makeApiKey,
  type ReadApiKey,
  readApiKey,
} from './api-key.js';
